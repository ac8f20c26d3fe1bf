package dev.pawl.internal.loop;

/**
 * Ids for runs and batches: ascending, unique in a store, and sortable by time. The upper bits are
 * the milliseconds since 1970, the lower 18 count, from one millisecond into the next: if each
 * began at zero, what ids have in common would make a {@link java.util.HashMap} put tens of them in
 * one place. Where the count overflows within a millisecond, ids run ahead of the clock.
 */
public final class IdSource {
  private static final int COUNTER_BITS = 18;
  private static final long COUNTER = (1L << COUNTER_BITS) - 1;
  private static final long MILLIS_AT_MOST = Long.MAX_VALUE >> COUNTER_BITS;
  private static final long MICROS_AT_MOST = (MILLIS_AT_MOST - 1_000) * 1_000;
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
    long byTime = floor(nowMicros) | ((last + 1) & COUNTER);
    last = Math.max(last + 1, byTime);
    return last;
  }

  long last() {
    return last;
  }

  /** The least id that a run triggered at this time can have; for searching by time. */
  public static long floor(long micros) {
    long millis = Math.max(0, Math.floorDiv(micros, 1_000));
    return millis > MILLIS_AT_MOST ? Long.MAX_VALUE : millis << COUNTER_BITS;
  }

  /**
   * An id that no run triggered before this time has, nor any higher one; for searching by time.
   * Ids that have run ahead of the clock are allowed for, by a second's worth.
   */
  public static long ceiling(long micros) {
    return micros > MICROS_AT_MOST ? Long.MAX_VALUE : floor(micros + 1_000_000);
  }
}
