package dev.pawl.internal.loop;

import dev.pawl.EngineClosedException;
import dev.pawl.Health;

/** How the loop is, which other threads may ask at any time. */
final class Vitals {
  static final Health UP = new Health(Health.Status.UP, null);

  volatile Health health = UP;

  /** Whether it ends as a dead process would. For tests. */
  volatile boolean crashed;

  void requireNotCrashed() {
    if (crashed) {
      throw new EngineClosedException("the engine has crashed");
    }
  }
}
