package dev.pawl.internal.api;

import dev.pawl.internal.loop.Attempt;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredValue;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt begins with: at hand as a rule, otherwise read from the store, once. Belongs to
 * the body's thread.
 */
final class AttemptInput {
  private final Core core;
  private final Attempt attempt;
  private @Nullable RunRow stored;

  AttemptInput(Core core, Attempt attempt) {
    this.core = core;
    this.attempt = attempt;
  }

  /** The payload, or the reference to it where it is a large one. */
  StoredValue payload() {
    StoredValue atHand = attempt.payload();
    return atHand == null ? stored().payload() : atHand;
  }

  /** The trace of the run's trigger, or null. */
  @Nullable String trace() {
    return attempt.payload() == null ? stored().trace() : attempt.trace();
  }

  private RunRow stored() {
    RunRow row = stored;
    if (row == null) {
      row = core.runRow(attempt.runId());
      stored = row;
    }
    return row;
  }
}
