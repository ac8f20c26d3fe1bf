package dev.pawl.samples.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Where the body of every contender's no-op reports. Static, because some contenders make the
 * objects of their jobs themselves; a round has a JVM of its own, or at least its time to itself.
 */
final class Bodies {
  private static final int PAYLOAD = 100;

  private static volatile Listener listener = number -> {};
  private static final ConcurrentHashMap<Integer, CompletableFuture<Void>> EXPECTED =
      new ConcurrentHashMap<>();
  private static final LongAdder COUNT = new LongAdder();

  /** Hears of each body on the thread that runs it. */
  interface Listener {
    void ran(int number);
  }

  private Bodies() {}

  /** The payload of a job: its number, and something to make it {@value #PAYLOAD} bytes long. */
  static String payload(int number) {
    StringBuilder text = new StringBuilder(PAYLOAD).append(number).append(' ');
    while (text.length() < PAYLOAD) {
      text.append((char) ('a' + text.length() % 26));
    }
    return text.toString();
  }

  /** The first line of a body. */
  static void run(String payload) {
    int number = Integer.parseInt(payload, 0, payload.indexOf(' '), 10);
    listener.ran(number);
    COUNT.increment();
    CompletableFuture<Void> waiting = EXPECTED.remove(number);
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  /** From now on each body is told to this one, and to nobody before it. */
  static void listen(Listener next) {
    listener = next;
  }

  /** Completes when the body of that number has run. */
  static CompletableFuture<Void> expect(int number) {
    return EXPECTED.computeIfAbsent(number, n -> new CompletableFuture<>());
  }

  /** How many bodies have run since this JVM began. */
  static long count() {
    return COUNT.sum();
  }

  /**
   * Waits until {@code expected} more bodies have run, and then until the contender has stored
   * their ends.
   *
   * @param before {@link #count} before they were started
   * @return how many have run: less than expected where the time was up
   */
  static long await(Contender contender, long before, long expected, long capNanos)
      throws Exception {
    long deadline = System.nanoTime() + capNanos;
    CountDownLatch never = new CountDownLatch(1);
    while (count() - before < expected) {
      if (System.nanoTime() > deadline || never.await(1, TimeUnit.MILLISECONDS)) {
        return count() - before;
      }
    }
    while (contender.left() > 0 && System.nanoTime() < deadline) {
      never.await(2, TimeUnit.MILLISECONDS);
    }
    return expected;
  }
}
