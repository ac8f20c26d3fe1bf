package dev.pawl.internal.loop;

import dev.pawl.spi.ResultRow;

/** How a wait ended. */
public sealed interface WaitEnd {
  /** The run it was for has just ended. */
  record Finished(ResultRow result) implements WaitEnd {}

  /**
   * What it was for has ended, and the store has the results.
   *
   * @param targetId the run or batch
   */
  record Stored(long targetId) implements WaitEnd {}

  /** Its deadline passed first. */
  record TimedOut() implements WaitEnd {}
}
