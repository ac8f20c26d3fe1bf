package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.CancelOptions;
import dev.pawl.CancelOptions.Children;
import dev.pawl.CancelResult;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunCanceledException;
import dev.pawl.RunError;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.StaleAttemptException;
import dev.pawl.Task;
import dev.pawl.testing.TestEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CancelTest extends EngineTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  @Test
  void aRunThatHasNotStartedIsCanceledAtOnceAndNeverStarts() {
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> delayed = engine.tasks().trigger(ECHO, "x", options().delay("1h"));
      engine.pause();
      RunHandle<String> queued = engine.tasks().trigger(ECHO, "x");
      assertThat(delayed.cancel()).isEqualTo(new CancelResult(RunStatus.CANCELED, true));
      assertThat(queued.cancel()).isEqualTo(new CancelResult(RunStatus.CANCELED, true));
      engine.resume();
      engine.advance(Duration.ofDays(1));
      for (RunHandle<String> handle : java.util.List.of(delayed, queued)) {
        Run<String> run = engine.runs().retrieve(handle);
        assertThat(run.status()).isEqualTo(RunStatus.CANCELED);
        assertThat(run.attempts()).isEmpty();
        assertThat(run.error().code()).isEqualTo(RunError.Code.CANCELED);
      }
    }
  }

  @Test
  void aRunThatHasEndedStaysAsItEnded() {
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(ECHO, "x");
      engine.settle();
      assertThat(handle.cancel()).isEqualTo(new CancelResult(RunStatus.COMPLETED, false));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("x");
    }
  }

  @Test
  void aRunThatBacksOffIsCanceledAndNotRetried() {
    Task<String, String> failing =
        Task.define("failing", String.class, String.class)
            .run(
                (payload, run) -> {
                  throw new IOException("down");
                });
    try (TestEngine engine = start(failing)) {
      RunHandle<String> handle = engine.tasks().trigger(failing, "x");
      engine.settle();
      handle.cancel();
      engine.advance(Duration.ofDays(1));
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.CANCELED);
      assertThat(engine.runs().retrieve(handle).attemptCount()).isEqualTo(1);
    }
  }

  @Test
  void anExecutingRunIsCanceledForEveryoneAtOnceAndItsLateResultChangesNothing() throws Exception {
    Gate gate = new Gate();
    AtomicReference<Throwable> lateTrigger = new AtomicReference<>();
    CompletableFuture<String> told = new CompletableFuture<>();
    Task<String, String> deaf =
        Task.define("deaf", String.class, String.class)
            .concurrencyLimit(1)
            .run(
                (payload, run) -> {
                  if (payload.equals("next")) {
                    return payload;
                  }
                  run.onCancel(() -> told.complete("told"));
                  gate.passIgnoringInterrupts();
                  try {
                    run.trigger(ECHO, "a zombie's child");
                  } catch (RuntimeException e) {
                    lateTrigger.set(e);
                  }
                  return "late, cancelled " + run.isCancelled();
                });
    try (TestEngine engine = start(deaf, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(deaf, "x");
      RunHandle<String> next = engine.tasks().trigger(deaf, "next");
      gate.awaitReached();
      assertThat(handle.cancel().changed()).isTrue();
      assertThat(handle.await().ok()).isFalse();
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.CANCELED);
      assertThat(told.get()).isEqualTo("told");
      engine.settle();
      assertThat(engine.runs().retrieve(next).status())
          .as("the slot stays taken while the body is there")
          .isEqualTo(RunStatus.QUEUED);
      gate.open();
      engine.settle();
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.CANCELED);
      assertThat(engine.runs().retrieve(handle).output()).isNull();
      assertThat(engine.runs().retrieve(next).output()).isEqualTo("next");
      assertThat(lateTrigger.get())
          .isInstanceOfAny(RunCanceledException.class, StaleAttemptException.class);
      assertThat(engine.runs().stream(RunQuery.all())).hasSize(2);
    }
  }

  @Test
  void aCanceledBodyIsInterrupted() throws Exception {
    Gate gate = new Gate();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Task<String, String> task =
        Task.define("blocked", String.class, String.class)
            .run(
                (payload, run) -> {
                  try {
                    gate.pass();
                  } catch (InterruptedException e) {
                    interrupted.complete(true);
                    throw e;
                  }
                  return payload;
                });
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      gate.awaitReached();
      handle.cancel();
      assertThat(interrupted.get()).isTrue();
      engine.settle();
      assertThat(engine.allBodiesEnded()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Children.class)
  void childrenAreCanceledAsTheCallerSays(Children children) {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .retry(Retry.none())
            .run(
                (payload, run) -> {
                  run.trigger(ECHO, "forgotten", options().delay("1h"));
                  return run.triggerAndWait(ECHO, "awaited", options().delay("1h")).unwrap();
                });
    try (TestEngine engine = start(parent, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "x");
      engine.settle();
      engine.runs().cancel(handle.id(), CancelOptions.defaults().children(children));
      engine.advance(Duration.ofHours(2));
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.CANCELED);
      assertThat(status(engine, "forgotten"))
          .isEqualTo(children == Children.ALL ? RunStatus.CANCELED : RunStatus.COMPLETED);
      assertThat(status(engine, "awaited"))
          .isEqualTo(children == Children.NONE ? RunStatus.COMPLETED : RunStatus.CANCELED);
      assertThat(engine.allBodiesEnded()).isTrue();
    }
  }

  private static RunStatus status(TestEngine engine, String payload) {
    return engine.runs().stream(RunQuery.all().tasks("echo"))
        .filter(run -> run.payload(String.class).equals(payload))
        .findFirst()
        .orElseThrow()
        .status();
  }

  @Test
  void aChainOfWaitingRunsIsCanceledFromItsTop() {
    dev.pawl.TaskKey<Integer, Integer> key =
        dev.pawl.TaskKey.of("chain", Integer.class, Integer.class);
    Task<Integer, Integer> chain =
        Task.define(key)
            .run(
                (n, run) ->
                    run.triggerAndWait(key, n - 1, n == 1 ? options().delay("1h") : options())
                        .unwrap());
    try (TestEngine engine = start(chain)) {
      RunHandle<Integer> handle = engine.tasks().trigger(chain, 50);
      engine.settle();
      assertThat(engine.runs().stream(RunQuery.all().statuses(RunStatus.WAITING))).hasSize(50);
      handle.cancel();
      engine.settle();
      assertThat(engine.runs().stream(RunQuery.all().statuses(RunStatus.CANCELED))).hasSize(51);
      assertThat(engine.allBodiesEnded()).isTrue();
    }
  }

  @Test
  void aCancelReasonHasABound() {
    assertThatThrownBy(() -> CancelOptions.defaults().reason("x".repeat(1_025)))
        .isInstanceOf(dev.pawl.InvalidOptionException.class);
  }
}
