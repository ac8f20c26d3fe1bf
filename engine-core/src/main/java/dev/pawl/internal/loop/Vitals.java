package dev.pawl.internal.loop;

import dev.pawl.EngineClosedException;
import dev.pawl.Health;
import org.jspecify.annotations.Nullable;

/** How the loop is, which other threads may ask at any time. */
final class Vitals {
  static final Health UP = new Health(Health.Status.UP, null);

  volatile Health health = UP;

  /** What was taken over from the store, the last time that it was. */
  volatile Recovered recovered = Recovered.NOTHING;

  /** Null where nothing was due yet. */
  volatile @Nullable Lateness lateness;

  /** Whether it ends as a dead process would. For tests. */
  volatile boolean crashed;

  /** Something was done so much later than it was due, in microseconds. */
  void late(long micros) {
    lateness = new Lateness(micros, System.nanoTime());
  }

  /** Since when the present turn lasts, by the monotonic clock; 0 between two. */
  volatile long turnBeganNanos;

  /** How late something that was due was done last, and when that was. */
  record Lateness(long micros, long nanoTime) {}

  void requireNotCrashed() {
    if (crashed) {
      throw new EngineClosedException("the engine has crashed");
    }
  }
}
