package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DB_SCHEDULER;
import static dev.pawl.samples.benchmarks.Entrant.EXECUTOR;
import static dev.pawl.samples.benchmarks.Entrant.JOBRUNR;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;
import static dev.pawl.samples.benchmarks.Entrant.QUARTZ;

import java.util.Arrays;
import java.util.List;

/** P3: one call triggers 10,000 jobs, as a stream where there is such a call; nothing executes. */
public final class TriggerInBulk implements Workload {
  private static final String RATE = "in bulk /s";

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new TriggerInBulk(), args);
  }

  @Override
  public String id() {
    return "P3";
  }

  @Override
  public String title() {
    return "10,000 in one call";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS, PAWL_POWER, DB_SCHEDULER, JOBRUNR, QUARTZ, EXECUTOR);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.timesBestPeer(RATE, 2));
  }

  @Override
  public Figures run(Round round) throws Exception {
    int count = round.scale().pick(1_000, 10_000, 10_000);
    int calls = round.scale().pick(2, 8, 16);
    double[] rates = new double[calls];
    double cpu = 0;
    try (Contender contender = round.open("bulk")) {
      for (int i = 0; i < calls; i++) {
        MachineLoad load = new MachineLoad();
        long before = System.nanoTime();
        contender.triggerAll(i * count, count);
        rates[i] = count * 1e9 / (System.nanoTime() - before);
        cpu = load.ownMicrosEach(count);
      }
      if (contender.left() != (long) calls * count) {
        throw new IllegalStateException("stored " + contender.left());
      }
    }
    double[] warm = Arrays.copyOfRange(rates, calls / 2, calls);
    Arrays.sort(warm);
    return new Figures().add(RATE, warm[warm.length / 2]).add("in bulk cpu µs each", cpu);
  }
}
