package dev.pawl.samples.triggering;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.samples.triggering.Page.CHILD;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.InvalidOptionException;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "maxDuration", "machine" and "region": how long, how heavy and where a body runs. */
class PlaceOptionsTest {
  final CountDownLatch done = new CountDownLatch(1);

  final Task<String, String> works =
      Task.define("works", String.class, String.class)
          .maxDuration("1h")
          .run(
              (payload, run) -> {
                done.await();
                return payload;
              });

  /** Active for no time at all, and parked for a day. */
  final Task<String, String> waits =
      Task.define("waits", String.class, String.class)
          .run(
              (payload, run) ->
                  run.triggerAndWait(CHILD, payload, options().delay("24h")).unwrap());

  final Task<String, String> where =
      Task.define("where", String.class, String.class)
          .run((payload, run) -> Thread.currentThread().getName());

  final ExecutorService pool =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("frankfurt").daemon().factory());

  @RegisterExtension
  final PawlExtension pawl =
      PawlExtension.inMemory()
          .register(CHILD, works, waits, where)
          .configure(
              builder ->
                  builder
                      .machine("small-1x", 1)
                      .machine("large-1x", 8)
                      .machineCapacity(9)
                      .lane("eu-central-1", pool));

  @AfterEach
  void shutDown() {
    pool.shutdownNow();
  }

  @Test
  void maxDuration(TestEngine engine) {
    RunHandle<String> tasks = engine.tasks().trigger(works, "some data");
    RunHandle<String> shorter =
        engine.tasks().trigger(works, "some data", options().maxDuration("5m"));
    engine.settle();
    engine.advance(Duration.ofMinutes(5));
    assertThat(engine.runs().retrieve(shorter)).hasStatus(RunStatus.TIMED_OUT).hasAttempts(1);
    assertThat(engine.runs().retrieve(tasks)).isExecuting();
    engine.advance(Duration.ofMinutes(55));
    assertThat(engine.runs().retrieve(tasks)).hasStatus(RunStatus.TIMED_OUT);
  }

  @Test
  void waitingDoesNotCount(TestEngine engine) {
    RunHandle<String> handle =
        engine.tasks().trigger(waits, "some data", options().maxDuration("5m"));
    engine.advance(Duration.ofHours(24));
    assertThat(engine.runs().retrieve(handle)).isCompleted();
  }

  @Test
  void machine(TestEngine engine) {
    RunHandle<String> large =
        engine.tasks().trigger(works, "some data", options().machine("large-1x"));
    RunHandle<String> small =
        engine.tasks().trigger(works, "some data", options().machine("small-1x"));
    RunHandle<String> tooMuch =
        engine.tasks().trigger(works, "some data", options().machine("small-1x"));
    engine.settle();
    assertThat(engine.runs().retrieve(large)).isExecuting();
    assertThat(engine.runs().retrieve(small)).isExecuting();
    assertThat(engine.runs().retrieve(tooMuch)).isQueued();
    assertThatThrownBy(
            () -> engine.tasks().trigger(works, "some data", options().machine("large-2x")))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("large-1x");
    done.countDown();
    engine.settle();
    assertThat(engine.runs().retrieve(tooMuch)).isCompleted();
  }

  @Test
  void region(TestEngine engine) {
    RunHandle<String> there =
        engine.tasks().trigger(where, "some data", options().region("eu-central-1"));
    RunHandle<String> here = engine.tasks().trigger(where, "some data");
    engine.settle();
    assertThat(engine.runs().retrieve(there)).hasOutput("frankfurt");
    assertThat(engine.runs().retrieve(here).output()).isNotEqualTo("frankfurt");
    assertThatThrownBy(
            () -> engine.tasks().trigger(where, "some data", options().region("us-east-1")))
        .isInstanceOf(InvalidOptionException.class);
  }
}
