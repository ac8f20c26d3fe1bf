package dev.pawl.internal.loop;

/**
 * Ids for runs and batches: ascending, unique in a store, and sortable by time. The upper bits are
 * the milliseconds since 1970, the lower 18 count within the millisecond; where that overflows, ids
 * run ahead of the clock.
 */
final class IdSource {
  private static final int COUNTER_BITS = 18;
  private long last;

  /**
   * Goes on behind an id.
   *
   * @param last the highest id that may have been handed out before
   */
  IdSource(long last) {
    this.last = last;
  }

  long next(long nowMicros) {
    long byTime = Math.max(0, Math.floorDiv(nowMicros, 1_000)) << COUNTER_BITS;
    last = Math.max(last + 1, byTime);
    return last;
  }

  long last() {
    return last;
  }

  /** The least id that a run triggered at this time can have; for searching by time. */
  static long floor(long micros) {
    return Math.max(0, Math.floorDiv(micros, 1_000)) << COUNTER_BITS;
  }
}
