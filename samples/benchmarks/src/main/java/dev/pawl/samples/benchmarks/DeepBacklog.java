package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DB_SCHEDULER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * P8: whether a backlog of a million is drained as fast as one of ten thousand, and what a queued
 * job takes of the heap. The heap is compared between half of the backlog and all of it: before
 * that, the database's own cache is not full yet, and would count as the jobs'.
 */
public final class DeepBacklog implements Workload {
  private static final String RATIO = "deep / shallow drain";
  private static final String HEAP = "heap B per queued";
  private static final int SHALLOW = 10_000;

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new DeepBacklog(), args);
  }

  @Override
  public String id() {
    return "P8";
  }

  @Override
  public String title() {
    return "drain a deep backlog";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS, DB_SCHEDULER);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.atLeast(RATIO, 0.9), Target.atMost(HEAP, 120));
  }

  @Override
  public String heap() {
    return "1g"; // H2 keeps more pages in a larger heap, which is no cost of a queued run
  }

  @Override
  public Figures run(Round round) throws Exception {
    int deep = round.extra("backlog", round.scale().pick(4_000, 200_000, 1_000_000));
    int shallow = Math.min(SHALLOW, deep / 2);
    int times = round.scale().pick(1, 4, 6);
    double small = 0;
    for (int i = 0; i < times; i++) {
      try (Contender contender = round.open("shallow-" + i)) {
        contender.triggerAll(0, shallow);
        small = Draining.drain(contender, shallow, Duration.ofMinutes(1)).perSecond();
      }
    }
    try (Contender contender = round.open("deep")) {
      contender.triggerAll(0, deep / 2);
      contender.left();
      long half = Heap.live();
      contender.triggerAll(deep / 2, deep / 2);
      contender.left();
      double heap = (Heap.live() - half) / (deep / 2.0);
      double rate = rateAtTheTop(contender, round.scale().millis(300, 4_000, 10_000));
      return new Figures()
          .add("shallow drain /s", small)
          .add("deep drain /s", rate)
          .add(RATIO, rate / small)
          .add(HEAP, heap);
    }
  }

  /** The rate while nearly all are still queued. */
  private static double rateAtTheTop(Contender contender, Duration time) throws Exception {
    contender.start();
    CountDownLatch never = new CountDownLatch(1);
    long ran = Bodies.count();
    long before = System.nanoTime();
    never.await(time.toNanos(), TimeUnit.NANOSECONDS);
    return (Bodies.count() - ran) * 1e9 / (System.nanoTime() - before);
  }
}
