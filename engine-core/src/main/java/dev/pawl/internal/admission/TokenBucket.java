package dev.pawl.internal.admission;

/**
 * A bucket of tokens that is full at first and fills steadily. Times and durations are
 * microseconds. Not safe for use by several threads.
 */
public final class TokenBucket {
  private final int burst;
  private final int tokens;

  /** A token in the unit that is counted: so much flows in that nothing has to be rounded. */
  private final long token;

  private long level;
  private long filledAt;

  /**
   * A full bucket.
   *
   * @param burst how many tokens it holds; times the period it must fit into a {@code long}
   * @param tokens how many flow in during each {@code period}
   */
  public TokenBucket(int burst, int tokens, long period) {
    this.burst = burst;
    this.tokens = tokens;
    this.token = period;
    this.level = Math.multiplyExact(burst, period);
    this.filledAt = Long.MAX_VALUE;
  }

  /**
   * Takes all of {@code count} tokens or none.
   *
   * @param count at most the burst
   * @return 0 where they were taken, otherwise how long to wait for them
   */
  public long take(int count, long now) {
    fill(now);
    long wanted = count * token;
    if (level >= wanted) {
      level -= wanted;
      return 0;
    }
    return Math.ceilDiv(wanted - level, tokens);
  }

  private void fill(long now) {
    long missing = burst * token - level;
    long elapsed = Math.max(0, now - filledAt);
    if (filledAt < now) {
      level += elapsed >= Math.ceilDiv(missing, tokens) ? missing : elapsed * tokens;
    }
    filledAt = now;
  }

  /** How many tokens it holds when it is full. */
  public int burst() {
    return burst;
  }
}
