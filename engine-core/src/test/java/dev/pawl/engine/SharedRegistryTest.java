package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Engine;
import dev.pawl.Limits;
import dev.pawl.Task;
import dev.pawl.fixtures.EngineLog;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Several engines over one registry of meters, one after the other and at once. */
class SharedRegistryTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((text, run) -> text);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private TestEngine start(StoreProvider store) {
    return TestEngine.start(store, builder -> builder.register(ECHO).meterRegistry(registry));
  }

  private double value(String name) {
    Gauge gauge = registry.find(name).gauge();
    return gauge == null ? Double.NaN : gauge.value();
  }

  private String gauges() {
    return registry.getMeters().stream()
        .filter(meter -> meter.getId().getType() == Meter.Type.GAUGE)
        .map(meter -> meter.getId().getName())
        .collect(Collectors.joining(" "));
  }

  /** A store whose runs cannot be read. */
  private static RunStore unreadable(RunStore store) {
    return Intercepted.store(
        store,
        (method, args) -> {
          if (method.equals("live")) {
            throw new StoreException("the database is damaged", null);
          }
        });
  }

  @Test
  void anEngineThatCouldNotOpenLeavesNoGauge() {
    InMemoryStore store = new InMemoryStore();
    assertThatThrownBy(
            () ->
                Engine.builder()
                    .store(() -> unreadable(store.open()))
                    .register(ECHO)
                    .meterRegistry(registry)
                    .open())
        .hasMessageContaining("damaged");
    assertThat(gauges()).isEmpty();
    try (TestEngine engine = start(store)) {
      engine.tasks().trigger(ECHO, "x", options().delay("1h"));
      engine.settle();
      assertThat(value("pawl.runs.live")).isEqualTo(1);
    }
  }

  @Test
  void theNextEngineShowsItselfAndNotTheOneBefore() {
    InMemoryStore store = new InMemoryStore();
    try (TestEngine engine = start(store)) {
      engine.tasks().trigger(ECHO, "x", options().delay("1h"));
      engine.settle();
    }
    assertThat(gauges()).isEmpty();
    try (TestEngine engine = start(store)) {
      engine.tasks().trigger(ECHO, "y", options().delay("1h"));
      engine.settle();
      assertThat(value("pawl.runs.live")).isEqualTo(2);
    }
  }

  @Test
  void ofTwoWithTheSameTagsTheOneThatClosesTakesNothingFromTheOther() {
    try (EngineLog log = EngineLog.open();
        TestEngine first = start(new InMemoryStore())) {
      first.tasks().trigger(ECHO, "x", options().delay("1h"));
      first.settle();
      try (TestEngine second = start(new InMemoryStore())) {
        second.settle();
        assertThat(log.takeUnexpected(line -> false))
            .singleElement()
            .asString()
            .contains("the same tags");
      }
      assertThat(value("pawl.runs.live")).isEqualTo(1);
      assertThat(value("pawl.up")).isEqualTo(1);
    }
    assertThat(gauges()).isEmpty();
  }

  @Test
  void theQueuesOfTasksAreKnownByNameHoweverManyOthersThereAre() {
    InMemoryStore store = new InMemoryStore();
    Limits limits = Limits.defaults().maxMeteredQueues(3);
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(ECHO))) {
      for (int i = 0; i < 20; i++) {
        engine.tasks().trigger(ECHO, "x", options().delay("1h").queue("of-user-" + i));
      }
    }
    try (TestEngine engine =
        TestEngine.start(
            store, builder -> builder.register(ECHO).limits(limits).meterRegistry(registry))) {
      engine.settle();
      assertThat(registry.find("pawl.queue.queued").tag("queue", "task/echo").gauge()).isNotNull();
    }
  }
}
