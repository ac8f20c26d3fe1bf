package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.fixtures.Measured.report;
import static dev.pawl.fixtures.Measured.usedHeap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.internal.queue.Queues;
import dev.pawl.internal.queue.Ready;
import dev.pawl.testing.InMemoryStore;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Measures what queues cost; see {@code docs/decisions.md} for figures and the command. It asserts
 * no speed: a time says as much about the machine as about the code, so compare the lines of one
 * run.
 */
@EnabledIfSystemProperty(named = "pawl.measure", matches = "true")
class QueueMeasurementTest {
  private static final int RUNS = Integer.getInteger("pawl.measure.runs", 1_000_000);
  private static final int STARTS = 500_000;
  private static final int ROUNDS = 5;

  /** The least that a run can be. */
  private static final class Bare extends Ready {
    private final long id;

    Bare(long id) {
      this.id = id;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public long order() {
      return id;
    }

    @Override
    public int weight() {
      return 0;
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 10000", "1, 1000000", "1000, 1000000", "100000, 100000", "100000, 1000000"})
  void costPerStart(int keys, int runs) {
    Queues queues = new Queues(Integer.MAX_VALUE, Integer.MAX_VALUE, false);
    queues.configure("q", keys == 1 ? 100 : 1, Integer.MAX_VALUE, false);
    List<Bare> all = new ArrayList<>(runs);
    String[] names = new String[keys];
    for (int i = 0; i < keys; i++) {
      names[i] = "key-" + i;
    }
    for (int i = 0; i < runs; i++) {
      all.add(new Bare(i));
    }
    long heap = usedHeap();
    long began = cpuTime();
    for (int i = 0; i < runs; i++) {
      queues.enqueue(all.get(i), "q", names[i % keys]);
    }
    double enqueue = (double) (cpuTime() - began) / runs;
    double perRun = (double) (usedHeap() - heap) / runs;
    double best = Double.MAX_VALUE;
    double worst = 0;
    for (int round = 0; round < ROUNDS; round++) {
      began = cpuTime();
      for (int i = 0; i < STARTS; i++) {
        Bare started = (Bare) queues.start();
        queues.release(started);
        queues.enqueue(started, "q", names[(int) (started.id % keys)]);
      }
      double perStart = (double) (cpuTime() - began) / STARTS;
      best = Math.min(best, perStart);
      worst = Math.max(worst, perStart);
    }
    report(
        String.format(
            Locale.ROOT,
            "%,d keys, %,d runs: enqueue %.0f ns, start + release + enqueue %.0f to %.0f ns,"
                + " %.1f bytes a run beside the run itself",
            keys,
            runs,
            enqueue,
            best,
            worst,
            perRun));
  }

  @Test
  void anIdleKeyBehindABacklog() {
    int keys = 100_000;
    Queues queues = new Queues(1, Integer.MAX_VALUE, false);
    for (int i = 0; i < RUNS; i++) {
      queues.enqueue(new Bare(i), "q", "key-" + i % keys);
    }
    Bare idle = new Bare(Long.MAX_VALUE);
    queues.enqueue(idle, "q", "idle");
    int starts = 0;
    Ready started;
    do {
      started = queues.start();
      queues.release(started);
      starts++;
    } while (started != idle);
    report(
        String.format(
            Locale.ROOT,
            "an idle key behind %,d runs of %,d keys starts as number %,d",
            RUNS,
            keys,
            starts));
    assertThat(starts).as("one pass").isEqualTo(keys + 1);
  }

  @Test
  void aLimitThatChanges() {
    int keys = 100_000;
    Queues queues = new Queues(Integer.MAX_VALUE, Integer.MAX_VALUE, false);
    queues.configure("q", 0, Integer.MAX_VALUE, false);
    for (int i = 0; i < keys; i++) {
      queues.enqueue(new Bare(i), "q", "key-" + i);
    }
    for (int round = 0; round < ROUNDS; round++) {
      long began = cpuTime();
      for (int i = 0; i < 1_000; i++) {
        queues.configure("q", i % 2, Integer.MAX_VALUE, false);
      }
      long configured = cpuTime();
      assertThat(queues.mayStart()).isTrue();
      long followed = cpuTime();
      queues.configure("q", 0, Integer.MAX_VALUE, false);
      assertThat(queues.mayStart()).isFalse();
      report(
          String.format(
              Locale.ROOT,
              "%,d keys wait: a change of the limit %,d ns, the pick after it %,d us",
              keys,
              (configured - began) / 1_000,
              (followed - configured) / 1_000));
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "100000"})
  void theEngine(int keys) throws Exception {
    Task<String, String> task =
        Task.define("task", String.class, String.class).run((payload, run) -> payload);
    long heap = usedHeap();
    try (Engine engine =
        Engine.builder().store(new InMemoryStore()).register(task).maxConcurrency(100).open()) {
      long began = System.nanoTime();
      trigger(engine, task, keys);
      double trigger = (double) (System.nanoTime() - began) / RUNS;
      long queued = usedHeap();
      reportLargestClasses();
      began = System.nanoTime();
      engine.start();
      assertThat(engine.awaitIdle(Duration.ofHours(1))).isTrue();
      double drain = (double) (System.nanoTime() - began) / RUNS;
      report(
          String.format(
              Locale.ROOT,
              "engine in memory, %,d keys, %,d runs: trigger %.1f us, drain %.1f us a run,"
                  + " %d bytes a queued run with its stored rows, %d once it has ended",
              keys,
              RUNS,
              trigger / 1_000,
              drain / 1_000,
              (queued - heap) / RUNS,
              (usedHeap() - heap) / RUNS));
    }
  }

  private static void trigger(Engine engine, Task<String, String> task, int keys) throws Exception {
    int callers = 64;
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        int first = caller;
        all.add(
            executor.submit(
                () -> {
                  for (int i = first; i < RUNS; i += callers) {
                    TriggerOptions options = options();
                    engine
                        .tasks()
                        .trigger(
                            task,
                            "x",
                            keys == 1 ? options : options.concurrencyKey("key-" + i % keys));
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  /** Of this thread alone, so that what else the machine does counts less. */
  private static long cpuTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Whose memory it is: the engine's, or that of the rows which only an in-memory store keeps. */
  private static void reportLargestClasses() throws Exception {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {null},
                    new String[] {String[].class.getName()});
    histogram.lines().limit(22).forEach(line -> System.out.println("measured: " + line));
  }
}
