package dev.pawl.internal.loop;

import java.util.function.BooleanSupplier;

/**
 * Waits for what is about to happen without going to sleep, since to fall asleep and be woken takes
 * several times as long. Not where there is one core.
 */
final class Spin {
  private static final boolean WORTH_IT = Runtime.getRuntime().availableProcessors() > 1;

  private Spin() {}

  /** Returns when something is so, or after a time, or at once. */
  static void until(BooleanSupplier done, long nanos) {
    if (!WORTH_IT || done.getAsBoolean()) {
      return;
    }
    long end = System.nanoTime() + nanos;
    while (!done.getAsBoolean() && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }
}
