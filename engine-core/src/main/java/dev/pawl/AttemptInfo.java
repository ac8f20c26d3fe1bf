package dev.pawl;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a run.
 *
 * @param number from 1
 * @param status {@code EXECUTING} or {@code WAITING} while it lasts, otherwise how it ended
 * @param startedAt when its body was entered first
 * @param finishedAt when it was over; null while it lasts
 * @param error why it failed; null where it did not
 */
public record AttemptInfo(
    int number,
    RunStatus status,
    Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable RunError error) {}
