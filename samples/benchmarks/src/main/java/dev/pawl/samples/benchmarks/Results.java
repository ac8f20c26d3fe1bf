package dev.pawl.samples.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What all rounds have measured. */
final class Results {
  private final Map<Workload, Map<Entrant, List<Figures>>> rounds = new LinkedHashMap<>();
  private final List<String> leftOut = new ArrayList<>();

  /** The figures of several rounds under one name, sorted. */
  record Spread(double min, double median, double max) {
    static Spread of(List<Double> values) {
      List<Double> sorted = values.stream().sorted().toList();
      return new Spread(
          sorted.get(0), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
    }

    @Override
    public String toString() {
      return min == max
          ? Figures.show(median)
          : Figures.show(min) + " / " + Figures.show(median) + " / " + Figures.show(max);
    }
  }

  void add(Workload workload, Entrant entrant, Figures figures) {
    rounds
        .computeIfAbsent(workload, w -> new LinkedHashMap<>())
        .computeIfAbsent(entrant, e -> new ArrayList<>())
        .add(figures);
  }

  void leaveOut(Workload workload, Entrant entrant, String why) {
    leftOut.add(workload.id() + " " + entrant.title() + ": " + why);
  }

  List<String> leftOut() {
    return leftOut;
  }

  Set<Workload> workloads() {
    return rounds.keySet();
  }

  Set<Entrant> entrants(Workload workload) {
    return rounds.getOrDefault(workload, Map.of()).keySet();
  }

  Set<String> names(Workload workload) {
    Set<String> names = new LinkedHashSet<>();
    rounds
        .getOrDefault(workload, Map.of())
        .values()
        .forEach(all -> all.forEach(figures -> names.addAll(figures.values().keySet())));
    return names;
  }

  boolean has(Workload workload, Entrant entrant, String name) {
    return !values(workload, entrant, name).isEmpty();
  }

  Spread spread(Workload workload, Entrant entrant, String name) {
    return Spread.of(values(workload, entrant, name));
  }

  private List<Double> values(Workload workload, Entrant entrant, String name) {
    return rounds.getOrDefault(workload, Map.of()).getOrDefault(entrant, List.of()).stream()
        .filter(figures -> figures.values().containsKey(name))
        .map(figures -> figures.get(name))
        .toList();
  }
}
