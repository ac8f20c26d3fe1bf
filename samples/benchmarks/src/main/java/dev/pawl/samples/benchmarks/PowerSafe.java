package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DBOS;
import static dev.pawl.samples.benchmarks.Entrant.DB_SCHEDULER_POSTGRES;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;

import java.time.Duration;
import java.util.List;

/**
 * P12: what survives a power loss: triggering by 100 callers, and whole lives (trigger, execute,
 * store the end) with 1,000 of them in flight; DBOS, which blocks a pooled connection for each
 * call, does best with 32.
 */
public final class PowerSafe implements Workload {
  private static final int IN_FLIGHT = 1_000;
  private static final int IN_FLIGHT_DBOS = 32;
  private static final String TRIGGERED = "100 callers /s";
  private static final String LIVES = "lives /s";

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new PowerSafe(), args);
  }

  @Override
  public String id() {
    return "P12";
  }

  @Override
  public String title() {
    return "safe against power loss";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_POWER, PAWL_PROCESS, DBOS, DB_SCHEDULER_POSTGRES);
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.timesBestPeer(TRIGGERED, 20).of(PAWL_POWER),
        Target.timesBestPeer(LIVES, 20).of(PAWL_POWER));
  }

  @Override
  public String heap() {
    return "4g";
  }

  @Override
  public Figures run(Round round) throws Exception {
    Figures figures = Triggering.measure(round, 100, new Figures());
    Duration time = round.scale().millis(300, 3_000, 10_000);
    int inFlight = round.entrant() == DBOS ? IN_FLIGHT_DBOS : IN_FLIGHT;
    try (Contender contender = round.open("lives")) {
      contender.start();
      Callers lives = new Callers(0, contender::lifeCycle);
      lives.runOnVirtualThreads(inFlight, time);
      MachineLoad load = new MachineLoad();
      Callers.Result result = lives.runOnVirtualThreads(inFlight, time);
      return figures
          .add(LIVES, result.perSecond())
          .add("lives cpu µs each", load.ownMicrosEach(result.calls()))
          .add("life", result.latencies());
    }
  }
}
