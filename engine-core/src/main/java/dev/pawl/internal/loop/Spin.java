package dev.pawl.internal.loop;

/**
 * Looking out for what is about to happen without going to sleep, since to fall asleep and be woken
 * takes several times as long:
 *
 * <pre>{@code
 * long end = Spin.end();
 * while (!happened && Spin.isBefore(end)) {
 *   Thread.onSpinWait();
 * }
 * }</pre>
 *
 * <p>Nothing is allocated: whoever waits must not fail where the heap is exhausted.
 */
final class Spin {
  /** About what waking a thread takes; nothing where there is one core, which others need. */
  private static final long NANOS = Runtime.getRuntime().availableProcessors() > 1 ? 30_000 : 0;

  private Spin() {}

  /** Until when somebody looks out who begins now. */
  static long end() {
    return System.nanoTime() + NANOS;
  }

  static boolean isBefore(long end) {
    return System.nanoTime() - end < 0;
  }
}
