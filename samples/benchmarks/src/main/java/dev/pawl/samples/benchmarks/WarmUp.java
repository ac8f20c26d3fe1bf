package dev.pawl.samples.benchmarks;

import java.time.Duration;

/** Repeats what will be measured, before it is. */
final class WarmUp {
  private WarmUp() {}

  /** A part of the work that will be measured. */
  interface Step {
    void run() throws Exception;
  }

  /**
   * Repeats a step until this JVM has had twice that time of a processor, which is what the
   * compiler needs, or four times that time has passed: beside other work, a second is not a
   * second.
   */
  static void repeat(Duration time, Step step) throws Exception {
    MachineLoad load = new MachineLoad();
    long end = System.nanoTime() + 4 * time.toNanos();
    do {
      step.run();
    } while (load.ownNanosUsed() < 2 * time.toNanos() && System.nanoTime() < end);
  }
}
