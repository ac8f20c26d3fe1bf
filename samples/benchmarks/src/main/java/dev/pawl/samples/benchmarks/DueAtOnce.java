package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DBOS;
import static dev.pawl.samples.benchmarks.Entrant.DB_SCHEDULER;
import static dev.pawl.samples.benchmarks.Entrant.JOBRUNR;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;
import static dev.pawl.samples.benchmarks.Entrant.QUARTZ;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** P7: 10,000 jobs are due at one instant: how late their bodies start. */
public final class DueAtOnce implements Workload {
  public static void main(String[] args) throws Exception {
    Benchmarks.run(new DueAtOnce(), args);
  }

  @Override
  public String id() {
    return "P7";
  }

  @Override
  public String title() {
    return "10,000 due at one instant";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS, PAWL_POWER, DB_SCHEDULER, JOBRUNR, QUARTZ, DBOS);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.atMost("late p50 ms", 100), Target.atMost("late p99 ms", 400));
  }

  @Override
  public Figures run(Round round) throws Exception {
    int most = round.entrant() == DBOS ? 500 : 10_000;
    int count = Math.min(most, round.scale().pick(500, 10_000, 10_000));
    Duration cap = round.scale().millis(5_000, 20_000, 40_000);
    AtomicInteger times = new AtomicInteger();
    WarmUp.repeat(
        lead(round.entrant(), round.scale()),
        () -> once(round, "warm-" + times.incrementAndGet(), count, cap));
    return once(round, "measured", count, cap);
  }

  private static Figures once(Round round, String name, int count, Duration cap) throws Exception {
    try (Contender contender = round.open(name)) {
      contender.start();
      Instant due = Instant.now().plus(lead(round.entrant(), round.scale()));
      Latencies late = new Latencies();
      long before = Bodies.count();
      Bodies.listen(number -> late.add(Duration.between(due, Instant.now()).toNanos()));
      contender.triggerAllAt(0, count, due);
      if (Instant.now().isAfter(due)) {
        throw new IllegalStateException("they were due before all were triggered");
      }
      Bodies.await(
          contender, before, count, Duration.between(Instant.now(), due).plus(cap).toNanos());
      return new Figures().add("late", late).add("started", late.count());
    }
  }

  /** Long enough to trigger them all; JobRunr moves what is due within its next poll. */
  private static Duration lead(Entrant entrant, Scale scale) {
    return switch (entrant) {
      case JOBRUNR -> scale.millis(3_000, 8_000, 12_000);
      case QUARTZ -> scale.millis(3_000, 6_000, 10_000);
      default -> scale.millis(1_500, 4_000, 6_000);
    };
  }
}
