package dev.pawl.internal.admission;

/**
 * A bucket of tokens that is full at first and fills steadily. Times and durations are
 * microseconds. Not safe for use by several threads.
 */
public final class TokenBucket {
  /** Less than the share of a token that flows in during a microsecond at any rate that matters. */
  private static final double ROUNDING = 1e-9;

  private final int burst;
  private final double perMicro;
  private double level;
  private long filledAt;

  /**
   * A full bucket.
   *
   * @param burst how many tokens it holds
   * @param tokens how many flow in during each {@code period}
   */
  public TokenBucket(int burst, int tokens, long period) {
    this.burst = burst;
    this.perMicro = (double) tokens / period;
    this.level = burst;
    this.filledAt = Long.MIN_VALUE;
  }

  /**
   * Takes all of {@code count} tokens or none.
   *
   * @param count at most the burst
   * @return 0 where they were taken, otherwise how long to wait for them
   */
  public long take(int count, long now) {
    if (filledAt != Long.MIN_VALUE) {
      level = Math.min(burst, level + (now - filledAt) * perMicro);
    }
    filledAt = now;
    if (level + ROUNDING >= count) {
      level = Math.max(0, level - count);
      return 0;
    }
    return Math.max(1, (long) Math.ceil((count - level) / perMicro));
  }

  /** How many tokens it holds when it is full. */
  public int burst() {
    return burst;
  }
}
