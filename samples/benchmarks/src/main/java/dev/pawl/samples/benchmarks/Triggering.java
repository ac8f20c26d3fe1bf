package dev.pawl.samples.benchmarks;

import java.time.Duration;

/** Triggering by a number of callers while nothing executes, after as long a time to warm up. */
final class Triggering {
  private Triggering() {}

  static Figures measure(Round round, int callers, Figures figures) throws Exception {
    Duration time = round.scale().millis(200, 2_000, 5_000);
    try (Contender contender = round.open("trigger-" + callers)) {
      Callers calling = new Callers(0, contender::trigger);
      calling.warmUp(callers, time);
      MachineLoad load = new MachineLoad();
      Callers.Result result = calling.run(callers, time);
      double cpu = load.ownMicrosEach(result.calls());
      checkStored(contender, calling.next());
      String by = callers == 1 ? "1 caller" : callers + " callers";
      return figures
          .add(by + " /s", result.perSecond())
          .add(by + " cpu µs each", cpu)
          .add(by, result.latencies());
    }
  }

  private static void checkStored(Contender contender, long acknowledged) throws Exception {
    long stored = contender.left();
    if (stored != acknowledged) {
      throw new IllegalStateException(acknowledged + " acknowledged, " + stored + " stored");
    }
  }
}
