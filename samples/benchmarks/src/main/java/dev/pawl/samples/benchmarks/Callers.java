package dev.pawl.samples.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that make one call after the other: a closed loop. */
final class Callers {
  private final AtomicInteger next;
  private final Call call;

  /** A call with a number that no other call has. */
  interface Call {
    void make(int number) throws Exception;
  }

  /** What a time of calling came to. */
  record Result(long calls, double perSecond, Latencies latencies) {}

  Callers(int firstNumber, Call call) {
    this.next = new AtomicInteger(firstNumber);
    this.call = call;
  }

  /** How many calls were made so far, in all times, plus the first number. */
  int next() {
    return next.get();
  }

  /**
   * Calls until this JVM has had twice that time of a processor, which is what the compiler needs,
   * or four times that time has passed: beside other work, a second is not a second.
   */
  void warmUp(int callers, Duration time) {
    MachineLoad load = new MachineLoad();
    long end = System.nanoTime() + 4 * time.toNanos();
    do {
      run(callers, time.dividedBy(2));
    } while (load.ownNanosUsed() < 2 * time.toNanos() && System.nanoTime() < end);
  }

  /** Platform threads, which is what most callers are. */
  Result run(int callers, Duration time) {
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      return run(threads, callers, time);
    }
  }

  Result runOnVirtualThreads(int callers, Duration time) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return run(threads, callers, time);
    }
  }

  private Result run(ExecutorService threads, int callers, Duration time) {
    Latencies latencies = new Latencies();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    long start = System.nanoTime();
    long end = start + time.toNanos();
    for (int i = 0; i < callers; i++) {
      all.add(CompletableFuture.runAsync(() -> callUntil(end, latencies), threads));
    }
    all.forEach(CompletableFuture::join);
    long calls = latencies.count();
    return new Result(calls, calls * 1e9 / (System.nanoTime() - start), latencies);
  }

  private void callUntil(long end, Latencies latencies) {
    try {
      long before = System.nanoTime();
      while (before < end) {
        call.make(next.getAndIncrement());
        long after = System.nanoTime();
        latencies.add(after - before);
        before = after;
      }
    } catch (Exception e) {
      throw new IllegalStateException("a call failed", e);
    }
  }
}
