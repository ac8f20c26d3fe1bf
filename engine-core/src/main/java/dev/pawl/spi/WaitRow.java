package dev.pawl.spi;

/**
 * One thing that a parked run waits for.
 *
 * @param seq the journal entry that records the wait
 * @param kind what {@code targetId} names
 * @param targetId a run or a batch
 * @param deadlineMicros when the wait ends even if its target has not, or {@link Micros#NEVER}
 */
public record WaitRow(int seq, Kind kind, long targetId, long deadlineMicros) {
  /** What is waited for. */
  public enum Kind {
    /** One run; over when it is terminal. */
    RUN,
    /** All runs of a batch; over when each is terminal. */
    BATCH
  }
}
