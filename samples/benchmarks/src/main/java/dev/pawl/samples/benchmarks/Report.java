package dev.pawl.samples.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The results as two tables in Markdown: what was to be reached, and everything. */
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
    text.append("\n| | Figure | Contender | Survives | Min / median / max | Pawl's ratio |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (Workload workload : results.workloads()) {
      for (String name : results.names(workload)) {
        results.entrants(workload).forEach(entrant -> appendFigure(text, workload, name, entrant));
      }
    }
    results.leftOut().forEach(line -> text.append("\nLeft out: ").append(line));
    return text.append('\n').toString();
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
    return target.higherIsBetter()
        ? pawl.median() / peer.median()
        : peer.median() / pawl.median();
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
    return target.higherIsBetter()
        ? peers.stream().max(byMedian)
        : peers.stream().min(byMedian);
  }

  private void appendFigure(StringBuilder text, Workload workload, String name, Entrant entrant) {
    if (!results.has(workload, entrant, name)) {
      return;
    }
    Results.Spread spread = results.spread(workload, entrant, name);
    Entrant pawl = workload.entrants().get(0);
    cells(
        text,
        workload.id(),
        name,
        entrant.title(),
        entrant.survives(),
        spread.toString(),
        results.has(workload, pawl, name)
            ? Figures.show(results.spread(workload, pawl, name).median() / spread.median())
            : "–");
  }

  private static void cells(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
