package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AbortRunException;
import dev.pawl.Engine;
import dev.pawl.EngineBuilder;
import dev.pawl.ErrorDecision;
import dev.pawl.Hooks;
import dev.pawl.Limits;
import dev.pawl.Retention;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.fixtures.EngineLog;
import dev.pawl.internal.api.Probe;
import dev.pawl.spi.RunStore;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HooksTest extends EngineTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private final List<String> heard = new CopyOnWriteArrayList<>();

  /** All of them; each notes who hears what. */
  private <I extends @Nullable Object, O extends @Nullable Object> Hooks<I, O> all(
      String who, Hooks<I, O> hooks) {
    return hooks
        .onStart((payload, run) -> heard.add(who + " onStart " + run.attempt()))
        .onStartAttempt((payload, run) -> heard.add(who + " onStartAttempt " + run.attempt()))
        .onWait((payload, run) -> heard.add(who + " onWait"))
        .onResume((payload, run) -> heard.add(who + " onResume"))
        .onSuccess(run -> heard.add(who + " onSuccess " + run.output()))
        .onFailure(run -> heard.add(who + " onFailure " + run.status()))
        .onComplete(run -> heard.add(who + " onComplete " + run.status()))
        .onCancel(run -> heard.add(who + " onCancel"))
        .onTerminal(run -> heard.add(who + " onTerminal " + run.status()));
  }

  private Task.Definition<String, String> heard(String id) {
    return Task.define(id, String.class, String.class).hooks(hooks -> all("task", hooks));
  }

  private TestEngine start(UnaryOperator<EngineBuilder> settings) {
    return TestEngine.start(newStore(), settings);
  }

  @Test
  void eachIsHeardInItsPlaceTheEnginesBeforeTheTasks() {
    Task<String, String> task =
        heard("task")
            .retry(Retry.exponential().randomize(false))
            .run(
                (payload, run) -> {
                  heard.add("body " + run.attempt());
                  if (run.attempt() == 1) {
                    throw new IOException("the first fails");
                  }
                  return run.triggerAndWait(ECHO, payload, options().delay("1h")).unwrap();
                });
    try (TestEngine engine =
        start(
            builder ->
                builder
                    .register(task, ECHO)
                    .hooks(
                        hooks ->
                            hooks
                                .onStart((payload, run) -> heard.add("engine onStart " + payload))
                                .onTerminal(
                                    run -> heard.add("engine onTerminal " + run.taskId()))))) {
      engine.tasks().trigger(task, "x");
      engine.settle();
      assertThat(heard)
          .containsExactly("engine onStart x", "task onStart 1", "task onStartAttempt 1", "body 1");
      heard.clear();
      engine.advance(Duration.ofSeconds(1));
      assertThat(heard).containsExactly("task onStartAttempt 2", "body 2", "task onWait");
      heard.clear();
      engine.advance(Duration.ofHours(1));
      assertThat(heard)
          .contains("engine onStart x", "engine onTerminal echo")
          .containsSubsequence(
              "task onResume",
              "task onSuccess x",
              "task onComplete COMPLETED",
              "engine onTerminal task",
              "task onTerminal COMPLETED")
          .hasSize(7);
    }
  }

  @Test
  void everyEndIsHeardWhoeverEndedTheRun() throws Exception {
    Gate gate = new Gate();
    Task<String, String> task =
        heard("task")
            .retry(Retry.none())
            .maxDuration("1m")
            .run(
                (payload, run) ->
                    switch (payload) {
                      case "fail" -> throw new IOException("down");
                      case "block" -> {
                        gate.pass();
                        yield payload;
                      }
                      default -> payload;
                    });
    try (TestEngine engine = start(task)) {
      engine.tasks().trigger(task, "done");
      engine.settle();
      assertEnd("onSuccess done", "onComplete COMPLETED", "onTerminal COMPLETED");
      engine.tasks().trigger(task, "fail");
      engine.settle();
      assertEnd("onFailure FAILED", "onComplete FAILED", "onTerminal FAILED");
      RunHandle<String> block = engine.tasks().trigger(task, "block");
      gate.awaitReached();
      engine.crash();
      assertEnd("onFailure CRASHED", "onComplete CRASHED", "onTerminal CRASHED");
      assertThat(engine.runs().retrieve(block.id()).status()).isEqualTo(RunStatus.CRASHED);
      engine.tasks().trigger(task, "block");
      engine.settle();
      engine.advance(Duration.ofMinutes(1));
      assertEnd("onFailure TIMED_OUT", "onComplete TIMED_OUT", "onTerminal TIMED_OUT");
      engine.tasks().trigger(task, "late", options().delay("1h")).cancel();
      engine.settle();
      assertEnd("onCancel", "onTerminal CANCELED");
      engine.pause();
      engine.tasks().trigger(task, "expires", options().ttl("1h"));
      engine.advance(Duration.ofHours(1));
      engine.resume();
      engine.settle();
      assertEnd("onTerminal EXPIRED");
    }
  }

  @Test
  void aRunThatTheEngineCannotRunIsHeardToEndToo() {
    InMemoryStore store = new InMemoryStore();
    Task<String, String> before =
        Task.define("task", String.class, String.class).run((payload, run) -> payload);
    Task<Integer, String> after =
        Task.define("task", Integer.class, String.class)
            .hooks(hooks -> all("task", hooks))
            .run((payload, run) -> "");
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(before))) {
      engine.tasks().trigger(before, "not a number", options().delay("1h"));
    }
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(after))) {
      engine.advance(Duration.ofHours(1));
      assertEnd(
          "onFailure SYSTEM_FAILURE", "onComplete SYSTEM_FAILURE", "onTerminal SYSTEM_FAILURE");
    }
  }

  /** What was heard of an end, leaving out the hooks of attempts. */
  private void assertEnd(String... ends) {
    assertThat(heard)
        .filteredOn(line -> !line.contains("onStart"))
        .containsExactly(java.util.Arrays.stream(ends).map("task "::concat).toArray(String[]::new));
    heard.clear();
  }

  @Test
  void aHookThatThrowsIsLoggedAndCountedAndChangesNothing() {
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .hooks(
                hooks ->
                    all(
                        "task",
                        hooks
                            .onStart((payload, run) -> throwing("onStart"))
                            .onStartAttempt((payload, run) -> throwing("onStartAttempt"))
                            .onWait((payload, run) -> throwing("onWait"))
                            .onResume((payload, run) -> throwing("onResume"))
                            .onSuccess(run -> throwing("onSuccess"))
                            .onComplete(run -> throwing("onComplete"))
                            .onTerminal(run -> throwing("onTerminal"))))
            .run((payload, run) -> run.triggerAndWait(ECHO, payload).unwrap());
    try (EngineLog log = EngineLog.open();
        TestEngine engine = start(task, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      engine.settle();
      assertThat(handle.retrieve().output()).isEqualTo("x");
      assertThat(handle.retrieve().attempts()).hasSize(1);
      assertThat(heard).as("the others are run all the same").hasSize(7);
      assertThat(Probe.of(engine.present()).counters().failedHooks.sum()).isEqualTo(7);
      assertThat(log.takeUnexpected(line -> false))
          .hasSize(7)
          .allSatisfy(line -> assertThat(line).contains(handle.id(), "hook on"));
    }
  }

  private static void throwing(String where) throws IOException {
    if (where.endsWith("t")) {
      throw new StackOverflowError(where);
    }
    throw new IOException(where);
  }

  @Test
  void whatIsOwedWhenTheProcessDiesIsRunByTheNextOnceMoreAndNoMore() throws Exception {
    Gate gate = new Gate();
    AtomicInteger calls = new AtomicInteger();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .hooks(
                hooks ->
                    hooks.onTerminal(
                        run -> {
                          if (calls.incrementAndGet() == 1) {
                            gate.pass();
                          }
                          heard.add("heard " + run.output());
                        }))
            .run((payload, run) -> payload);
    InMemoryStore store = new InMemoryStore();
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(task))) {
      engine.tasks().trigger(task, "x");
      gate.awaitReached();
      assertThat(engine.runs().stream(dev.pawl.RunQuery.all()).map(Run::status))
          .as("the end does not wait for its hook")
          .containsExactly(RunStatus.COMPLETED);
      engine.crash();
      assertThat(heard).containsExactly("heard x");
      assertThat(calls).hasValue(2);
      engine.crash();
      engine.settle();
      assertThat(calls).hasValue(2);
    }
    try (RunStore opened = store.open()) {
      assertThat(opened.hooksOwed(0, 10)).isEmpty();
    }
  }

  @Test
  void hooksOfTheEndWaitForTheEngineToBeStarted() throws Exception {
    Task<String, String> task = heard("task").run((payload, run) -> payload);
    try (Engine engine = Engine.builder().store(new InMemoryStore()).register(task).open()) {
      engine.tasks().trigger(task, "x").cancel();
      assertThat(heard).isEmpty();
      engine.start();
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (heard.size() < 2 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(heard).containsExactly("task onCancel", "task onTerminal CANCELED");
    }
  }

  @Test
  void anAttemptThatGoesOnInAnotherLifeDoesNotStartAgain() {
    Task<String, String> task =
        heard("task")
            .run(
                (payload, run) ->
                    run.triggerAndWait(ECHO, payload, options().delay("1h")).unwrap());
    try (TestEngine engine = start(task, ECHO)) {
      engine.tasks().trigger(task, "x");
      engine.settle();
      engine.crash();
      engine.advance(Duration.ofHours(1));
      assertThat(heard)
          .containsExactly(
              "task onStart 1",
              "task onStartAttempt 1",
              "task onWait",
              "task onResume",
              "task onWait",
              "task onResume",
              "task onSuccess x",
              "task onComplete COMPLETED",
              "task onTerminal COMPLETED");
    }
  }

  @Test
  void hooksOfAnAttemptRunOnItsThreadAndHooksOfTheEndHoldNoSlot() throws Exception {
    Gate gate = new Gate();
    List<Thread> threads = new CopyOnWriteArrayList<>();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .concurrencyLimit(1)
            .hooks(
                hooks ->
                    hooks
                        .onStart((payload, run) -> threads.add(Thread.currentThread()))
                        .onTerminal(
                            run -> {
                              if ("blocks".equals(run.output())) {
                                gate.pass();
                              }
                              heard.add(run.output());
                            }))
            .run(
                (payload, run) -> {
                  threads.add(Thread.currentThread());
                  return payload;
                });
    try (TestEngine engine = start(task)) {
      engine.tasks().trigger(task, "blocks");
      gate.awaitReached();
      RunHandle<String> next = engine.tasks().trigger(task, "next");
      engine.settle();
      assertThat(next.retrieve().output()).isEqualTo("next");
      assertThat(heard).containsExactly("next");
      assertThat(threads).hasSize(4);
      assertThat(threads.get(0)).isSameAs(threads.get(1));
      assertThat(Probe.of(engine.present()).figures().executing()).isZero();
      gate.open();
      engine.settle();
      assertThat(heard).containsExactly("next", "blocks");
    }
  }

  @Test
  void noMoreThanTheLimitRunAtOnceAndNoneIsForgotten() throws Exception {
    Gate gate = new Gate();
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .hooks(
                hooks ->
                    hooks.onTerminal(
                        run -> {
                          most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                          gate.pass();
                          atOnce.decrementAndGet();
                          heard.add(run.id());
                        }))
            .run((payload, run) -> payload);
    try (TestEngine engine =
        start(builder -> builder.register(task).limits(Limits.defaults().maxHookThreads(3)))) {
      for (int i = 0; i < 10; i++) {
        engine.tasks().trigger(task, "x");
      }
      engine.settle();
      assertThat(most).hasValue(3);
      gate.open();
      engine.settle();
      assertThat(heard).doesNotHaveDuplicates().hasSize(10);
      assertThat(most).hasValue(3);
    }
  }

  @Test
  void aHookThatNeverReturnsDoesNotHoldUpAClose() throws Exception {
    Gate gate = new Gate();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .hooks(hooks -> hooks.onTerminal(run -> gate.passIgnoringInterrupts()))
            .run((payload, run) -> payload);
    InMemoryStore store = new InMemoryStore();
    try (EngineLog log = EngineLog.open()) {
      TestEngine engine = TestEngine.start(store, builder -> builder.register(task));
      engine.tasks().trigger(task, "x");
      gate.awaitReached();
      engine.close(Duration.ofMillis(50));
      assertThat(log.takeUnexpected(line -> line.contains("hooks still run"))).isEmpty();
      try (RunStore opened = store.open()) {
        assertThat(opened.hooksOwed(0, 10)).as("the next engine runs it").hasSize(1);
      }
      gate.open();
    }
  }

  @Test
  void aCloseGivesHooksItsGrace() throws Exception {
    Gate gate = new Gate();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .hooks(
                hooks ->
                    hooks.onTerminal(
                        run -> {
                          gate.pass();
                          heard.add("heard");
                        }))
            .run((payload, run) -> payload);
    InMemoryStore store = new InMemoryStore();
    TestEngine engine = TestEngine.start(store, builder -> builder.register(task));
    engine.tasks().trigger(task, "x");
    gate.awaitReached();
    Thread closing = Thread.startVirtualThread(() -> engine.close(Duration.ofSeconds(20)));
    gate.open();
    closing.join();
    assertThat(heard).containsExactly("heard");
    try (RunStore opened = store.open()) {
      assertThat(opened.hooksOwed(0, 10)).isEmpty();
    }
  }

  @Test
  void catchErrorReplacesTheErrorSkipsTheRetryOrSetsItsDelay() {
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .retry(Retry.exponential().randomize(false).maxAttempts(2))
            .hooks(
                hooks ->
                    hooks.catchError(
                        (payload, error, run) ->
                            switch (payload) {
                              case "replace" ->
                                  ErrorDecision.unchanged()
                                      .replaceError(new IllegalStateException("better", error))
                                      .skipRetrying();
                              case "abort" ->
                                  ErrorDecision.unchanged()
                                      .replaceError(new AbortRunException("no use"));
                              case "later" ->
                                  ErrorDecision.unchanged().retryAfter(Duration.ofHours(3));
                              case "throws" -> throw new IllegalStateException("the handler's");
                              default -> ErrorDecision.unchanged();
                            }))
            .run(
                (payload, run) -> {
                  if (payload.equals("aborts")) {
                    throw new AbortRunException("the body's");
                  }
                  throw new IOException("down");
                });
    try (EngineLog log = EngineLog.open();
        TestEngine engine = start(task)) {
      Run<String> replaced = failed(engine, task, "replace");
      assertThat(replaced.status()).isEqualTo(RunStatus.FAILED);
      assertThat(replaced.error().message()).isEqualTo("better");
      assertThat(replaced.error().cause().message()).isEqualTo("down");
      Run<String> aborted = failed(engine, task, "abort");
      assertThat(aborted.status()).isEqualTo(RunStatus.FAILED);
      assertThat(aborted.error().code()).isEqualTo(RunError.Code.ABORTED);
      assertThat(failed(engine, task, "aborts").status()).isEqualTo(RunStatus.FAILED);
      RunHandle<String> later = engine.tasks().trigger(task, "later");
      engine.advance(Duration.ofHours(3).minusMillis(1));
      assertThat(later.retrieve().status()).isEqualTo(RunStatus.RETRYING);
      engine.advance(Duration.ofMillis(1));
      assertThat(later.retrieve().status())
          .as("no attempt was granted")
          .isEqualTo(RunStatus.FAILED);
      RunHandle<String> throwing = engine.tasks().trigger(task, "throws");
      engine.advance(Duration.ofSeconds(1));
      assertThat(throwing.retrieve().error().message()).isEqualTo("down");
      assertThat(throwing.retrieve().attempts()).hasSize(2);
      assertThat(log.takeUnexpected(line -> line.contains("catchError"))).isEmpty();
    }
  }

  private static Run<String> failed(TestEngine engine, Task<String, String> task, String payload) {
    RunHandle<String> handle = engine.tasks().trigger(task, payload);
    engine.settle();
    return handle.retrieve();
  }

  @Test
  void theEnginesHandlerOfErrorsIsForTasksWithoutOne() {
    Task<String, String> with =
        Task.define("with", String.class, String.class)
            .hooks(hooks -> hooks.catchError((payload, error, run) -> ErrorDecision.unchanged()))
            .run(
                (payload, run) -> {
                  throw new IOException("down");
                });
    Task<String, String> without =
        Task.define("without", String.class, String.class)
            .run(
                (payload, run) -> {
                  throw new IOException("down");
                });
    try (TestEngine engine =
        start(
            builder ->
                builder
                    .register(with, without)
                    .hooks(
                        hooks ->
                            hooks.catchError(
                                (payload, error, run) ->
                                    ErrorDecision.unchanged().skipRetrying())))) {
      RunHandle<String> retried = engine.tasks().trigger(with, "x");
      RunHandle<String> failed = engine.tasks().trigger(without, "x");
      engine.settle();
      assertThat(retried.retrieve().status()).isEqualTo(RunStatus.RETRYING);
      assertThat(failed.retrieve().status()).isEqualTo(RunStatus.FAILED);
    }
  }

  @Test
  void aHookWhoseExceptionCannotSayWhatItIsChangesNothing() {
    class Mute extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        throw new IllegalStateException("not even that");
      }
    }
    Task<String, String> task =
        Task.define("mute", String.class, String.class)
            .hooks(
                hooks ->
                    hooks
                        .onStart(
                            (payload, run) -> {
                              throw new Mute();
                            })
                        .onTerminal(
                            run -> {
                              throw new Mute();
                            }))
            .run((payload, run) -> payload);
    try (TestEngine engine =
        start(builder -> builder.register(task).retention(Retention.of(Duration.ofDays(1))))) {
      RunHandle<String> run = engine.tasks().trigger(task, "x");
      engine.settle();
      assertThat(run.retrieve().status()).isEqualTo(RunStatus.COMPLETED);
      engine.advance(Duration.ofDays(2));
      assertThat(engine.runs().count(RunQuery.all()))
          .as("its hooks were run, so nothing needs it")
          .isZero();
    }
  }

  @Test
  void aCatchErrorWithoutADecisionLeavesTheErrorAsItWas() {
    Task<String, String> task =
        Task.define("undecided", String.class, String.class)
            .retry(Retry.none())
            .hooks(hooks -> hooks.catchError((payload, error, run) -> nothing()))
            .run(
                (payload, run) -> {
                  throw new IOException("down");
                });
    try (TestEngine engine = start(builder -> builder.register(task))) {
      RunHandle<String> run = engine.tasks().trigger(task, "x");
      engine.settle();
      assertThat(run.retrieve().error().message()).isEqualTo("down");
    }
  }

  @SuppressWarnings("NullAway") // as somebody may who does not check for null
  private static ErrorDecision nothing() {
    return null;
  }
}
