package dev.pawl.samples.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Triggers that come on a schedule and do not wait for each other's answers: an open loop. Where a
 * thousand are unanswered the next one waits, and its latency shows it.
 */
final class Offer implements AutoCloseable {
  private static final int MOST_UNANSWERED = 1_000;

  private final Contender contender;
  private final long began;
  private final double perSecond;
  private final Semaphore unanswered = new Semaphore(MOST_UNANSWERED);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private int next;

  Offer(Contender contender, long beganNanos, double perSecond) {
    this.contender = contender;
    this.began = beganNanos;
    this.perSecond = perSecond;
  }

  /**
   * Offers until a time.
   *
   * @param all gets each latency too
   * @return the latencies from when each was due until it was acknowledged
   */
  Latencies until(long endNanos, Latencies all) throws InterruptedException {
    Latencies latencies = new Latencies();
    for (long due = due(); due < endNanos; due = due()) {
      LockSupport.parkNanos(due - System.nanoTime());
      unanswered.acquire();
      int number = next++;
      long dueThen = due;
      callers.execute(() -> trigger(number, dueThen, latencies, all));
    }
    return latencies;
  }

  private long due() {
    return began + (long) (next * 1e9 / perSecond);
  }

  private void trigger(int number, long due, Latencies latencies, Latencies all) {
    try {
      contender.trigger(number);
      long latency = System.nanoTime() - due;
      latencies.add(latency);
      all.add(latency);
    } catch (Exception e) {
      throw new IllegalStateException("a trigger failed", e);
    } finally {
      unanswered.release();
    }
  }

  @Override
  public void close() {
    callers.close();
  }
}
