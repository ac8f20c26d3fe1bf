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

  /**
   * It was for a batch that is to be looked at, and waited for, by whoever waited: one that a key
   * names, or one that was still open and is closed now.
   *
   * @param seq the journal entry that records the wait
   */
  record LookAgain(long batchId, int seq) implements WaitEnd {}

  /** Its deadline passed first. */
  record TimedOut() implements WaitEnd {}
}
