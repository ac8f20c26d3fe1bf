package dev.pawl.samples.benchmarks;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The JVM of one round: does it, and prints its figures as one line. */
final class Child {
  private Child() {}

  public static void main(String[] args) throws Exception {
    Workload workload = Workloads.byId(args[0]);
    Map<String, String> extra = new HashMap<>();
    for (int i = 4; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      extra.put(args[i].substring(0, equals), args[i].substring(equals + 1));
    }
    Round round =
        new Round(Entrant.valueOf(args[1]), Scale.valueOf(args[2]), Path.of(args[3]), extra);
    MachineLoad load = new MachineLoad();
    Figures figures = workload.run(round);
    System.out.println(
        figures.add("own cores", load.ownCores()).add("other cores", load.otherCores()).toLine());
    System.exit(0); // some peers leave threads behind
  }
}
