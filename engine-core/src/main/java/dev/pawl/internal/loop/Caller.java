package dev.pawl.internal.loop;

import dev.pawl.spi.JournalRow;

/**
 * The body thread behind a command, and how its call is recorded.
 *
 * @param attempt the attempt it belongs to
 * @param counted whether the thread is one of the run's own, so that its waiting frees the slot
 * @param kind what was called
 * @param taskId the task it was about, empty for several
 * @param match the hash that tells equal calls apart
 */
public record Caller(
    Attempt attempt, boolean counted, JournalRow.Kind kind, String taskId, long match) {}
