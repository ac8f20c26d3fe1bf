package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.fixtures.EngineLog;
import dev.pawl.internal.api.Probe;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run whose task is not registered waits for it: never deleted, never failed. */
class PendingVersionTest extends EngineTest {
  private static final Task<String, String> LEAF =
      Task.define("leaf", String.class, String.class).run((payload, run) -> payload + "!");

  private static final Task<String, String> PARENT =
      Task.define("parent", String.class, String.class)
          .run((payload, run) -> run.triggerAndWait(LEAF, payload, options().delay("1h")).unwrap());

  private final StoreProvider store = newStore();
  private Instant time = TestEngine.START;

  /** An engine on the same store, later. */
  private TestEngine next(Task<?, ?>... tasks) {
    return TestEngine.start(time, store, builder -> builder.register(tasks));
  }

  private void leave(TestEngine engine) {
    time = engine.now();
    engine.close();
  }

  private static RunStatus status(TestEngine engine, RunHandle<?> handle) {
    return engine.runs().retrieve(handle.id()).status();
  }

  @Test
  void oneWarningNamesTasksAndCountsAndTheRunsGoOnWhenTheirTasksAreRegistered() {
    TestEngine before = next(LEAF, PARENT);
    before.pause();
    List<RunHandle<String>> leaves =
        List.of(before.tasks().trigger(LEAF, "a"), before.tasks().trigger(LEAF, "b"));
    RunHandle<String> parent = before.tasks().trigger(PARENT, "c");
    leave(before);
    try (EngineLog log = EngineLog.open();
        TestEngine engine = next()) {
      assertThat(log.takeUnexpected(line -> false))
          .singleElement()
          .satisfies(
              line ->
                  assertThat(line)
                      .contains("not registered")
                      .contains("leaf=2")
                      .contains("parent=1"));
      engine.advance(Duration.ofDays(100));
      assertThat(leaves)
          .allSatisfy(
              leaf -> assertThat(status(engine, leaf)).isEqualTo(RunStatus.PENDING_VERSION));
      assertThat(Probe.of(engine.present()).figures().held()).isEqualTo(3);
      engine.register(LEAF);
      engine.settle();
      assertThat(leaves)
          .allSatisfy(leaf -> assertThat(status(engine, leaf)).isEqualTo(RunStatus.COMPLETED));
      assertThat(status(engine, parent)).isEqualTo(RunStatus.PENDING_VERSION);
      engine.register(PARENT);
      engine.settle();
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(parent.id()).output()).isEqualTo("c!");
      assertThat(log.takeUnexpected(line -> false)).isEmpty();
    }
  }

  @Test
  void aRunThatIsDueLaterIsReportedOnceForItsTaskToo() {
    TestEngine before = next(LEAF);
    RunHandle<String> first = before.tasks().trigger(LEAF, "a", options().delay("1h"));
    before.tasks().trigger(LEAF, "b", options().delay("2h"));
    leave(before);
    try (EngineLog log = EngineLog.open();
        TestEngine engine = next()) {
      assertThat(status(engine, first)).isEqualTo(RunStatus.DELAYED);
      engine.advance(Duration.ofHours(3));
      assertThat(status(engine, first)).isEqualTo(RunStatus.PENDING_VERSION);
      assertThat(log.takeUnexpected(line -> false))
          .singleElement()
          .satisfies(line -> assertThat(line).contains("\"leaf\"", "PENDING_VERSION"));
    }
  }

  @Test
  void itsTtlKeepsCounting() {
    TestEngine before = next(LEAF);
    before.pause();
    RunHandle<String> expiring = before.tasks().trigger(LEAF, "a", options().ttl("1h"));
    RunHandle<String> lapsed = before.tasks().trigger(LEAF, "b", options().ttl("10m"));
    before.advance(Duration.ofMinutes(5));
    leave(before);
    time = time.plus(Duration.ofMinutes(30));
    try (EngineLog log = EngineLog.open();
        TestEngine engine = next()) {
      assertThat(status(engine, lapsed)).isEqualTo(RunStatus.EXPIRED);
      engine.advance(Duration.ofMinutes(25).minusMillis(1));
      assertThat(status(engine, expiring)).isEqualTo(RunStatus.PENDING_VERSION);
      engine.advance(Duration.ofMillis(1));
      assertThat(status(engine, expiring)).isEqualTo(RunStatus.EXPIRED);
      assertThat(Probe.of(engine.present()).figures().held()).isZero();
      log.takeUnexpected(line -> false);
    }
  }

  @Test
  void itCanBeCanceledAndItsParentLearnsOfIt() {
    TestEngine before = next(LEAF, PARENT);
    RunHandle<String> parent = before.tasks().trigger(PARENT, "c");
    before.settle();
    leave(before);
    try (EngineLog log = EngineLog.open();
        TestEngine engine = next(PARENT)) {
      engine.advance(Duration.ofHours(1));
      Run<?> child =
          engine.runs().stream(dev.pawl.RunQuery.all().tasks("leaf")).findFirst().orElseThrow();
      assertThat(child.status()).isEqualTo(RunStatus.PENDING_VERSION);
      assertThat(status(engine, parent)).isEqualTo(RunStatus.WAITING);
      assertThat(engine.runs().cancel(child.id()).changed()).isTrue();
      engine.settle();
      assertThat(engine.runs().retrieve(child.id()).status()).isEqualTo(RunStatus.CANCELED);
      assertThat(status(engine, parent))
          .as("its child has failed it")
          .isEqualTo(RunStatus.RETRYING);
      log.takeUnexpected(line -> false);
    }
  }

  @Test
  void aParentWhoseTaskIsMissingWaitsOnAndGoesOnWhereItStood() {
    TestEngine before = next(LEAF, PARENT);
    RunHandle<String> parent = before.tasks().trigger(PARENT, "c");
    before.settle();
    leave(before);
    try (EngineLog log = EngineLog.open();
        TestEngine engine = next(LEAF)) {
      assertThat(status(engine, parent)).as("it waits for its child").isEqualTo(RunStatus.WAITING);
      engine.advance(Duration.ofHours(1));
      assertThat(status(engine, parent)).isEqualTo(RunStatus.PENDING_VERSION);
      engine.crash();
      assertThat(status(engine, parent)).isEqualTo(RunStatus.PENDING_VERSION);
      engine.register(PARENT);
      engine.settle();
      assertThat(engine.runs().retrieve(parent.id()).output()).isEqualTo("c!");
      assertThat(engine.runs().retrieve(parent.id()).attemptCount()).isEqualTo(1);
      assertThat(engine.runs().stream(dev.pawl.RunQuery.all())).hasSize(2);
      log.takeUnexpected(line -> false);
    }
  }
}
