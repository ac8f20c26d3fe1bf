package dev.pawl.samples.benchmarks;

import java.util.List;

/** All workloads, in the order of {@code docs/benchmarks.md}. */
final class Workloads {
  private static final List<Workload> ALL =
      List.of(
          new TriggerAlone(),
          new TriggerTogether(),
          new TriggerInBulk(),
          new DrainQueue(),
          new StartWhenIdle(),
          new WaitForChild(),
          new DueAtOnce(),
          new DeepBacklog(),
          new ConcurrencyKeys(),
          new ParkedParents(),
          new ReopenAfterKill(),
          new PowerSafe(),
          new TestEngineCycle(),
          new Sustained(),
          new ColdStart());

  private Workloads() {}

  static List<Workload> all() {
    return ALL;
  }

  static Workload byId(String id) {
    return ALL.stream()
        .filter(workload -> workload.id().equalsIgnoreCase(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no workload " + id));
  }
}
