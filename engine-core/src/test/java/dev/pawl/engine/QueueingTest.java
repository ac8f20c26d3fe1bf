package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueueingTest {
  private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();

  private final Task<String, String> one =
      Task.define("one", String.class, String.class)
          .concurrencyLimit(1)
          .run(
              (payload, run) -> {
                bodies.add(payload);
                return payload;
              });

  private final Gate gate = new Gate();

  private final Task<String, String> blocked =
      Task.define("blocked", String.class, String.class)
          .concurrencyLimit(1)
          .run(
              (payload, run) -> {
                gate.pass();
                return payload;
              });

  private final TestEngine engine = TestEngine.start(one, blocked);

  @AfterEach
  void close() {
    gate.open();
    engine.close();
  }

  private long executing() {
    return engine.runs().stream(RunQuery.all().statuses(RunStatus.EXECUTING)).count();
  }

  @Test
  void aQueueOverrideMovesTheRunAndTheTasksOwnQueueDoesNotCountIt() {
    engine.tasks().trigger(blocked, "a");
    engine.tasks().trigger(blocked, "b");
    engine.settle();
    assertThat(executing()).isEqualTo(1);
    engine.tasks().trigger(blocked, "c", options().queue("main-branch", 2));
    engine.tasks().trigger(blocked, "d", options().queue("main-branch"));
    engine.tasks().trigger(blocked, "e", options().queue("main-branch"));
    engine.settle();
    assertThat(executing()).isEqualTo(3);
  }

  @Test
  void eachConcurrencyKeyHasTheFullLimitAndSoHaveTheRunsWithoutOne() {
    for (int i = 0; i < 3; i++) {
      engine.tasks().trigger(blocked, "x", options().concurrencyKey("ada"));
      engine.tasks().trigger(blocked, "x", options().concurrencyKey("bob"));
      engine.tasks().trigger(blocked, "x");
    }
    engine.settle();
    assertThat(executing()).isEqualTo(3);
  }

  @Test
  void priorityIsSecondsOfHeadStart() {
    engine.pause();
    engine.tasks().trigger(one, "11s earlier");
    engine.advance(Duration.ofSeconds(2));
    engine.tasks().trigger(one, "9s earlier");
    engine.advance(Duration.ofSeconds(9));
    engine.tasks().trigger(one, "ten", options().priority(10));
    engine.tasks().trigger(one, "minus one", options().priority(-1));
    engine.tasks().trigger(one, "plain");
    engine.resume();
    engine.settle();
    assertThat(bodies).containsExactly("11s earlier", "ten", "9s earlier", "plain", "minus one");
  }

  @Test
  void awaitedChildrenInheritTheirParentsQueueTimeAndForgottenOnesDoNot() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  run.engine().pause(); // so that the children queue up with the others
                  run.trigger(one, "forgotten");
                  return run.triggerAndWait(one, "awaited").unwrap();
                });
    engine.register(parent);
    engine.pause();
    engine.tasks().trigger(parent, "p");
    engine.advance(Duration.ofSeconds(5));
    engine.resume();
    engine.settle();
    engine.advance(Duration.ofSeconds(1));
    engine.tasks().trigger(one, "root");
    engine.resume();
    engine.settle();
    assertThat(bodies)
        .as("awaited: queued with its parent; forgotten: when it was triggered")
        .containsExactly("awaited", "forgotten", "root");
  }

  @Test
  void reschedulingMovesThePlaceInTheQueueToo() {
    RunHandle<String> early = engine.tasks().trigger(one, "was first", options().delay("1h"));
    engine.tasks().trigger(one, "second", options().delay("2h"));
    engine.runs().reschedule(early.id(), Duration.ofHours(3));
    engine.pause();
    engine.advance(Duration.ofHours(4));
    engine.resume();
    engine.settle();
    assertThat(bodies).containsExactly("second", "was first");
  }

  @Test
  void aNegativePriorityHidesNoRun() {
    RunHandle<String> last =
        engine.tasks().trigger(one, "x", options().priority(Duration.ofDays(36_525).negated()));
    engine.settle();
    assertThat(bodies).containsExactly("x");
    assertThat(last.retrieve().priority()).isEqualTo(Duration.ofDays(-36_525));
  }

  @Test
  void aPriorityStartsNoDelayedRunEarly() {
    engine.tasks().trigger(one, "x", options().delay("1h").priority(Duration.ofDays(36_525)));
    engine.advance(Duration.ofHours(1).minusNanos(1_000));
    assertThat(bodies).isEmpty();
    engine.advance(Duration.ofNanos(1_000));
    assertThat(bodies).containsExactly("x");
  }
}
