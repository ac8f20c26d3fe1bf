package dev.pawl;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run has changed its status, and that is stored.
 *
 * @param seq rises by one with each event of this engine, from 1; a listener that misses a number
 *     was too slow for it
 * @param at when it changed, on the engine's clock
 * @param runId the run
 * @param taskId its task
 * @param from its status before; null for a run that was just created
 * @param to its status from then on
 * @param attempt the attempt that was started last, 0 before the first
 */
public record RunEvent(
    long seq,
    Instant at,
    String runId,
    String taskId,
    @Nullable RunStatus from,
    RunStatus to,
    int attempt) {
  /** Whether the run has ended by it. */
  public boolean isTerminal() {
    return to.isTerminal();
  }
}
