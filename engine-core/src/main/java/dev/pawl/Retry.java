package dev.pawl;

import java.time.Duration;

/**
 * How failed attempts are retried. The delay after failed attempt n is {@code round(min(maxTimeout,
 * r · minTimeout · factor^(n-1)))} to the millisecond, with r uniform in [1, 2) when randomized and
 * 1 otherwise: the reference's formula.
 *
 * @param maxAttempts how many attempts a run may use, at least 1; default 3
 * @param factor by how much each delay grows, at least 1; default 2
 * @param minTimeout the first delay; default 1 s
 * @param maxTimeout no delay is longer; default 60 s
 * @param randomize whether delays are spread; default true
 */
public record Retry(
    int maxAttempts, double factor, Duration minTimeout, Duration maxTimeout, boolean randomize) {

  /**
   * Checks every value.
   *
   * @throws InvalidOptionException if a value is out of range
   */
  public Retry {
    checkAttempts(maxAttempts);
    if (!(factor >= 1 && factor <= 1_000_000)) {
      throw new InvalidOptionException(
          "a retry factor must lie between 1 and 1,000,000: " + factor);
    }
    Durations.checkRange("retry minTimeout", minTimeout);
    Durations.checkRange("retry maxTimeout", maxTimeout);
    if (maxTimeout.compareTo(minTimeout) < 0) {
      throw new InvalidOptionException(
          "retry maxTimeout " + maxTimeout + " must not be shorter than minTimeout " + minTimeout);
    }
  }

  static int checkAttempts(int maxAttempts) {
    if (maxAttempts < 1) {
      throw new InvalidOptionException(
          "maxAttempts must be at least 1 (1 means no retry): " + maxAttempts);
    }
    return maxAttempts;
  }

  /** The default policy: 3 attempts, 1 s doubling up to 60 s, randomized. */
  public static Retry exponential() {
    return new Retry(3, 2, Duration.ofSeconds(1), Duration.ofSeconds(60), true);
  }

  /** One attempt, no retry. */
  public static Retry none() {
    return exponential().maxAttempts(1);
  }

  /** The same with another number of attempts. */
  public Retry maxAttempts(int maxAttempts) {
    return new Retry(maxAttempts, factor, minTimeout, maxTimeout, randomize);
  }

  /** The same with another factor. */
  public Retry factor(double factor) {
    return new Retry(maxAttempts, factor, minTimeout, maxTimeout, randomize);
  }

  /** The same with another first delay. */
  public Retry minTimeout(Duration minTimeout) {
    return new Retry(maxAttempts, factor, minTimeout, maxTimeout, randomize);
  }

  /** The same with another longest delay. */
  public Retry maxTimeout(Duration maxTimeout) {
    return new Retry(maxAttempts, factor, minTimeout, maxTimeout, randomize);
  }

  /** The same with delays that are spread, or are not. */
  public Retry randomize(boolean randomize) {
    return new Retry(maxAttempts, factor, minTimeout, maxTimeout, randomize);
  }
}
