package dev.pawl.internal.api;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what the loop has to do to user code and cannot do itself: interrupts, stack traces.
 * Platform threads, since bodies that spin may hold every thread that virtual ones run on, and it
 * is those that must be told to end. They end when they have been idle for a while.
 */
final class Errands {
  /** More than this many at once means that the threads are blocked in user code. */
  private static final int MOST_THREADS = 64;

  private static final long IDLE_SECONDS = 5;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MOST_THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().name("pawl-errand-", 0).daemon(true).factory(),
          (errand, pool) -> Thread.startVirtualThread(errand));

  /** Runs an errand soon, on whatever thread there is. */
  void run(Runnable errand) {
    threads.execute(errand);
  }

  /** Lets the threads end; an errand that comes later gets a virtual one. */
  void close() {
    threads.shutdown();
  }
}
