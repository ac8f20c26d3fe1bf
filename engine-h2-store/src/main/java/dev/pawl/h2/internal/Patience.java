package dev.pawl.h2.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a call goes on to try a database that has broken: in ever longer steps, two seconds in
 * all.
 */
final class Patience {
  /** After this an engine should rather say that it is unhealthy than keep its callers waiting. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final long beganAtNanos = System.nanoTime();
  private long pauseNanos = FIRST_PAUSE_NANOS;

  /** Waits a little before another try; false when there should be none. */
  boolean pause() {
    if (System.nanoTime() - beganAtNanos >= LIMIT.toNanos()) {
      return false;
    }
    LockSupport.parkNanos(pauseNanos);
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    return true;
  }
}
