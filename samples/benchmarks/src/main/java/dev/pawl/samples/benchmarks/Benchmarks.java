package dev.pawl.samples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs workloads: each contender in turn, round after round, each in a JVM of its own that is
 * started here. Prints a table of what was reached, and one of everything.
 */
public final class Benchmarks {
  private final Arguments arguments;
  private final Results results = new Results();

  private Benchmarks(Arguments arguments) {
    this.arguments = arguments;
  }

  /** Runs all workloads, or those that {@code --only} names. */
  public static void main(String[] args) throws Exception {
    new Benchmarks(Arguments.parse(Workloads.all(), args)).run();
  }

  /** Runs one workload. */
  static void run(Workload workload, String... args) throws Exception {
    new Benchmarks(Arguments.parse(List.of(workload), args)).run();
  }

  private void run() throws IOException, InterruptedException {
    Files.createDirectories(arguments.data());
    for (Workload workload : arguments.workloads()) {
      List<Entrant> entrants = present(workload);
      for (int round = 1; round <= arguments.roundsOrDefault(); round++) {
        for (Entrant entrant : entrants) {
          take(workload, entrant, round);
        }
      }
    }
    String report = new Report(results, arguments).toString();
    System.out.println(report);
    Files.writeString(arguments.data().resolve("results.md"), report);
  }

  private List<Entrant> present(Workload workload) {
    List<Entrant> present = new ArrayList<>();
    for (Entrant entrant : workload.entrants()) {
      if (entrant.needsPostgres() && Databases.postgresUrl() == null) {
        results.leaveOut(workload, entrant, Databases.POSTGRES + " is not set");
      } else if (arguments.entrants().contains(entrant)) {
        present.add(entrant);
      }
    }
    return present;
  }

  private void take(Workload workload, Entrant entrant, int round)
      throws IOException, InterruptedException {
    Path log = arguments.data().resolve(workload.id() + "-" + entrant + ".log");
    Path folder = Folders.empty(arguments.data().resolve("stores"));
    try (ChildProcess child =
        ChildProcess.start(
            flags(workload), classPath(entrant), log, command(workload, entrant, folder))) {
      Optional<String> line = child.await(Figures::isLine, limitSeconds());
      if (line.isPresent()) {
        child.awaitExit();
        Figures figures = Figures.parse(line.get());
        results.add(workload, entrant, figures);
        System.out.println(
            progress(workload, entrant, round) + figures.toLine().replace('\t', ' '));
      } else {
        results.leaveOut(workload, entrant, "round " + round + " failed, see " + log);
        System.out.println(progress(workload, entrant, round) + "failed, see " + log);
      }
    } finally {
      Folders.delete(folder);
    }
  }

  private static String progress(Workload workload, Entrant entrant, int round) {
    return workload.id() + " " + entrant.title() + ", round " + round + ": ";
  }

  private List<String> flags(Workload workload) {
    List<String> flags = new ArrayList<>();
    flags.add("-Xmx" + workload.heap());
    flags.add("-XX:+ExitOnOutOfMemoryError"); // or a contender that has lost a thread hangs
    flags.addAll(arguments.flags());
    return flags;
  }

  private String classPath(Entrant entrant) {
    return arguments.peerH2().isEmpty() || entrant.isPawl()
        ? ChildProcess.classPath()
        : ChildProcess.classPathBehind(arguments.peerH2());
  }

  private String[] command(Workload workload, Entrant entrant, Path folder) {
    List<String> command = new ArrayList<>();
    command.add(Child.class.getName());
    command.add(workload.id());
    command.add(entrant.name());
    command.add(arguments.scale().name());
    command.add(folder.toString());
    command.addAll(arguments.extra());
    return command.toArray(String[]::new);
  }

  private long limitSeconds() {
    return arguments.scale().pick(60, 240, 3_600);
  }
}
