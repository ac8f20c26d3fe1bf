package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DBOS;
import static dev.pawl.samples.benchmarks.Entrant.DB_SCHEDULER;
import static dev.pawl.samples.benchmarks.Entrant.EXECUTOR;
import static dev.pawl.samples.benchmarks.Entrant.JOBRUNR;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;
import static dev.pawl.samples.benchmarks.Entrant.QUARTZ;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * P4: 20,000 queued no-ops are executed, after a first 20,000 to warm up. The slow ones get a
 * capped time, and the rate they had in it.
 */
public final class DrainQueue implements Workload {
  private static final String RATE = "drain /s";

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new DrainQueue(), args);
  }

  @Override
  public String id() {
    return "P4";
  }

  @Override
  public String title() {
    return "drain 20,000 queued";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS, PAWL_POWER, DB_SCHEDULER, JOBRUNR, QUARTZ, DBOS, EXECUTOR);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.timesBestPeer(RATE, 10));
  }

  @Override
  public Figures run(Round round) throws Exception {
    int most = round.entrant() == Entrant.DBOS ? 3_000 : 20_000;
    int count = Math.min(most, round.scale().pick(500, 20_000, 20_000));
    AtomicInteger times = new AtomicInteger();
    WarmUp.repeat(
        round.scale().millis(200, 2_000, 5_000),
        () ->
            drain(
                round,
                "warm-" + times.incrementAndGet(),
                count,
                round.scale().millis(2_000, 6_000, 20_000)));
    Draining.Result drained =
        drain(round, "measured", count, round.scale().millis(4_000, 12_000, 30_000));
    return new Figures()
        .add(RATE, drained.perSecond())
        .add("drain cpu µs each", drained.cpuMicrosEach());
  }

  private static Draining.Result drain(Round round, String name, int count, Duration cap)
      throws Exception {
    try (Contender contender = round.open(name)) {
      Draining.fill(contender, 0, count);
      return Draining.drain(contender, count, cap);
    }
  }
}
