package dev.pawl.samples.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/** A virtual thread for each job, and nothing stored: the ceiling. */
final class ExecutorContender implements Contender {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LinkedBlockingQueue<String> stored = new LinkedBlockingQueue<>();
  private final AtomicLong left = new AtomicLong();
  private volatile boolean started;

  @Override
  public void start() {
    started = true;
    for (String payload = stored.poll(); payload != null; payload = stored.poll()) {
      execute(payload);
    }
  }

  private void execute(String payload) {
    threads.execute(() -> end(payload));
  }

  private void end(String payload) {
    Bodies.run(payload);
    left.decrementAndGet();
  }

  @Override
  public void trigger(int number) {
    left.incrementAndGet();
    if (started) {
      execute(Bodies.payload(number));
    } else {
      stored.add(Bodies.payload(number));
    }
  }

  @Override
  public void triggerAll(int from, int count) {
    for (int number = from; number < from + count; number++) {
      trigger(number);
    }
  }

  @Override
  public void lifeCycle(int number) {
    left.incrementAndGet();
    CompletableFuture.runAsync(() -> end(Bodies.payload(number)), threads).join();
  }

  @Override
  public void roundTrips(int times, Latencies latencies) {
    CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < times; i++) {
                long before = System.nanoTime();
                lifeCycle(i);
                latencies.add(System.nanoTime() - before);
              }
            },
            threads)
        .join();
  }

  @Override
  public long left() {
    return left.get();
  }

  @Override
  public void close() {
    threads.close();
  }
}
