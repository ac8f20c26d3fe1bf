package dev.pawl.internal.lifecycle;

import dev.pawl.Retry;

/** The delay before a retry. */
public final class Backoff {
  private Backoff() {}

  /**
   * {@code round(min(maxTimeout, r · minTimeout · factor^(n-1)))} in whole milliseconds; the bound
   * holds after randomizing, as in the reference.
   *
   * @param failedAttempt the number n of the attempt that failed, from 1
   * @param random a value in [0, 1); r is 1 plus it where the policy randomizes
   * @return microseconds
   */
  public static long delay(Retry policy, int failedAttempt, double random) {
    double r = policy.randomize() ? 1 + random : 1;
    double first = (double) policy.minTimeout().toMillis();
    double longest = (double) policy.maxTimeout().toMillis();
    double millis = r * first * Math.pow(policy.factor(), failedAttempt - 1);
    return Math.round(Math.min(longest, millis)) * 1_000;
  }
}
