package dev.pawl.internal.loop;

import java.util.concurrent.TimeUnit;

/**
 * Tells a {@link Tally} how things stand, so that nobody has to ask the loop for it.
 *
 * <p>To look at all queues costs time in the number of their keys. So it is done when something may
 * have changed, ten times a second at most, and less often where it is dear, so that it takes about
 * a hundredth of the loop's time; but at least every five seconds.
 */
final class Publisher {
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int SHARE = 100;

  private final EngineState engine;
  private final Tally tally;
  private final long leastNanos;
  private final int share;

  /** Whether something may have changed that was not told. The loop alone writes. */
  private volatile boolean changed;

  private long nextNanos = System.nanoTime();

  /**
   * Has told nobody yet.
   *
   * @param often whether to tell so often that it may take half of the time, which suits a test's
   *     clock
   */
  Publisher(EngineState engine, Tally tally, boolean often) {
    this.engine = engine;
    this.tally = tally;
    this.leastNanos = often ? 0 : LEAST_NANOS;
    this.share = often ? 1 : SHARE;
  }

  /** Whether somebody has still to be told; any thread may ask. */
  boolean isBehind() {
    return changed;
  }

  /** The loop is over: nobody is told anything more. */
  void end() {
    changed = false;
  }

  /** A turn is over. */
  void turnEnded(long now) {
    if (tally.counts()) {
      changed = true;
      publishIfDue(now);
    }
  }

  /** How long the loop may sleep before {@link #publishIfDue} has something to do. */
  long waitNanos() {
    return changed ? Math.max(0, nextNanos - System.nanoTime()) : Long.MAX_VALUE;
  }

  /** Tells, where something has changed and the last time is long enough ago. */
  void publishIfDue(long now) {
    long began = System.nanoTime();
    if (changed && began - nextNanos >= 0) {
      changed = false;
      tally.standing(Standing.of(engine, now));
      long ended = System.nanoTime();
      nextNanos = ended + Math.clamp(share * (ended - began), leastNanos, MOST_NANOS);
    }
  }
}
