package dev.pawl;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * A bucket of tokens, full at first and filled steadily on the engine's clock; each run that is
 * triggered takes one. Not persisted: an engine opens with a full bucket.
 *
 * @param burst how many tokens the bucket holds, which is also the largest batch that can pass
 * @param tokens how many flow in during each {@code period}
 * @param period in whole microseconds
 */
public record RateLimit(int burst, int tokens, Duration period) {
  /**
   * Checks the figures.
   *
   * @throws InvalidOptionException if one is less than 1, or burst or period are beyond all measure
   */
  public RateLimit {
    if (burst < 1 || tokens < 1) {
      throw new InvalidOptionException(
          "a rate limit needs a burst and tokens of at least 1: " + burst + ", " + tokens);
    }
    Durations.positive("period", period);
    long micros = period.plusNanos(999).dividedBy(ChronoUnit.MICROS.getDuration());
    if (burst > Long.MAX_VALUE / micros) {
      throw new InvalidOptionException(
          "a burst of " + burst + " is too large for a period of " + period);
    }
  }

  /** So many runs a second on average, and up to as many at once. */
  public static RateLimit perSecond(int tokens) {
    return new RateLimit(tokens, tokens, Duration.ofSeconds(1));
  }

  /** The same rate with another burst. */
  public RateLimit burst(int burst) {
    return new RateLimit(burst, tokens, period);
  }
}
