package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.AwaitTimeoutException;
import dev.pawl.Debounce;
import dev.pawl.Engine;
import dev.pawl.Explanation;
import dev.pawl.Explanation.Code;
import dev.pawl.Fork;
import dev.pawl.NotFoundException;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.PawlAssertions;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainTest extends EngineTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private final Gate gate = new Gate();

  private final Task<String, String> blocked =
      Task.define("blocked", String.class, String.class)
          .queue(Queue.named("narrow").concurrencyLimit(1))
          .retry(Retry.none())
          .run(
              (payload, run) -> {
                gate.passIgnoringInterrupts();
                return payload;
              });

  private static Explanation explain(Engine engine, RunHandle<?> handle) {
    Explanation explanation = engine.runs().explain(handle.id());
    assertThat(explanation.runId()).isEqualTo(handle.id());
    assertThat(explanation.status()).isEqualTo(handle.retrieve().status());
    assertThat(explanation.toString()).contains(handle.id(), explanation.status().name());
    explanation
        .reasons()
        .forEach(each -> assertThat(each.words()).isNotEmpty().doesNotContain("\n"));
    return explanation;
  }

  private static List<Code> codes(Explanation explanation) {
    return explanation.reasons().stream().map(Explanation.Reason::code).toList();
  }

  @Test
  void aDelayedRunIsDueLater() {
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> handle =
          engine.tasks().trigger(ECHO, "x", options().debounce(Debounce.key("k\n").delay("1h")));
      Explanation explanation = explain(engine, handle);
      assertThat(codes(explanation)).containsExactly(Code.DELAYED, Code.DEBOUNCED);
      assertThat(explanation.changesAt()).isEqualTo(TestEngine.START.plusSeconds(3_600));
      assertThat(explanation.reason(Code.DELAYED).orElseThrow().data())
          .containsEntry("until", TestEngine.START.plusSeconds(3_600));
    }
  }

  @Test
  void anEngineThatDoesNotExecuteSaysWhy() {
    try (Engine engine = Engine.builder().store(newStore()).register(ECHO).open()) {
      RunHandle<String> handle = engine.tasks().trigger(ECHO, "x", options().ttl("1h"));
      Explanation explanation = explain(engine, handle);
      assertThat(codes(explanation)).containsExactly(Code.ENGINE_NOT_STARTED, Code.EXPIRES);
      assertThat(explanation.changesAt())
          .isEqualTo(handle.retrieve().queuedAt().plusSeconds(3_600));
    }
    try (TestEngine engine = start(ECHO)) {
      engine.pause();
      RunHandle<String> first = engine.tasks().trigger(ECHO, "x");
      RunHandle<String> second = engine.tasks().trigger(ECHO, "x");
      assertThat(codes(explain(engine, first))).containsExactly(Code.ENGINE_PAUSED);
      Explanation explanation = explain(engine, second);
      assertThat(codes(explanation)).containsExactly(Code.ENGINE_PAUSED, Code.RUNS_AHEAD);
      assertThat(explanation.reason(Code.RUNS_AHEAD).orElseThrow().data())
          .containsEntry("ahead", 1)
          .containsEntry("more", false);
      assertThat(explanation.changesAt()).isNull();
    }
  }

  @Test
  void aQueuedRunSaysWhichLimitHoldsIt() throws Exception {
    try (TestEngine engine = start(blocked)) {
      RunHandle<String> running = engine.tasks().trigger(blocked, "x");
      gate.awaitReached();
      RunHandle<String> next = engine.tasks().trigger(blocked, "x");
      Explanation explanation = explain(engine, next);
      assertThat(codes(explanation)).containsExactly(Code.QUEUE_LIMIT);
      assertThat(explanation.reasons().getFirst().data())
          .containsEntry("queue", "narrow")
          .containsEntry("limit", 1)
          .containsEntry("executing", 1);
      engine.tasks().trigger(blocked, "x", options().concurrencyKey("k"));
      RunHandle<String> keyed = engine.tasks().trigger(blocked, "x", options().concurrencyKey("k"));
      engine.settle();
      assertThat(codes(explain(engine, keyed))).containsExactly(Code.KEY_LIMIT);
      Explanation executing = explain(engine, running);
      assertThat(codes(executing)).containsExactly(Code.EXECUTING);
      assertThat(executing.stacks()).singleElement().asString().contains("Gate");
      running.cancel();
      Explanation canceled = explain(engine, running);
      assertThat(codes(canceled)).containsExactly(Code.ENDED, Code.BODY_STILL_RUNS);
      assertThat(canceled.stacks()).singleElement().asString().contains("Gate");
      assertThat(canceled.reason(Code.BODY_STILL_RUNS).orElseThrow().data())
          .containsEntry("since", engine.now());
      assertThat(codes(explain(engine, next)))
          .as("the slot is still taken")
          .containsExactly(Code.QUEUE_LIMIT);
      gate.open();
      engine.settle();
      assertThat(codes(explain(engine, running))).containsExactly(Code.ENDED);
      assertThat(codes(explain(engine, next))).containsExactly(Code.ENDED);
    }
  }

  @Test
  void theEnginesOwnLimitIsNamed() throws Exception {
    try (TestEngine engine =
        TestEngine.start(
            newStore(), builder -> builder.register(blocked, ECHO).maxConcurrency(1))) {
      engine.tasks().trigger(blocked, "x");
      gate.awaitReached();
      RunHandle<String> next = engine.tasks().trigger(ECHO, "x");
      assertThat(codes(explain(engine, next))).containsExactly(Code.MAX_CONCURRENCY);
      gate.open();
    }
  }

  @Test
  void aRunThatBacksOffSaysUntilWhenAndWhatWentWrong() {
    Task<String, String> fails =
        Task.define("fails", String.class, String.class)
            .run(
                (payload, run) -> {
                  throw new IllegalStateException("no\n" + payload);
                });
    try (TestEngine engine = start(fails)) {
      RunHandle<String> handle = engine.tasks().trigger(fails, "x");
      engine.settle();
      Explanation explanation = explain(engine, handle);
      assertThat(codes(explanation)).containsExactly(Code.RETRYING, Code.LAST_ERROR);
      assertThat(explanation.changesAt()).isEqualTo(engine.nextTimer().orElseThrow());
      assertThat(explanation.reason(Code.LAST_ERROR).orElseThrow().words())
          .contains("IllegalStateException: no?x");
      engine.advance(Duration.ofMinutes(5));
      Explanation ended = explain(engine, handle);
      assertThat(codes(ended)).containsExactly(Code.ENDED);
      assertThat(ended.reasons().getFirst().words()).contains("after 3 attempts", "no?x");
    }
  }

  @Test
  void aWaitingRunSaysWhatItWaitsFor() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  Fork<Object> batch =
                      run.fork(
                          () ->
                              run.batchTriggerAndWait(
                                  ECHO, List.of("a", "b"), options().delay("2h")));
                  run.triggerAndWait(ECHO, payload, options().delay("1h"));
                  batch.join();
                  return payload;
                });
    try (TestEngine engine = start(parent, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "x");
      engine.settle();
      Explanation explanation = explain(engine, handle);
      assertThat(codes(explanation))
          .containsExactlyInAnyOrder(Code.WAITS_FOR_RUN, Code.WAITS_FOR_BATCH);
      assertThat(explanation.reason(Code.WAITS_FOR_RUN).orElseThrow().words())
          .contains("\"echo\", which is DELAYED");
      assertThat(explanation.reason(Code.WAITS_FOR_BATCH).orElseThrow().data())
          .containsEntry("remaining", 2);
      engine.advance(Duration.ofHours(1));
      assertThat(codes(explain(engine, handle)))
          .containsExactlyInAnyOrder(Code.WAITS_FOR_FORK, Code.WAITS_FOR_BATCH);
      engine.crash();
      Explanation recovered = engine.runs().explain(handle.id());
      assertThat(recovered.status()).isEqualTo(RunStatus.WAITING);
      assertThat(recovered.reason(Code.WAITS_FOR_BATCH).orElseThrow().data())
          .containsEntry("remaining", 2);
    }
  }

  @Test
  void aWaitWithADeadlineSaysWhenItEnds() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) ->
                    run.trigger(ECHO, payload, options().delay("2h"))
                        .await(Duration.ofHours(1))
                        .unwrap());
    try (TestEngine engine = start(parent, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "x");
      engine.settle();
      assertThat(explain(engine, handle).changesAt())
          .isEqualTo(TestEngine.START.plusSeconds(3_600));
    }
  }

  @Test
  void aRunWhoseWaitIsOverWaitsForASlot() throws Exception {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .queue(Queue.named("narrow").concurrencyLimit(1))
            .run(
                (payload, run) ->
                    run.triggerAndWait(ECHO, payload, options().delay("1h")).unwrap());
    try (TestEngine engine = start(parent, ECHO, blocked)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "x");
      engine.settle();
      engine.tasks().trigger(blocked, "x");
      gate.awaitReached();
      engine.advance(Duration.ofHours(1));
      assertThat(codes(explain(engine, handle)))
          .containsExactly(Code.READY_TO_GO_ON, Code.QUEUE_LIMIT);
      gate.open();
    }
  }

  @Test
  void aRunWithoutItsTaskNamesIt() {
    StoreProvider store = newStore();
    String id;
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(ECHO))) {
      engine.pause();
      id = engine.tasks().trigger(ECHO, "x", options().ttl("1h")).id();
    }
    Task<String, String> renamed =
        Task.define("echo2", String.class, String.class).run((payload, run) -> payload);
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(renamed))) {
      Explanation explanation = engine.runs().explain(id);
      assertThat(explanation.status()).isEqualTo(RunStatus.PENDING_VERSION);
      assertThat(codes(explanation)).containsExactly(Code.TASK_MISSING, Code.EXPIRES);
      assertThat(explanation.reason(Code.TASK_MISSING).orElseThrow().data())
          .containsEntry("similar", List.of("echo2"));
      assertThat(explanation.changesAt()).isEqualTo(TestEngine.START.plusSeconds(3_600));
    }
  }

  @Test
  void anUnknownRunIsNotExplained() {
    try (TestEngine engine = start(ECHO)) {
      assertThatThrownBy(() -> engine.runs().explain("run_0000000000001"))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void anAwaitThatTimesOutAndAFailedAssertionExplain() {
    Run<String> run;
    try (TestEngine engine = start(ECHO)) {
      engine.pause();
      RunHandle<String> handle = engine.tasks().trigger(ECHO, "x");
      assertThatThrownBy(() -> handle.await(Duration.ZERO))
          .isInstanceOf(AwaitTimeoutException.class)
          .hasMessageContaining("the engine is paused");
      run = handle.retrieve();
      assertThatThrownBy(() -> PawlAssertions.assertThat(run).isCompleted())
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("the engine is paused");
    }
    assertThatThrownBy(() -> PawlAssertions.assertThat(run).isCompleted())
        .as("a closed engine explains nothing, and the assertion fails all the same")
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("to be COMPLETED");
  }

  @Test
  void everyRunOfAMixedLoadIsExplained() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .concurrencyLimit(2)
            .run(
                (payload, run) ->
                    run.triggerAndWait(ECHO, payload, options().delay("1h")).unwrap());
    try (TestEngine engine = start(parent, ECHO)) {
      for (int i = 0; i < 20; i++) {
        engine.tasks().trigger(parent, "x", options().priority(i));
        engine.tasks().trigger(ECHO, "x", options().delay("2h"));
      }
      engine.settle();
      engine.pause();
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().stream(RunQuery.all()))
          .allSatisfy(run -> assertThat(engine.runs().explain(run.id()).reasons()).isNotEmpty());
    }
  }
}
