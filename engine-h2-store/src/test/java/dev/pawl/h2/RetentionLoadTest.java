package dev.pawl.h2;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Retention;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import dev.pawl.testing.TestEngine;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred thousand runs are due at one instant, and callers hardly notice. */
class RetentionLoadTest {
  private static final int RUNS = Integer.getInteger("pawl.retention.runs", 100_000);
  private static final int GROUP = 1_000;
  private static final Duration KEPT = Duration.ofDays(1);

  private static final Duration GUARD = Duration.ofMinutes(5);

  @TempDir Path temp;

  @Test
  void callersGoOnWhileAHundredThousandRunsAreDeleted() throws Exception {
    H2Store store = H2Store.file(temp);
    long fill = System.nanoTime();
    try (RunStore opened = store.open()) {
      for (long first = 1; first < RUNS; first += GROUP) {
        opened.commit(ended(first).build());
      }
    }
    System.out.println("retention: filled in " + millis(System.nanoTime() - fill) + " ms");
    Task<String, String> task =
        Task.define("task", String.class, String.class).run((payload, run) -> payload);
    Instant start = Micros.instant(Rows.START).plus(Duration.ofHours(1));
    List<Long> before = new ArrayList<>();
    List<Long> during = new ArrayList<>();
    try (TestEngine engine =
        TestEngine.start(
            start, store, builder -> builder.register(task).retention(Retention.of(KEPT)))) {
      for (int i = 0; i < 2_000; i++) {
        before.add(trigger(engine, task));
      }
      long began = System.nanoTime();
      long cpu = loopNanos();
      Thread clock =
          Thread.ofPlatform().start(() -> advance(engine, KEPT.minus(Duration.ofMinutes(30))));
      while (clock.isAlive()) {
        during.add(trigger(engine, task));
      }
      System.out.println(
          "retention: "
              + RUNS
              + " runs deleted in "
              + millis(System.nanoTime() - began)
              + " ms, "
              + (loopNanos() - cpu) / 1_000 / RUNS
              + " µs of CPU each; trigger before "
              + figures(before)
              + ", meanwhile "
              + figures(during));
      assertThat(during).as("triggers that returned meanwhile").hasSizeGreaterThan(RUNS / 1_000);
      assertThat(engine.runs().list(RunQuery.all().statuses(RunStatus.COMPLETED)).items())
          .isEmpty();
      assertThat(engine.runs().stream(RunQuery.all()).count())
          .isEqualTo(before.size() + during.size());
    }
    // A turn deletes few runs, so nobody waits for many: far from the seconds that all would take.
    assertThat(percentile(during, 50)).isLessThan(TimeUnit.MILLISECONDS.toNanos(200));
  }

  /** The CPU time of the engine's loop, which a busy machine does not change. */
  private static long loopNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.dumpAllThreads(false, false, 0))
        .filter(thread -> thread.getThreadName().equals("pawl-loop"))
        .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
        .sum();
  }

  /** With more patience than a test engine has by itself, for a machine that is busy. */
  private static void advance(TestEngine engine, Duration by) {
    try {
      engine.advance(by);
    } catch (AssertionError e) {
      engine.settle(GUARD);
    }
  }

  private static ChangesBuilder ended(long first) {
    ChangesBuilder changes = changes();
    for (long id = first; id < first + GROUP; id++) {
      changes.create(Rows.run(id), Rows.ended(id, RunStatus.COMPLETED));
      if (id % 10 == 0) {
        changes.attempt(Rows.attempt(id, 1)).journal(Rows.journal(id, 0, 0));
        changes.bind(Rows.binding("key " + id, id));
      }
    }
    return changes;
  }

  private static long trigger(TestEngine engine, Task<String, String> task) {
    long began = System.nanoTime();
    engine.tasks().trigger(task, "x", options().delay("365d"));
    return System.nanoTime() - began;
  }

  private static String figures(List<Long> nanos) {
    return nanos.size()
        + " times, p50 "
        + percentile(nanos, 50) / 1_000
        + " µs, p99 "
        + percentile(nanos, 99) / 1_000
        + " µs, max "
        + percentile(nanos, 100) / 1_000
        + " µs";
  }

  private static long percentile(List<Long> nanos, int percent) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
