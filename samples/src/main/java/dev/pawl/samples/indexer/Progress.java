package dev.pawl.samples.indexer;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the line that moves shows: counters that the tasks add to. Nothing but the display reads
 * them, and they begin with what the store knows.
 */
final class Progress {
  private final LongAdder found = new LongAdder();
  private final LongAdder done = new LongAdder();
  private final LongAdder runs = new LongAdder();
  private long doneBefore;

  /** Begins with what a former process has done. Called before any task runs. */
  void beginWith(Former former) {
    found.add(former.found());
    done.add(former.done());
    runs.add(former.runs());
    doneBefore = former.done();
  }

  /** Files were found. */
  void found(int files) {
    found.add(files);
  }

  /** A file was read, or given up. */
  void fileDone() {
    done.increment();
    runs.increment();
  }

  /** A run for anything but a file has ended. */
  void runDone() {
    runs.increment();
  }

  /** {@code 1,234/5,000 files, 1,500 runs}. */
  String counts() {
    return String.format(
        Locale.ROOT, "%,d/%,d files, %,d runs", done.sum(), found.sum(), runs.sum());
  }

  /** As {@link #counts()}, with the rate of this process: {@code …, 812 files/s}. */
  String line(Duration elapsed) {
    double seconds = Math.max(0.001, elapsed.toNanos() / 1e9);
    return counts()
        + String.format(Locale.ROOT, ", %,.0f files/s", (done.sum() - doneBefore) / seconds);
  }
}
