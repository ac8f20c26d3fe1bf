package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DBOS;
import static dev.pawl.samples.benchmarks.Entrant.DB_SCHEDULER;
import static dev.pawl.samples.benchmarks.Entrant.EXECUTOR;
import static dev.pawl.samples.benchmarks.Entrant.JOBRUNR;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;
import static dev.pawl.samples.benchmarks.Entrant.QUARTZ;

import java.util.List;
import java.util.Random;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * P5: with nothing else to do, from the call that triggers to the first line of the body. The pause
 * between two is random, so that no poll is met at the same place each time; to warm up, one
 * follows the other.
 */
public final class StartWhenIdle implements Workload {
  private static final int SEED = 5;

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new StartWhenIdle(), args);
  }

  @Override
  public String id() {
    return "P5";
  }

  @Override
  public String title() {
    return "idle: trigger to body";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS, PAWL_POWER, DB_SCHEDULER, JOBRUNR, QUARTZ, DBOS, EXECUTOR);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.atMost("start p50 ms", 0.3), Target.atMost("start p99 ms", 2));
  }

  @Override
  public Figures run(Round round) throws Exception {
    int count = round.scale().pick(50, 400, 1_000);
    long cap = round.scale().millis(3_000, 12_000, 60_000).toNanos();
    SynchronousQueue<Long> started = new SynchronousQueue<>();
    AtomicInteger next = new AtomicInteger();
    Latencies latencies = new Latencies();
    try (Contender contender = round.open("idle")) {
      contender.start();
      Bodies.listen(number -> hand(started, System.nanoTime()));
      WarmUp.repeat(
          round.scale().millis(200, 2_000, 5_000),
          () -> start(contender, next.getAndIncrement(), started));
      Random random = new Random(SEED);
      long end = System.nanoTime() + cap;
      for (int i = 0; i < count && System.nanoTime() < end; i++) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(2_000 + random.nextInt(8_000)));
        latencies.add(start(contender, next.getAndIncrement(), started));
      }
    }
    return new Figures().add("start", latencies).add("samples", latencies.count());
  }

  /** Triggers one, and returns how many nanoseconds later its body began. */
  private static long start(Contender contender, int number, SynchronousQueue<Long> started)
      throws Exception {
    long before = System.nanoTime();
    contender.trigger(number);
    return started.take() - before;
  }

  private static void hand(SynchronousQueue<Long> started, long at) {
    try {
      started.put(at);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
