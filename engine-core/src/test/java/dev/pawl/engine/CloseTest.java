package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.AttemptInfo;
import dev.pawl.Engine;
import dev.pawl.EngineClosedException;
import dev.pawl.Health;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CloseTest extends EngineTest {
  private final StoreProvider store = newStore();
  private final Gate gate = new Gate();
  private final AtomicInteger entered = new AtomicInteger();

  private final Task<String, String> blocking =
      Task.define("blocking", String.class, String.class)
          .run(
              (payload, run) -> {
                if (entered.incrementAndGet() == 1) {
                  gate.pass();
                }
                return payload + run.attempt();
              });

  private Engine startEngine(Task<?, ?>... tasks) {
    return Engine.builder().store(store).register(tasks).start();
  }

  @Test
  void aBodyThatEndsWithinTheGraceIsRecorded() throws Exception {
    RunHandle<String> handle;
    try (Engine engine = startEngine(blocking)) {
      handle = engine.tasks().trigger(blocking, "x");
      gate.awaitReached();
      CompletableFuture<Void> closing = CompletableFuture.runAsync(engine::close);
      gate.open();
      closing.get();
    }
    try (Engine engine = startEngine(blocking)) {
      assertThat(engine.runs().retrieve(handle.id()).output()).isEqualTo("x1");
    }
  }

  @Test
  void anAttemptThatIsCutOffIsHandedBackAndNotCharged() throws Exception {
    Engine first = startEngine(blocking);
    RunHandle<String> handle = first.tasks().trigger(blocking, "x", options().maxAttempts(1));
    gate.awaitReached();
    first.close(Duration.ZERO);
    try (Engine engine = Engine.builder().store(store).register(blocking).open()) {
      assertThat(engine.runs().retrieve(handle.id()).status()).isEqualTo(RunStatus.QUEUED);
      engine.start();
      engine.awaitIdle(Duration.ofSeconds(20));
      Run<?> run = engine.runs().retrieve(handle.id());
      assertThat(run.output()).isEqualTo("x1");
      assertThat(run.attempts())
          .extracting(AttemptInfo::number, AttemptInfo::status)
          .containsExactly(org.assertj.core.groups.Tuple.tuple(1, RunStatus.COMPLETED));
    }
  }

  @Test
  void aParkedRunStaysWaitingAndGoesOnInTheNextLife() throws Exception {
    Task<String, String> child =
        Task.define("child", String.class, String.class).run((payload, run) -> payload);
    AtomicInteger unwound = new AtomicInteger();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  entered.incrementAndGet();
                  try {
                    return run.triggerAndWait(child, payload, options().delay("PT0.2S")).unwrap();
                  } catch (EngineClosedException e) {
                    unwound.incrementAndGet();
                    throw e;
                  }
                });
    RunHandle<String> handle;
    Engine first = startEngine(parent, child);
    handle = first.tasks().trigger(parent, "x");
    first.awaitIdle(Duration.ofSeconds(20));
    first.close(Duration.ZERO);
    try (Engine engine = startEngine(parent, child)) {
      assertThat(engine.runs().await(handle.id(), Duration.ofSeconds(20)).unwrap()).isEqualTo("x");
      assertThat(engine.runs().retrieve(handle.id()).attempts()).hasSize(1);
      assertThat(entered).hasValue(2);
      assertThat(unwound).as("the first body did not leak").hasValue(1);
    }
  }

  @Test
  void aBodyThatNeverReturnsBlocksNobody() throws Exception {
    Task<String, String> deaf =
        Task.define("deaf", String.class, String.class)
            .run(
                (payload, run) -> {
                  gate.passIgnoringInterrupts();
                  return payload;
                });
    Engine engine = startEngine(deaf);
    RunHandle<String> handle = engine.tasks().trigger(deaf, "x");
    gate.awaitReached();
    engine.close(Duration.ZERO);
    try (Engine next = Engine.builder().store(store).register(deaf).open()) {
      assertThat(next.runs().retrieve(handle.id()).status()).isEqualTo(RunStatus.QUEUED);
      gate.open();
    }
  }

  @Test
  void whoeverWaitsForAnythingIsToldThatTheEngineClosed() throws Exception {
    Engine engine = startEngine(blocking);
    RunHandle<String> handle = engine.tasks().trigger(blocking, "x", options().delay("1h"));
    CompletableFuture<Object> awaiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return handle.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    var completion = handle.completion().toCompletableFuture();
    engine.close(Duration.ZERO);
    engine.close();
    assertThatThrownBy(awaiting::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(EngineClosedException.class);
    assertThatThrownBy(completion::get).hasRootCauseInstanceOf(EngineClosedException.class);
    assertThatThrownBy(() -> engine.tasks().trigger(blocking, "y"))
        .isInstanceOf(EngineClosedException.class);
    assertThatThrownBy(engine::start).isInstanceOf(EngineClosedException.class);
    assertThat(engine.health().status()).isEqualTo(Health.Status.CLOSED);
  }

  @Test
  void aBodyMayCloseItsEngine() throws Exception {
    CompletableFuture<String> ended = new CompletableFuture<>();
    Task<String, String> suicidal =
        Task.define("suicidal", String.class, String.class)
            .run(
                (payload, run) -> {
                  run.engine().close(Duration.ZERO);
                  ended.complete("closed");
                  return payload;
                });
    Engine engine = startEngine(suicidal);
    RunHandle<String> handle = engine.tasks().trigger(suicidal, "x");
    assertThat(ended.get()).isEqualTo("closed");
    try (Engine next = Engine.builder().store(store).register(suicidal).open()) {
      assertThat(next.runs().retrieve(handle.id()).status()).isEqualTo(RunStatus.QUEUED);
    }
  }

  @Test
  void whoeverReadsAfterTheCloseIsToldThatTheEngineIsClosed() {
    Engine engine = startEngine(blocking);
    RunHandle<String> handle = engine.tasks().trigger(blocking, "x", options().delay("1h"));
    Run<String> read = engine.runs().retrieve(handle);
    engine.close(Duration.ZERO);
    for (ThrowingCallable late :
        List.<ThrowingCallable>of(
            () -> engine.runs().retrieve(handle.id()),
            () -> engine.runs().retrieve(handle),
            handle::retrieve,
            () -> engine.runs().list(RunQuery.all()),
            () -> engine.runs().stream(RunQuery.all()).toList(),
            () -> engine.runs().await(handle.id(), Duration.ZERO),
            () -> engine.runs().replay(handle.id()),
            () -> engine.runs().cancel(handle.id()),
            () -> engine.runs().reschedule(handle.id(), "2h"),
            () -> engine.idempotencyKeys().reset("blocking", "k"),
            () -> engine.awaitIdle(Duration.ZERO),
            handle::cancel,
            handle::await,
            handle::completion)) {
      assertThatThrownBy(late).isInstanceOf(EngineClosedException.class);
    }
    assertThat(read.payload(String.class)).as("what was read stays readable").isEqualTo("x");
  }

  @Test
  void whoeverReadsAfterACrashIsToldThatTheEngineHasCrashed() {
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(blocking))) {
      RunHandle<String> handle = engine.tasks().trigger(blocking, "x", options().delay("1h"));
      engine.crash();
      assertThatThrownBy(handle::retrieve)
          .isInstanceOf(EngineClosedException.class)
          .hasMessageContaining("crashed");
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.DELAYED);
    }
  }

  @Test
  void aStoreThatIsOpenIsNotOpenedAgainUntilItsEngineHasClosed() {
    Engine engine = startEngine(blocking);
    assertThatThrownBy(() -> startEngine(blocking)).isInstanceOf(dev.pawl.spi.StoreException.class);
    engine.close();
    startEngine(blocking).close();
  }

  @Test
  void aGraceMayBeLongerThanAnyClockCounts() {
    Engine engine = startEngine(blocking);
    engine.onEvent(event -> {});
    engine.close(ChronoUnit.FOREVER.getDuration());
    assertThat(engine.health().status()).isEqualTo(Health.Status.CLOSED);
    startEngine(blocking).close();
  }
}
