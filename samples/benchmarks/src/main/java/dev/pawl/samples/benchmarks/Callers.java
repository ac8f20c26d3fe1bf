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

  /** Calls as they will be made, for as long as {@link WarmUp} says. */
  void warmUp(int callers, Duration time) throws Exception {
    WarmUp.repeat(time, () -> run(callers, time.dividedBy(2)));
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
