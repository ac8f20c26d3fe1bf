package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.AttemptInfo;
import dev.pawl.AwaitTimeoutException;
import dev.pawl.ErrorDecision;
import dev.pawl.Fork;
import dev.pawl.InvalidOptionException;
import dev.pawl.Limits;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.StaleAttemptException;
import dev.pawl.Task;
import dev.pawl.internal.api.Probe;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Bodies that are given up while their runs wait, and entered again. */
class UnloadedBodyTest extends EngineTest {
  private static final Duration GUARD = Duration.ofSeconds(20);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Each item is stored before the next one is asked for. */
  private static final Limits STREAMED = Limits.defaults().parkedBodies(0).streamChunkItems(1);

  private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();

  private final Task<String, String> child =
      Task.define("child", String.class, String.class)
          .run(
              (name, run) -> {
                bodies.add("child " + name);
                return name + "!";
              });

  private final Task<String, String> parent =
      Task.define("parent", String.class, String.class)
          .run(
              (name, run) -> {
                bodies.add("in " + name);
                try {
                  return run.triggerAndWait(child, name, options().delay("1h")).unwrap();
                } finally {
                  bodies.add("out " + name);
                }
              });

  private TestEngine start(int parkedBodies, Task<?, ?>... tasks) {
    return start(Limits.defaults().parkedBodies(parkedBodies), tasks);
  }

  private TestEngine start(Limits limits, Task<?, ?>... tasks) {
    return TestEngine.start(newStore(), builder -> builder.limits(limits).register(tasks));
  }

  private static RunStatus status(TestEngine engine, RunHandle<?> handle) {
    return engine.runs().retrieve(handle).status();
  }

  @Test
  void aBodyIsLeftThroughItsCallAndEnteredAgainWhenTheWaitIsOver() {
    try (TestEngine engine = start(0, parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      engine.settle();
      assertThat(status(engine, handle)).isEqualTo(RunStatus.WAITING);
      assertThat(bodies).containsExactly("in p", "out p");
      assertThat(Probe.of(engine.present()).allBodiesEnded()).isTrue();
      engine.advance(HOUR);
      Run<String> run = engine.runs().retrieve(handle);
      assertThat(run.output()).isEqualTo("p!");
      assertThat(run.attempts()).extracting(AttemptInfo::number).containsExactly(1);
      assertThat(bodies).containsExactly("in p", "out p", "child p", "in p", "out p");
      assertThat(engine.runs().list(RunQuery.all().tasks("child")).items()).hasSize(1);
    }
  }

  @Test
  void thoseThatHaveWaitedLongestGoFirst() {
    try (TestEngine engine = start(2, parent, child)) {
      List<RunHandle<String>> handles =
          Stream.of("a", "b", "c", "d")
              .map(
                  name -> {
                    RunHandle<String> handle = engine.tasks().trigger(parent, name);
                    engine.settle();
                    return handle;
                  })
              .toList();
      assertThat(bodies).containsExactly("in a", "in b", "in c", "out a", "in d", "out b");
      engine.advance(HOUR);
      assertThat(handles)
          .extracting(handle -> engine.runs().retrieve(handle).output())
          .containsExactly("a!", "b!", "c!", "d!");
      assertThat(Probe.of(engine.present()).counters().unloadedBodies.sum()).isEqualTo(2);
      assertThat(bodies).filteredOn("in c"::equals).hasSize(1);
      assertThat(bodies).filteredOn("in a"::equals).hasSize(2);
    }
  }

  @Test
  void byDefaultNoneIs() {
    try (TestEngine engine = start(parent, child)) {
      for (int i = 0; i < 100; i++) {
        engine.tasks().trigger(parent, "p");
      }
      engine.settle();
      assertThat(bodies).hasSize(100).containsOnly("in p");
    }
  }

  @Test
  void whatItMakesOfThatIsNotAskedFor() {
    ConcurrentLinkedQueue<String> hooks = new ConcurrentLinkedQueue<>();
    Task<String, String> swallows =
        Task.define("swallows", String.class, String.class)
            .hooks(
                all ->
                    all.onStartAttempt((payload, run) -> hooks.add("attempt"))
                        .onResume((payload, run) -> hooks.add("resume"))
                        .onSuccess(run -> hooks.add("success " + run.output()))
                        .catchError(
                            (payload, thrown, run) -> {
                              hooks.add("caught " + thrown);
                              return ErrorDecision.unchanged();
                            }))
            .run(
                (name, run) -> {
                  try {
                    return run.triggerAndWait(child, name, options().delay("1h")).unwrap();
                  } catch (StaleAttemptException e) {
                    assertThatThrownBy(() -> run.trigger(child, "late"))
                        .isInstanceOf(StaleAttemptException.class);
                    assertThatThrownBy(() -> run.fork(() -> "late"))
                        .isInstanceOf(StaleAttemptException.class);
                    bodies.add(e.getMessage());
                    return "swallowed";
                  }
                });
    try (TestEngine engine = start(0, swallows, child)) {
      RunHandle<String> handle = engine.tasks().trigger(swallows, "p");
      engine.settle();
      assertThat(status(engine, handle)).isEqualTo(RunStatus.WAITING);
      assertThat(bodies).singleElement().asString().contains("parkedBodies");
      engine.advance(HOUR);
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("p!");
      assertThat(hooks).containsExactly("attempt", "resume", "success p!");
      assertThat(engine.runs().list(RunQuery.all().tasks("child")).items()).hasSize(1);
    }
  }

  @Test
  void allItsThreadsAreRefused() {
    Task<String, String> forking =
        Task.define("forking", String.class, String.class)
            .run(
                (name, run) -> {
                  Fork<String> fork =
                      run.fork(
                          () -> run.triggerAndWait(child, "fork", options().delay("1h")).unwrap());
                  String own = run.triggerAndWait(child, "own", options().delay("2h")).unwrap();
                  return own + fork.join();
                });
    try (TestEngine engine = start(0, forking, child)) {
      RunHandle<String> handle = engine.tasks().trigger(forking, "p");
      engine.settle();
      assertThat(status(engine, handle)).isEqualTo(RunStatus.WAITING);
      assertThat(Probe.of(engine.present()).allBodiesEnded()).isTrue();
      engine.advance(HOUR);
      assertThat(status(engine, handle)).isEqualTo(RunStatus.WAITING);
      engine.advance(HOUR);
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("own!fork!");
      assertThat(bodies).containsExactly("child fork", "child own");
    }
  }

  @Test
  void aWaitThatTimesOutMeanwhileIsToldToTheBodyThatIsEnteredAgain() {
    Task<String, String> impatient =
        Task.define("impatient", String.class, String.class)
            .run(
                (name, run) -> {
                  RunHandle<String> late = run.trigger(child, "late", options().delay("1d"));
                  try {
                    return late.await(Duration.ofMinutes(1)).unwrap();
                  } catch (AwaitTimeoutException e) {
                    return "timed out";
                  }
                });
    try (TestEngine engine = start(0, impatient, child)) {
      RunHandle<String> handle = engine.tasks().trigger(impatient, "p");
      engine.settle();
      assertThat(Probe.of(engine.present()).allBodiesEnded()).isTrue();
      engine.advance(Duration.ofMinutes(1));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("timed out");
    }
  }

  @Test
  void aRunCanBeCancelledWithoutItsBody() {
    try (TestEngine engine = start(0, parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      engine.settle();
      handle.cancel();
      engine.settle();
      assertThat(status(engine, handle)).isEqualTo(RunStatus.CANCELED);
      assertThat(Probe.of(engine.present()).figures().live()).isZero();
      assertThat(bodies).containsExactly("in p", "out p");
    }
  }

  @Test
  void aProcessThatDiesMeanwhileChangesNothing() {
    try (TestEngine engine = start(0, parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      engine.settle();
      engine.crash();
      engine.advance(HOUR);
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("p!");
      assertThat(bodies).containsExactly("in p", "out p", "child p", "in p", "out p");
    }
  }

  @Test
  void aBodyThatStreamsABatchStays() {
    Task<String, String> streaming =
        Task.define("streaming", String.class, String.class)
            .run(
                (name, run) -> {
                  bodies.add("in");
                  Stream<String> source =
                      Stream.of("first", "second")
                          .map(
                              item ->
                                  item.equals("first")
                                      ? item
                                      : run.triggerAndWait(child, item, options().delay("1h"))
                                          .unwrap());
                  return String.valueOf(run.batchTriggerAndWait(child, source).size());
                });
    try (TestEngine engine = start(STREAMED, streaming, child)) {
      RunHandle<String> handle = engine.tasks().trigger(streaming, "p");
      engine.settle();
      assertThat(status(engine, handle)).isEqualTo(RunStatus.WAITING);
      assertThat(Probe.of(engine.present()).allBodiesEnded()).isFalse();
      engine.advance(HOUR);
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("2");
    }
  }

  @Test
  void oneThatWaitsStillWhenItsStreamEndsIsUnloadedThen() throws Exception {
    Gate gate = new Gate();
    CountDownLatch left = new CountDownLatch(1);
    Task<String, String> streaming =
        Task.define("streaming", String.class, String.class)
            .run(
                (name, run) -> {
                  if (left.getCount() == 0) {
                    return run.triggerAndWait(child, "own", options().delay("1h")).unwrap();
                  }
                  Stream<String> source =
                      Stream.of("first", "second")
                          .peek(
                              item -> {
                                if (item.equals("second")) {
                                  gate.passIgnoringInterrupts();
                                }
                              });
                  Thread stranger = new Thread(() -> run.batchTrigger(child, source));
                  stranger.start();
                  gate.awaitReached();
                  try {
                    return run.triggerAndWait(child, "own", options().delay("1h")).unwrap();
                  } finally {
                    left.countDown();
                  }
                });
    try (TestEngine engine = start(STREAMED, streaming, child)) {
      RunHandle<String> handle = engine.tasks().trigger(streaming, "p");
      gate.awaitReached();
      engine.settle();
      assertThat(status(engine, handle)).isEqualTo(RunStatus.WAITING);
      assertThat(left.getCount()).isOne();
      gate.open();
      assertThat(left.await(GUARD.toSeconds(), TimeUnit.SECONDS)).isTrue();
      engine.settle();
      engine.advance(HOUR);
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("own!");
    }
  }

  @Test
  void oneThatStaysAllTheSameFreesNobodysSlotAndIsInterruptedAtTheClose() throws Exception {
    Gate deaf = new Gate();
    CountDownLatch interrupted = new CountDownLatch(1);
    Task<String, String> lingers =
        Task.define("lingers", String.class, String.class)
            .run(
                (name, run) -> {
                  boolean again = bodies.contains("first");
                  bodies.add(again ? "second" : "first");
                  try {
                    String output = run.triggerAndWait(child, name, options().delay("1h")).unwrap();
                    deaf.passIgnoringInterrupts();
                    return output;
                  } catch (StaleAttemptException e) {
                    try {
                      new CountDownLatch(1).await();
                    } catch (InterruptedException told) {
                      interrupted.countDown();
                    }
                    throw e;
                  }
                });
    try (TestEngine engine = start(0, lingers, child)) {
      RunHandle<String> handle = engine.tasks().trigger(lingers, "p");
      engine.settle();
      engine.advance(HOUR);
      deaf.awaitReached();
      Probe probe = Probe.of(engine.present());
      assertThat(probe.figures().executing()).isEqualTo(1);
      handle.cancel();
      engine.settle();
      assertThat(probe.figures().executing()).as("the second is still there").isEqualTo(1);
      deaf.open();
      engine.settle();
      assertThat(probe.figures().executing()).isZero();
      assertThat(interrupted.getCount()).isOne();
      assertThat(engine.health().stuckBodies()).hasSize(1);
    }
    assertThat(interrupted.await(GUARD.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aBodyIsNotEnteredWhereItsHookWasUnloaded() {
    Task<String, String> hooked =
        Task.define("hooked", String.class, String.class)
            .hooks(
                all ->
                    all.onStart(
                        (payload, run) -> run.triggerAndWait(child, "hook", options().delay("1h"))))
            .run(
                (name, run) -> {
                  bodies.add("in " + name);
                  return name;
                });
    try (TestEngine engine = start(0, hooked, child)) {
      RunHandle<String> handle = engine.tasks().trigger(hooked, "p");
      engine.settle();
      assertThat(bodies).isEmpty();
      engine.advance(HOUR);
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("p");
      assertThat(bodies).containsExactly("child hook", "in p");
    }
  }

  @Test
  void aForkThatCleansUpIsNotInterruptedByTheEndOfTheBody() throws Exception {
    CountDownLatch bodyHasLeft = new CountDownLatch(1);
    CountDownLatch cleanedUp = new CountDownLatch(1);
    Gate cleaning = new Gate();
    Task<String, String> forking =
        Task.define("forking", String.class, String.class)
            .run(
                (name, run) -> {
                  run.fork(
                      () -> {
                        try {
                          return run.triggerAndWait(child, "fork", options().delay("1h"));
                        } finally {
                          bodyHasLeft.await();
                          cleaning.pass();
                          cleanedUp.countDown();
                        }
                      });
                  try {
                    return run.triggerAndWait(child, "own", options().delay("2h")).unwrap();
                  } finally {
                    bodyHasLeft.countDown();
                  }
                });
    try (TestEngine engine = start(0, forking, child)) {
      engine.tasks().trigger(forking, "p");
      cleaning.awaitReached();
      engine.settle();
      cleaning.open();
      assertThat(cleanedUp.await(GUARD.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void oneThatStaysWhenItsRunHasEndedIsSaidToHoldNoSlot() throws Exception {
    Gate deaf = new Gate();
    Task<String, String> lingers =
        Task.define("lingers", String.class, String.class)
            .run(
                (name, run) -> {
                  try {
                    return run.triggerAndWait(child, name, options().delay("1h")).unwrap();
                  } catch (StaleAttemptException e) {
                    deaf.passIgnoringInterrupts();
                    throw e;
                  }
                });
    try (TestEngine engine = start(0, lingers, child)) {
      RunHandle<String> handle = engine.tasks().trigger(lingers, "p");
      engine.advance(HOUR);
      assertThat(status(engine, handle)).isEqualTo(RunStatus.COMPLETED);
      assertThat(engine.runs().explain(handle.id()).toString()).contains("holds no slot");
      deaf.open();
      engine.settle();
      assertThat(engine.runs().explain(handle.id()).toString()).doesNotContain("slot");
    }
  }

  @Test
  void lessThanNoneIsRefused() {
    assertThatThrownBy(() -> Limits.defaults().parkedBodies(-1))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("parkedBodies");
  }
}
