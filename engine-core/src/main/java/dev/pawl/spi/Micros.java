package dev.pawl.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Instants as microseconds since 1970-01-01T00:00Z, the form in which rows keep them: half the size
 * of an {@link Instant}, exact enough that no option is rounded visibly, and good for 290,000 years
 * in both directions.
 *
 * <p>{@link #NONE} stands for "no such instant" and sorts before every real one.
 */
public final class Micros {
  /** Stands for an instant that is not set. */
  public static final long NONE = Long.MIN_VALUE;

  /** Stands for an instant that is never reached. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final long LONGEST_TIMEOUT_DAYS = 36_525;

  private Micros() {}

  /** Truncates to whole microseconds; {@code null} becomes {@link #NONE}. */
  public static long of(@Nullable Instant instant) {
    if (instant == null) {
      return NONE;
    }
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000L);
  }

  /** Rounds up to whole microseconds, so that a delay never ends early. */
  public static long of(Duration duration) {
    return Math.addExact(
        Math.multiplyExact(duration.getSeconds(), 1_000_000L),
        (duration.getNano() + 999L) / 1_000L);
  }

  /** As {@link #of(Duration)}, for a timeout: one of more than 100 years never ends. */
  public static long timeout(Duration duration) {
    return duration.toDays() > LONGEST_TIMEOUT_DAYS ? NEVER : of(duration);
  }

  /**
   * As {@link #of(Instant)}, for a bound: an instant too far away for a row is the nearest that is
   * not.
   */
  public static long bound(Instant instant) {
    try {
      return of(instant);
    } catch (ArithmeticException e) {
      return instant.isBefore(Instant.EPOCH) ? NONE : NEVER;
    }
  }

  /** The inverse of {@link #of(Instant)}; {@link #NONE} becomes {@code null}. */
  public static @Nullable Instant toInstant(long micros) {
    return micros == NONE ? null : instant(micros);
  }

  /** As {@link #toInstant(long)} for a value that is known to be set. */
  public static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }

  /** A number of microseconds as a {@link Duration}. */
  public static Duration duration(long micros) {
    return Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(micros));
  }
}
