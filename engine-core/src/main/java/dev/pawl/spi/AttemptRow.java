package dev.pawl.spi;

import dev.pawl.RunError;
import dev.pawl.RunStatus;

/**
 * An attempt that ended without ending its run: what the run's next attempt was needed for. The
 * last attempt of a run stands in its {@link LiveRow} or {@link ResultRow}, so that a run which
 * succeeds at once costs no row here.
 *
 * @param runId the run
 * @param number its number, from 1
 * @param startedAtMicros when its body was entered
 * @param finishedAtMicros when it was over
 * @param status {@code FAILED}, or {@code CRASHED} where the process died in it
 * @param error what was thrown, or what happened
 */
public record AttemptRow(
    long runId,
    int number,
    long startedAtMicros,
    long finishedAtMicros,
    RunStatus status,
    RunError error) {}
