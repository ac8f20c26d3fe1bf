package dev.pawl.samples.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The results as tables in Markdown: first what was to be reached, then everything. */
final class Report {
  private final Results results;
  private final Arguments arguments;

  Report(Results results, Arguments arguments) {
    this.results = results;
    this.arguments = arguments;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(setting());
    text.append("\n| | Figure | Target | Pawl | Best peer | Ratio | Reached |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    for (Workload workload : results.workloads()) {
      workload.targets().forEach(target -> appendTarget(text, workload, target));
    }
    results.workloads().forEach(workload -> appendAll(text, workload));
    results.leftOut().forEach(line -> text.append("\nLeft out: ").append(line).append('\n'));
    return text.toString();
  }

  private String setting() {
    return "Scale "
        + arguments.scale()
        + ", "
        + arguments.roundsOrDefault()
        + " round(s) in turn, each in a JVM of its own; Java "
        + Runtime.version()
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " cores, flags "
        + arguments.flags()
        + (arguments.peerH2().isEmpty() ? "" : ", H2 of the peers " + arguments.peerH2())
        + ".\n";
  }

  private void appendTarget(StringBuilder text, Workload workload, Target target) {
    String name = target.figure();
    if (!results.has(workload, target.pawl(), name)) {
      return;
    }
    Results.Spread pawl = results.spread(workload, target.pawl(), name);
    Optional<Entrant> peer = bestPeer(workload, target);
    double ratio =
        peer.map(best -> ratio(target, pawl, results.spread(workload, best, name)))
            .orElse(Double.NaN);
    cells(
        text,
        workload.id(),
        name,
        target.toString(),
        target.pawl().title() + ": " + pawl,
        peer.map(best -> best.title() + ": " + results.spread(workload, best, name)).orElse("–"),
        Double.isNaN(ratio) ? "–" : Figures.show(ratio),
        target.isReached(pawl.median(), ratio) ? "yes" : "no");
  }

  /** How many times better Pawl is. */
  private static double ratio(Target target, Results.Spread pawl, Results.Spread peer) {
    return target.higherIsBetter() ? pawl.median() / peer.median() : peer.median() / pawl.median();
  }

  private Optional<Entrant> bestPeer(Workload workload, Target target) {
    Comparator<Entrant> byMedian =
        Comparator.comparingDouble(
            entrant -> results.spread(workload, entrant, target.figure()).median());
    List<Entrant> peers =
        results.entrants(workload).stream()
            .filter(entrant -> entrant.promisesAsMuchAs(target.pawl()))
            .filter(entrant -> results.has(workload, entrant, target.figure()))
            .toList();
    return target.higherIsBetter() ? peers.stream().max(byMedian) : peers.stream().min(byMedian);
  }

  /** A row for each figure, a column for each contender. */
  private void appendAll(StringBuilder text, Workload workload) {
    List<Entrant> entrants = List.copyOf(results.entrants(workload));
    text.append("\n**").append(workload.id()).append("**, ").append(workload.title());
    text.append(" (min / median / max)\n\n");
    row(text, "", entrants, entrant -> entrant.title() + "; survives " + entrant.survives());
    text.append("|---".repeat(entrants.size() + 1)).append("|\n");
    for (String name : results.names(workload)) {
      row(
          text,
          name,
          entrants,
          entrant ->
              results.has(workload, entrant, name)
                  ? results.spread(workload, entrant, name).toString()
                  : "");
    }
  }

  private static void row(
      StringBuilder text, String name, List<Entrant> entrants, Function<Entrant, String> cell) {
    cells(text, Stream.concat(Stream.of(name), entrants.stream().map(cell)).toArray(String[]::new));
  }

  private static void cells(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
