package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DBOS;
import static dev.pawl.samples.benchmarks.Entrant.EXECUTOR;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/**
 * P6: a parent triggers a child and waits for its result, again and again: how long that takes for
 * one parent, and how many pairs per second a hundred of them make.
 */
public final class WaitForChild implements Workload {
  private static final int PARENTS = 100;

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new WaitForChild(), args);
  }

  @Override
  public String id() {
    return "P6";
  }

  @Override
  public String title() {
    return "triggerAndWait";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS, PAWL_POWER, DBOS, EXECUTOR);
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atMost("round trip p50 ms", 0.5), Target.atLeast("100 parents pairs/s", 20_000));
  }

  @Override
  public Figures run(Round round) throws Exception {
    boolean slow = round.entrant() == DBOS;
    int times = round.scale().pick(100, slow ? 100 : 3_000, slow ? 300 : 10_000);
    int each = round.scale().pick(5, slow ? 5 : 300, slow ? 20 : 1_000);
    Latencies alone = new Latencies();
    double pairs;
    try (Contender contender = round.open("pairs")) {
      contender.start();
      contender.roundTrips(times, new Latencies());
      contender.roundTrips(times, alone);
      together(contender, each);
      pairs = together(contender, each);
    }
    return new Figures().add("round trip", alone).add("100 parents pairs/s", pairs);
  }

  /** Each caller is one parent's; it is called once. */
  private static double together(Contender contender, int each) throws Exception {
    LongAdder made = new LongAdder();
    long before = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> parents = new ArrayList<>();
      Latencies latencies = new Latencies();
      for (int i = 0; i < PARENTS; i++) {
        parents.add(
            threads.submit(
                () -> {
                  contender.roundTrips(each, latencies);
                  made.add(each);
                  return null;
                }));
      }
      for (Future<?> parent : parents) {
        parent.get();
      }
    }
    return made.sum() * 1e9 / (System.nanoTime() - before);
  }
}
