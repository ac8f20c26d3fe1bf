package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DBOS;
import static dev.pawl.samples.benchmarks.Entrant.DB_SCHEDULER;
import static dev.pawl.samples.benchmarks.Entrant.JOBRUNR;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;
import static dev.pawl.samples.benchmarks.Entrant.QUARTZ;

import java.util.List;

/** P1: one caller triggers, one job after the other, nothing executes. */
public final class TriggerAlone implements Workload {
  public static void main(String[] args) throws Exception {
    Benchmarks.run(new TriggerAlone(), args);
  }

  @Override
  public String id() {
    return "P1";
  }

  @Override
  public String title() {
    return "trigger, one caller";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS, PAWL_POWER, DB_SCHEDULER, JOBRUNR, QUARTZ, DBOS);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.timesBestPeer("1 caller /s", 4));
  }

  @Override
  public Figures run(Round round) throws Exception {
    return Triggering.measure(round, 1, new Figures());
  }
}
