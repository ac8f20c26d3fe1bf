package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.Health;
import dev.pawl.Limits;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.StuckBody;
import dev.pawl.Task;
import dev.pawl.fixtures.EngineLog;
import dev.pawl.internal.api.Probe;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StuckBodyTest extends EngineTest {
  private static final Duration GUARD = Duration.ofSeconds(20);

  private final Gate gate = new Gate();

  private final Task<String, String> deaf =
      Task.define("deaf", String.class, String.class)
          .maxDuration("10m")
          .run(
              (payload, run) -> {
                gate.passIgnoringInterrupts();
                return payload;
              });

  @Test
  void aBodyThatDoesNotListenIsShownAndLoggedOnceUntilItReturns() throws Exception {
    try (EngineLog log = EngineLog.open();
        TestEngine engine = start(deaf)) {
      RunHandle<String> handle = engine.tasks().trigger(deaf, "x");
      gate.awaitReached();
      handle.cancel();
      engine.advance(Duration.ofSeconds(29));
      assertThat(engine.health().stuckBodies()).isEmpty();
      assertThat(log.takeUnexpected(line -> false)).isEmpty();
      Probe probe = Probe.of(engine.present());
      assertThat(probe.bodyLeft(handle.id())).as("but it is known to be there").isPresent();

      engine.advance(Duration.ofSeconds(1));
      Health health = engine.health();
      assertThat(health.isUp()).isTrue();
      assertThat(health.stuckBodies()).hasSize(1);
      StuckBody stuck = health.stuckBodies().getFirst();
      assertThat(stuck.runId()).isEqualTo(handle.id());
      assertThat(stuck.taskId()).isEqualTo("deaf");
      assertThat(stuck.attempt()).isEqualTo(1);
      assertThat(stuck.since()).isEqualTo(TestEngine.START);
      assertThat(stuck.stack()).contains("passIgnoringInterrupts");
      engine.advance(Duration.ofDays(1));
      assertThat(log.takeUnexpected(line -> false))
          .singleElement()
          .satisfies(
              line ->
                  assertThat(line)
                      .contains(handle.id(), "\"deaf\"", "PT30S", "passIgnoringInterrupts"));
      assertThat(probe.counters().stuckBodies.sum()).isEqualTo(1);

      gate.open();
      engine.settle();
      assertThat(engine.health().stuckBodies()).isEmpty();
      assertThat(probe.bodyLeft(handle.id())).isEmpty();
      assertThat(probe.figures().executing()).isZero();
    }
  }

  @Test
  void aTimedOutBodyIsShownToo() throws Exception {
    try (EngineLog log = EngineLog.open();
        TestEngine engine =
            TestEngine.start(
                newStore(),
                builder ->
                    builder
                        .register(deaf)
                        .limits(Limits.defaults().stuckBodyAfter(Duration.ofSeconds(5))))) {
      RunHandle<String> handle = engine.tasks().trigger(deaf, "x");
      gate.awaitReached();
      engine.advance(Duration.ofMinutes(10).plusSeconds(5));
      assertThat(engine.health().stuckBodies())
          .extracting(StuckBody::runId)
          .containsExactly(handle.id());
      assertThat(engine.health().stuckBodies().getFirst().since())
          .isEqualTo(TestEngine.START.plus(Duration.ofMinutes(10)));
      gate.open();
      assertThat(log.takeUnexpected(line -> line.contains(handle.id()))).isEmpty();
    }
  }

  @Test
  void aBodyThatListensLeavesNothingBehind() throws Exception {
    Task<String, String> obedient =
        Task.define("obedient", String.class, String.class)
            .run(
                (payload, run) -> {
                  gate.pass();
                  return payload;
                });
    try (EngineLog log = EngineLog.open();
        TestEngine engine = start(obedient)) {
      RunHandle<String> handle = engine.tasks().trigger(obedient, "x");
      gate.awaitReached();
      handle.cancel();
      engine.settle();
      assertThat(engine.nextTimer()).isEmpty();
      engine.advance(Duration.ofDays(1));
      assertThat(engine.health().stuckBodies()).isEmpty();
      assertThat(log.takeUnexpected(line -> false)).isEmpty();
    }
  }

  @Test
  void aBodyThatACloseLeavesBehindIsShownByTheClosedEngine() throws Exception {
    try (EngineLog log = EngineLog.open()) {
      TestEngine engine = start(deaf);
      RunHandle<String> handle = engine.tasks().trigger(deaf, "x");
      gate.awaitReached();
      engine.close(Duration.ZERO);
      assertThat(log.takeUnexpected(line -> line.contains("bodies are still running"))).isEmpty();
      engine.clock().set(engine.now().plus(Duration.ofMinutes(1)));
      assertThat(engine.health().status()).isEqualTo(Health.Status.CLOSED);
      assertThat(engine.health().stuckBodies())
          .extracting(StuckBody::runId)
          .containsExactly(handle.id());
      gate.open();
      while (!engine.allBodiesEnded()) {
        Thread.onSpinWait();
      }
      assertThat(engine.health().stuckBodies()).isEmpty();
    }
  }

  @Test
  void bodiesThatSpinOnEveryCarrierStarveNeitherTimersNorTheStoreNorACancel() throws Exception {
    int spinning = 2 * Runtime.getRuntime().availableProcessors() + 2;
    int carriers = Runtime.getRuntime().availableProcessors();
    CountDownLatch spin = new CountDownLatch(carriers);
    Task<String, String> spinner =
        Task.define("spinner", String.class, String.class)
            .run(
                (payload, run) -> {
                  spin.countDown();
                  while (!run.isCancelled()) {
                    Thread.onSpinWait();
                  }
                  return payload;
                });
    try (Engine engine =
        Engine.builder()
            .store(new InMemoryStore())
            .register(spinner)
            .limits(Limits.defaults().minMaxDuration(Duration.ofMillis(50)))
            .start()) {
      List<RunHandle<String>> spinners = new ArrayList<>();
      for (int i = 0; i < spinning; i++) {
        spinners.add(engine.tasks().trigger(spinner, "x"));
      }
      assertThat(spin.await(GUARD.toSeconds(), TimeUnit.SECONDS)).isTrue();
      // A timer: a run that must expire, though nothing could start it.
      engine.pause();
      RunHandle<String> expiring =
          engine.tasks().trigger(spinner, "late", options().ttl(Duration.ofMillis(50)));
      assertThat(expiring.await(GUARD)).isNotNull();
      assertThat(expiring.retrieve().status()).isEqualTo(RunStatus.EXPIRED);
      // The store and a cancel: each body is told to end, though no carrier is free to tell it.
      for (RunHandle<String> handle : spinners) {
        assertThat(handle.cancel().changed()).isTrue();
      }
      assertThat(engine.awaitIdle(GUARD)).as("each body has been told").isTrue();
    }
  }
}
