package dev.pawl.testing;

import dev.pawl.RunStatus;
import dev.pawl.internal.api.Probe;
import dev.pawl.spi.Micros;
import org.jspecify.annotations.Nullable;

/**
 * What one commit did to one run.
 *
 * @param from null for a new run
 */
record Transition(
    long timeMicros,
    long runId,
    String taskId,
    @Nullable RunStatus from,
    RunStatus to,
    int attempt) {

  String line() {
    return Micros.instant(timeMicros)
        + " "
        + Probe.idOf(runId)
        + " "
        + taskId
        + " "
        + (from == null ? "new" : from)
        + "→"
        + to
        + " attempt "
        + attempt;
  }
}
