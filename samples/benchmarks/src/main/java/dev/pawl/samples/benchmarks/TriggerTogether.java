package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DBOS;
import static dev.pawl.samples.benchmarks.Entrant.DB_SCHEDULER;
import static dev.pawl.samples.benchmarks.Entrant.JOBRUNR;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;
import static dev.pawl.samples.benchmarks.Entrant.QUARTZ;

import java.util.List;

/** P2: 8 callers trigger at the same time, then 100, nothing executes. */
public final class TriggerTogether implements Workload {
  public static void main(String[] args) throws Exception {
    Benchmarks.run(new TriggerTogether(), args);
  }

  @Override
  public String id() {
    return "P2";
  }

  @Override
  public String title() {
    return "trigger, 8 and 100 callers";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS, PAWL_POWER, DB_SCHEDULER, JOBRUNR, QUARTZ, DBOS);
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.timesBestPeer("8 callers /s", 10), Target.timesBestPeer("100 callers /s", 10));
  }

  @Override
  public Figures run(Round round) throws Exception {
    return Triggering.measure(round, 100, Triggering.measure(round, 8, new Figures()));
  }

  @Override
  public String heap() {
    return "4g";
  }
}
