package dev.pawl.samples.benchmarks;

import java.time.Duration;

/** How much of a workload is done. */
enum Scale {
  /** A second: to see that it works. */
  SMOKE(1),
  /** Some seconds: to see where things stand. */
  SHORT(1),
  /** What a result is made of. */
  FULL(5);

  private final int rounds;

  Scale(int rounds) {
    this.rounds = rounds;
  }

  /** How often each contender has its turn, where the command line does not say. */
  int rounds() {
    return rounds;
  }

  int pick(int smoke, int brief, int full) {
    return switch (this) {
      case SMOKE -> smoke;
      case SHORT -> brief;
      case FULL -> full;
    };
  }

  Duration millis(int smoke, int brief, int full) {
    return Duration.ofMillis(pick(smoke, brief, full));
  }
}
