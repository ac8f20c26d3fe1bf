package dev.pawl.samples.benchmarks;

import java.time.Duration;

/** Executing what was triggered before the contender was started. */
final class Draining {
  private Draining() {}

  /** Fills by the bulk call, or by eight callers where there is none. */
  static void fill(Contender contender, int from, int count) throws Exception {
    try {
      contender.triggerAll(from, count);
    } catch (UnsupportedOperationException e) {
      Callers callers = new Callers(from, contender::trigger);
      while (callers.next() < from + count) {
        callers.run(8, Duration.ofMillis(500));
      }
    }
  }

  /** What draining came to. */
  record Result(double perSecond, double cpuMicrosEach) {}

  /** From the start to the last end that is stored, or to the cap. */
  static Result drain(Contender contender, long count, Duration cap) throws Exception {
    long ran = Bodies.count();
    MachineLoad load = new MachineLoad();
    long before = System.nanoTime();
    contender.start();
    long done = Bodies.await(contender, ran, count, cap.toNanos());
    long elapsed = System.nanoTime() - before;
    return new Result(done * 1e9 / elapsed, load.ownMicrosEach(done));
  }
}
