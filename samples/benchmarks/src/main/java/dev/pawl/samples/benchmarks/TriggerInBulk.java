package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DB_SCHEDULER;
import static dev.pawl.samples.benchmarks.Entrant.JOBRUNR;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;
import static dev.pawl.samples.benchmarks.Entrant.QUARTZ;

import java.time.Duration;
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
    return List.of(PAWL_PROCESS, PAWL_POWER, DB_SCHEDULER, JOBRUNR, QUARTZ);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.timesBestPeer(RATE, 2));
  }

  @Override
  public Figures run(Round round) throws Exception {
    int count = round.scale().pick(1_000, 10_000, 10_000);
    Duration time = round.scale().millis(200, 2_000, 5_000);
    try (Contender contender = round.open("bulk")) {
      Callers calling =
          new Callers(0, call -> contender.triggerAll(Math.multiplyExact(call, count), count));
      calling.warmUp(1, time);
      MachineLoad load = new MachineLoad();
      Callers.Result result = calling.run(1, time);
      double cpu = load.ownMicrosEach(result.calls() * count);
      if (contender.left() != (long) calling.next() * count) {
        throw new IllegalStateException("stored " + contender.left());
      }
      return new Figures()
          .add(RATE, result.perSecond() * count)
          .add("in bulk cpu µs each", cpu)
          .add("a call", result.latencies());
    }
  }
}
