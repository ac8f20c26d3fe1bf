package dev.pawl;

import java.time.Instant;

/**
 * A body that was told to end, by a cancel, a time-out or a close, and is still there. It keeps its
 * slot until it returns, since it may still use what the limit protects; what it returns then is
 * discarded. One that was unloaded ({@link Limits#parkedBodies(int)}) and goes on all the same is
 * among them too: its run goes on without it, and it keeps no slot.
 *
 * @param runId the run whose body it is; it has ended, unless the engine was closed or the body
 *     unloaded
 * @param taskId that run's task
 * @param attempt the number of the attempt
 * @param since when the body was told to end, on the engine's clock
 * @param stack where its threads stand, as lines of text
 */
public record StuckBody(String runId, String taskId, int attempt, Instant since, String stack) {}
