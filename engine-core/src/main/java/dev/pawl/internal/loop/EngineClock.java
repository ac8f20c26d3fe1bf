package dev.pawl.internal.loop;

import dev.pawl.spi.Micros;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The engine's time in microseconds: never goes back, and never lies below what the store recorded.
 *
 * <p>By default it is the wall clock as it was at the opening, carried on by the monotonic clock: a
 * wall clock that is set back or forward moves no delay, no time to live and no back-off within one
 * life of the engine.
 */
public final class EngineClock {
  /** How long the loop trusts a clock that it does not know before it looks again. */
  private static final long FOREIGN_CLOCK_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final @Nullable InstantSource foreign;
  private final long originMicros;
  private final long originNanos;
  private volatile long last;

  /**
   * Starts at the present.
   *
   * @param foreign a clock to follow, or null for the default
   * @param floor the lowest time to give, {@link Micros#NONE} for none
   */
  public EngineClock(@Nullable InstantSource foreign, long floor) {
    this.foreign = foreign;
    this.originNanos = System.nanoTime();
    this.originMicros = Math.max(floor, Micros.of(InstantSource.system().instant()));
    this.last = floor;
  }

  /** The time; safe for any thread. */
  public long now() {
    long read =
        foreign == null
            ? originMicros + (System.nanoTime() - originNanos) / 1_000
            : Micros.of(foreign.instant());
    long floor = last;
    if (read > floor) {
      last =
          read; // a race between readers may lower it by less than the race lasted; the loop alone
      // decides by it
      return read;
    }
    return floor;
  }

  /** Whether it follows a clock that was given, as a test's engine does. */
  boolean isForeign() {
    return foreign != null;
  }

  /** How long the loop may sleep until {@code due}, in nanoseconds. */
  long waitNanos(long due, long now) {
    if (due <= now) {
      return 0;
    }
    if (due == Micros.NEVER) {
      return LONGEST_WAIT_NANOS; // before 1970 the difference would overflow
    }
    long nanos = Math.min(TimeUnit.MICROSECONDS.toNanos(due - now), LONGEST_WAIT_NANOS);
    return foreign == null ? nanos : Math.min(nanos, FOREIGN_CLOCK_LOOK_NANOS);
  }
}
