package dev.pawl.samples.benchmarks;

import java.util.List;

/** One thing that is measured. */
interface Workload {
  /** {@code P1}, as in {@code docs/benchmarks.md}. */
  String id();

  /** What is done, in a few words. */
  String title();

  /** Who can do it, Pawl first. */
  List<Entrant> entrants();

  List<Target> targets();

  /** Does it once, in a JVM that did nothing before. */
  Figures run(Round round) throws Exception;

  /** The largest heap of the JVM, as {@code -Xmx} takes it. */
  default String heap() {
    return "2g";
  }
}
