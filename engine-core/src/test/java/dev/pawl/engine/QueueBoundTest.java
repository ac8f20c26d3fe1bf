package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.BatchResult;
import dev.pawl.BatchTriggerException;
import dev.pawl.Debounce;
import dev.pawl.InvalidOptionException;
import dev.pawl.Queue;
import dev.pawl.QueueFullException;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.TriggerOutcome;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueueBoundTest {
  private static final Queue BOUNDED = Queue.named("bounded").concurrencyLimit(1).maxQueued(2);

  private final Task<String, String> task =
      Task.define("task", String.class, String.class).queue(BOUNDED).run((payload, run) -> payload);

  private final TestEngine engine = TestEngine.start(task);

  @AfterEach
  void close() {
    engine.close();
  }

  private int queued() {
    return engine.queues().retrieve("bounded").queued();
  }

  private long runs() {
    return engine.runs().stream(RunQuery.all()).count();
  }

  @Test
  void aTriggerBeyondTheBoundIsRefusedAndLeavesNothing() {
    engine.pause();
    engine.tasks().trigger(task, "1");
    engine.tasks().trigger(task, "2");
    assertThatThrownBy(
            () -> engine.tasks().trigger(task, "3", options().idempotencyKey("k").priority(9)))
        .isInstanceOfSatisfying(
            QueueFullException.class,
            e -> {
              assertThat(e.queue()).isEqualTo("bounded");
              assertThat(e.maxQueued()).isEqualTo(2);
              assertThat(e).hasMessageContaining("\"bounded\"").hasMessageContaining("2");
            });
    assertThat(runs()).isEqualTo(2);
    engine.resume();
    engine.settle();
    assertThat(engine.tasks().trigger(task, "3", options().idempotencyKey("k")).outcome())
        .as("the refused call has not bound its key")
        .isEqualTo(TriggerOutcome.CREATED);
  }

  @Test
  void whoeverMayStartMakesRoomWithinTheTurn() {
    Task<String, String> free =
        Task.define("free", String.class, String.class)
            .queue(Queue.named("free").maxQueued(1))
            .run((payload, run) -> payload);
    Task<String, Integer> caller =
        Task.define("caller", String.class, Integer.class)
            .run(
                (payload, run) -> {
                  for (int i = 0; i < 50; i++) {
                    run.trigger(free, "x");
                  }
                  return 50;
                });
    engine.register(free, caller);
    RunHandle<Integer> handle = engine.tasks().trigger(caller, "x");
    engine.settle();
    assertThat(handle.retrieve().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void delayedAndDebouncedTriggersNeedNoRoomAndComeInWhenTheyAreDue() {
    engine.pause();
    engine.tasks().trigger(task, "1");
    engine.tasks().trigger(task, "2");
    for (int i = 0; i < 3; i++) {
      engine.tasks().trigger(task, "later", options().delay("1m"));
    }
    engine
        .tasks()
        .trigger(task, "later", options().debounce(Debounce.key("k").delay(Duration.ofMinutes(1))));
    engine
        .tasks()
        .trigger(task, "later", options().debounce(Debounce.key("k").delay(Duration.ofMinutes(1))));
    assertThat(queued()).isEqualTo(2);
    engine.advance(Duration.ofMinutes(1));
    assertThat(queued()).isEqualTo(6);
    assertThatThrownBy(() -> engine.tasks().trigger(task, "x", options().delay(Duration.ZERO)))
        .isInstanceOf(QueueFullException.class);
    engine.resume();
    engine.settle();
    assertThat(queued()).isZero();
  }

  @Test
  void aHitOfAnIdempotencyKeyNeedsNoRoom() {
    engine.pause();
    RunHandle<String> first = engine.tasks().trigger(task, "1", options().idempotencyKey("k"));
    engine.tasks().trigger(task, "2");
    RunHandle<String> hit = engine.tasks().trigger(task, "1", options().idempotencyKey("k"));
    assertThat(hit.id()).isEqualTo(first.id());
    assertThat(hit.isCached()).isTrue();
  }

  @Test
  void aBatchIsAllOrNothing() {
    Task<Integer, String> parent =
        Task.define("parent", Integer.class, String.class)
            .run(
                (items, run) -> {
                  try {
                    List<String> payloads = java.util.Collections.nCopies(items, "x");
                    BatchResult<String> results = run.batchTriggerAndWait(task, payloads);
                    return "ok " + results.results().size();
                  } catch (BatchTriggerException e) {
                    assertThat(e.getCause()).isInstanceOf(QueueFullException.class);
                    return e.getMessage();
                  }
                });
    engine.register(parent);
    RunHandle<String> tooMany = engine.tasks().trigger(parent, 3);
    RunHandle<String> enough = engine.tasks().trigger(parent, 2);
    engine.settle();
    assertThat(output(tooMany)).contains("a batch of 3 runs").contains("maxQueued of 2");
    assertThat(output(enough)).isEqualTo("ok 2");
    assertThat(runs()).as("two parents and the two items of one").isEqualTo(4);
  }

  private String output(RunHandle<String> handle) {
    try {
      return ((RunResult.Ok<String>) handle.await(Duration.ofSeconds(1))).output();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theBoundOfTheLastDeclarationCounts() {
    engine.pause();
    engine.tasks().trigger(task, "1");
    engine.tasks().trigger(task, "2");
    engine.tasks().trigger(task, "3", options().queue(BOUNDED.maxQueued(3)));
    assertThatThrownBy(() -> engine.tasks().trigger(task, "4", options().queue("bounded")))
        .isInstanceOf(QueueFullException.class);
    assertThat(engine.queues().retrieve("bounded").maxQueued()).hasValue(3);
  }

  @Test
  void aBoundLetsAtLeastOneIn() {
    assertThatThrownBy(() -> BOUNDED.maxQueued(0))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("\"bounded\"");
    assertThatThrownBy(() -> BOUNDED.totalLimit(-1)).isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void aDebouncedTriggerThatIsDueAtOnceNeedsRoomUnlessItOnlyPushes() {
    Debounce debounce = Debounce.key("k").delay("5s");
    TriggerOptions atOnce = options().delay(Duration.ZERO).debounce(debounce);
    engine.pause();
    engine.tasks().trigger(task, "1");
    engine.tasks().trigger(task, "2");
    assertThatThrownBy(() -> engine.tasks().trigger(task, "3", atOnce))
        .isInstanceOf(QueueFullException.class);
    engine.tasks().trigger(task, "3", options().debounce(debounce));
    assertThat(engine.tasks().trigger(task, "4", atOnce).outcome())
        .isEqualTo(TriggerOutcome.DEBOUNCED);
  }

  @Test
  void aTriggerThatNamesNoQueueHeedsTheBoundThatWasDeclaredLast() {
    engine.pause();
    engine.tasks().trigger(task, "1", options().queue(Queue.named("bounded").maxQueued(4)));
    for (int i = 2; i <= 4; i++) {
      engine.tasks().trigger(task, "" + i);
    }
    assertThatThrownBy(() -> engine.tasks().trigger(task, "5"))
        .isInstanceOfSatisfying(
            QueueFullException.class, e -> assertThat(e.maxQueued()).isEqualTo(4));
  }
}
