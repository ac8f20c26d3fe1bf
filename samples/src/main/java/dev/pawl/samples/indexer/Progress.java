package dev.pawl.samples.indexer;

import dev.pawl.RunContext;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the line that moves shows of one root run: counters that the tasks add to. Nothing but the
 * display reads them, and they begin with what the store knows.
 */
class Progress {
  private final LongAdder found = new LongAdder();
  private final LongAdder done = new LongAdder();
  private final LongAdder runs = new LongAdder();
  private volatile String rootRunId = "";
  private volatile long doneBefore;

  /**
   * Watches a root run. Called before any task runs.
   *
   * @param former what was done of it already
   */
  void watch(Former former) {
    rootRunId = former.rootRunId();
    found.add(former.found());
    done.add(former.done());
    runs.add(former.runs());
    doneBefore = former.done();
  }

  /** A run has found files. */
  void found(RunContext run, int files) {
    if (run.rootId().equals(rootRunId)) {
      found.add(files);
    }
  }

  /** A file was read, or given up. */
  void fileDone(RunContext run) {
    if (run.rootId().equals(rootRunId)) {
      done.increment();
    }
    runDone(run);
  }

  /** A run has done its work. */
  void runDone(RunContext run) {
    if (run.rootId().equals(rootRunId)) {
      runs.increment();
    }
  }

  /** {@code 1,234/5,000 files, 1,500 runs}. */
  String counts() {
    return String.format(
        Locale.ROOT, "%,d/%,d files, %,d runs", done.sum(), found.sum(), runs.sum());
  }

  /** As {@link #counts()}, with the rate of this process: {@code …, 812 files/s}. */
  String line(Duration elapsed) {
    double seconds = Math.max(0.001, elapsed.toNanos() / 1e9); // never by zero
    return counts()
        + String.format(Locale.ROOT, ", %,.0f files/s", (done.sum() - doneBefore) / seconds);
  }
}
