package dev.pawl.samples.benchmarks;

/**
 * What a figure of Pawl's is to reach.
 *
 * @param pawl in which durability mode
 */
record Target(String figure, Goal goal, double bound, Entrant pawl) {
  enum Goal {
    TIMES_BEST_PEER,
    AT_LEAST,
    AT_MOST
  }

  /** A rate, against the best peer that promises at least as much. */
  static Target timesBestPeer(String figure, double bound) {
    return new Target(figure, Goal.TIMES_BEST_PEER, bound, Entrant.PAWL_PROCESS);
  }

  static Target atLeast(String figure, double bound) {
    return new Target(figure, Goal.AT_LEAST, bound, Entrant.PAWL_PROCESS);
  }

  static Target atMost(String figure, double bound) {
    return new Target(figure, Goal.AT_MOST, bound, Entrant.PAWL_PROCESS);
  }

  Target of(Entrant mode) {
    return new Target(figure, goal, bound, mode);
  }

  boolean higherIsBetter() {
    return goal != Goal.AT_MOST;
  }

  /** Whether it is reached; {@code ratio} is to the best peer, not a number where there is none. */
  boolean isReached(double value, double ratio) {
    return switch (goal) {
      case TIMES_BEST_PEER -> ratio >= bound;
      case AT_LEAST -> value >= bound;
      case AT_MOST -> value <= bound;
    };
  }

  @Override
  public String toString() {
    String number = Figures.show(bound).replaceAll("\\.0+$", "");
    return switch (goal) {
      case TIMES_BEST_PEER -> "≥ " + number + " × best peer";
      case AT_LEAST -> "≥ " + number;
      case AT_MOST -> "≤ " + number;
    };
  }
}
