package dev.pawl.h2;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.fixtures.Measured.report;
import static dev.pawl.fixtures.Measured.usedHeap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.Limits;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures what a long backlog costs, in a file: the heap of each run that waits, the rate at which
 * it drains beside that of a short one, and how long it takes to open the store again. See {@code
 * docs/decisions.md} for figures and the command. It asserts no speed.
 */
@EnabledIfSystemProperty(named = "pawl.measure", matches = "true")
class BacklogMeasurementTest {
  private static final int SHORT = 10_000;
  private static final int LONG = Integer.getInteger("pawl.measure.runs", 1_000_000);
  private static final int DELAYED = Integer.getInteger("pawl.measure.delayed", 0);
  private static final boolean DRAINS = !"false".equals(System.getProperty("pawl.measure.drain"));
  private static final int RESIDENT =
      Integer.getInteger("pawl.measure.resident", Limits.defaults().residentRuns());
  private static final int ROUNDS = 5;
  private static final int CALLERS = 256;

  private final Task<String, String> task =
      Task.define("task", String.class, String.class).run((payload, run) -> payload);

  @TempDir Path folder;

  @Test
  void aLongBacklog() throws Exception {
    double shortRate = shortRate(); // warms up, too
    double longRate = longRate();
    if (!DRAINS) {
      return;
    }
    List<Double> rates = new ArrayList<>(List.of(shortRate, shortRate(), shortRate()));
    rates.sort(null);
    report(
        String.format(
            Locale.ROOT,
            "drain: %,.0f runs/s with %,d queued, %,.0f (%,.0f to %,.0f) with %,d: ratio %.2f",
            longRate,
            LONG,
            rates.get(1),
            rates.getFirst(),
            rates.getLast(),
            SHORT,
            longRate / rates.get(1)));
  }

  /** The median of several short backlogs, one after the other. */
  private double shortRate() throws Exception {
    List<Double> rates = new ArrayList<>();
    try (Engine engine = open("short" + System.nanoTime())) {
      engine.start();
      for (int round = 0; round < ROUNDS; round++) {
        engine.pause();
        trigger(engine, SHORT, options());
        rates.add(drain(engine, SHORT));
      }
    }
    rates.sort(null);
    return rates.get(ROUNDS / 2);
  }

  private double longRate() throws Exception {
    try (Engine engine = open("long")) {
      long began = System.nanoTime();
      trigger(engine, LONG / 2, options());
      double half = usedHeap(); // what the store keeps in memory is as much as it ever will be
      trigger(engine, LONG / 2, options());
      report(
          String.format(
              Locale.ROOT,
              "triggered %,d runs in %.1f s",
              LONG,
              (System.nanoTime() - began) / 1e9));
      report(
          String.format(
              Locale.ROOT, "heap of a queued run: %.1f bytes", (usedHeap() - half) / (LONG / 2.0)));
      if (DELAYED > 0) {
        trigger(engine, DELAYED / 2, options().delay("30d"));
        half = usedHeap();
        trigger(engine, DELAYED / 2, options().delay("30d"));
        report(
            String.format(
                Locale.ROOT,
                "heap of a delayed run: %.1f bytes",
                (usedHeap() - half) / (DELAYED / 2.0)));
      }
    }
    long began = System.nanoTime();
    try (Engine engine = open("long")) {
      report(
          String.format(Locale.ROOT, "opened again in %.1f s", (System.nanoTime() - began) / 1e9));
      report(String.format(Locale.ROOT, "heap in all: %,d MiB", usedHeap() / (1 << 20)));
      return DRAINS ? drain(engine, LONG) : Double.NaN;
    }
  }

  private Engine open(String name) {
    return Engine.builder()
        .store(H2Store.file(folder.resolve(name)).durability(H2Store.Durability.PROCESS))
        .register(task)
        .limits(Limits.defaults().residentRuns(RESIDENT))
        .open();
  }

  private void trigger(Engine engine, int runs, TriggerOptions options) throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> callers = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        int first = caller;
        callers.add(
            executor.submit(
                () -> {
                  for (int i = first; i < runs; i += CALLERS) {
                    engine.tasks().trigger(task, "x", options);
                  }
                }));
      }
      for (Future<?> each : callers) {
        each.get();
      }
    }
  }

  private static double drain(Engine engine, int runs) {
    long began = System.nanoTime();
    engine.start();
    engine.resume();
    assertThat(engine.awaitIdle(Duration.ofHours(2))).isTrue();
    return runs / ((System.nanoTime() - began) / 1e9);
  }
}
