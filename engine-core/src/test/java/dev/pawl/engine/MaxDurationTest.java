package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Debounce;
import dev.pawl.IdempotencyKey;
import dev.pawl.InvalidOptionException;
import dev.pawl.Limits;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunCanceledException;
import dev.pawl.RunError;
import dev.pawl.RunHandle;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MaxDurationTest extends EngineTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  /** Active for as long as the test keeps the gate of its payload shut. */
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();

  private Gate gate(String name) {
    return gates.computeIfAbsent(name, key -> new Gate());
  }

  private Task<String, String> bounded(String bound) {
    return Task.define("bounded", String.class, String.class)
        .maxDuration(bound)
        .retry(Retry.exponential().maxAttempts(5))
        .run(
            (payload, run) -> {
              gate(payload).pass();
              return payload;
            });
  }

  @Test
  void passingItEndsTheRunTimedOutAndIsNotRetried() throws Exception {
    CompletableFuture<String> told = new CompletableFuture<>();
    CompletableFuture<Throwable> unwound = new CompletableFuture<>();
    Task<String, String> task =
        Task.define("bounded", String.class, String.class)
            .maxDuration("5m")
            .retry(Retry.exponential().maxAttempts(5))
            .run(
                (payload, run) -> {
                  run.onCancel(() -> told.complete("told, cancelled " + run.isCancelled()));
                  try {
                    gate(payload).pass();
                  } finally {
                    try {
                      run.throwIfCancelled();
                    } catch (RunCanceledException e) {
                      unwound.complete(e);
                    }
                  }
                  return payload;
                });
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      gate("x").awaitReached();
      engine.advance(Duration.ofMinutes(5).minusMillis(1));
      assertThat(handle.retrieve().status()).isEqualTo(RunStatus.EXECUTING);
      engine.advance(Duration.ofMillis(1));
      Run<String> run = handle.retrieve();
      assertThat(run.status()).isEqualTo(RunStatus.TIMED_OUT);
      assertThat(run.error().code()).isEqualTo(RunError.Code.TIMED_OUT);
      assertThat(run.error().message()).contains("attempt 1", "PT5M");
      assertThat(told.get()).isEqualTo("told, cancelled true");
      assertThat(unwound.get()).hasMessageContaining("has timed out").hasMessageContaining("PT5M");
      engine.advance(Duration.ofDays(1));
      assertThat(handle.retrieve().attempts()).hasSize(1);
      assertThat(handle.retrieve().attempts().getFirst().status()).isEqualTo(RunStatus.TIMED_OUT);
      assertThat(engine.allBodiesEnded()).isTrue();
    }
  }

  @Test
  void theSlotStaysTakenUntilTheBodyReturnsAndItsLateResultChangesNothing() throws Exception {
    Task<String, String> deaf =
        Task.define("deaf", String.class, String.class)
            .concurrencyLimit(1)
            .maxDuration("1m")
            .run(
                (payload, run) -> {
                  if (payload.equals("deaf")) {
                    gate(payload).passIgnoringInterrupts();
                  }
                  return payload;
                });
    try (TestEngine engine = start(deaf)) {
      RunHandle<String> handle = engine.tasks().trigger(deaf, "deaf");
      RunHandle<String> next = engine.tasks().trigger(deaf, "next");
      gate("deaf").awaitReached();
      engine.advance(Duration.ofMinutes(1));
      assertThat(handle.await()).isInstanceOf(RunResult.Failed.class);
      assertThat(next.retrieve().status()).isEqualTo(RunStatus.QUEUED);
      engine.advance(Duration.ofMinutes(10));
      assertThat(next.retrieve().status()).isEqualTo(RunStatus.QUEUED);
      gate("deaf").open();
      engine.settle();
      assertThat(handle.retrieve().status()).isEqualTo(RunStatus.TIMED_OUT);
      assertThat(handle.retrieve().output()).isNull();
      assertThat(next.retrieve().output()).isEqualTo("next");
    }
  }

  @Test
  void parkedTimeDoesNotCountAndActiveTimeAddsUpOverSeveralWaits() throws Exception {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .maxDuration("3m")
            .run(
                (payload, run) -> {
                  for (int wait = 1; wait <= 3; wait++) {
                    gate(payload + wait).pass();
                    run.triggerAndWait(ECHO, "" + wait, options().delay("1d")).unwrap();
                  }
                  return payload;
                });
    try (TestEngine engine = start(parent, ECHO)) {
      RunHandle<String> within = engine.tasks().trigger(parent, "within");
      RunHandle<String> beyond = engine.tasks().trigger(parent, "beyond");
      for (int wait = 1; wait <= 3; wait++) {
        gate("within" + wait).awaitReached();
        gate("beyond" + wait).awaitReached();
        engine.advance(Duration.ofSeconds(59));
        gate("within" + wait).open();
        engine.settle();
        engine.advance(Duration.ofSeconds(1));
        if (wait < 3) {
          gate("beyond" + wait).open();
          engine.settle();
        }
        engine.advance(Duration.ofDays(1));
      }
      assertThat(within.retrieve().output()).isEqualTo("within");
      assertThat(beyond.retrieve().status()).isEqualTo(RunStatus.TIMED_OUT);
    }
  }

  @Test
  void timeInAQueueToGoOnDoesNotCount() throws Exception {
    Queue one = Queue.named("one").concurrencyLimit(1);
    Task<String, String> blocking =
        Task.define("blocking", String.class, String.class)
            .queue(one)
            .run(
                (payload, run) -> {
                  gate(payload).pass();
                  return payload;
                });
    Task<String, String> waiting =
        Task.define("waiting", String.class, String.class)
            .queue(one)
            .maxDuration("1s")
            .run((payload, run) -> run.triggerAndWait(ECHO, "w", options().delay("1m")).unwrap());
    try (TestEngine engine = start(blocking, waiting, ECHO)) {
      RunHandle<String> queued = engine.tasks().trigger(waiting, "w");
      engine.settle();
      RunHandle<String> blocker = engine.tasks().trigger(blocking, "blocker");
      gate("blocker").awaitReached();
      engine.advance(Duration.ofMinutes(1));
      engine.settle();
      engine.advance(Duration.ofMinutes(30));
      assertThat(queued.retrieve().status()).isEqualTo(RunStatus.WAITING);
      gate("blocker").open();
      engine.settle();
      assertThat(queued.retrieve().output()).isEqualTo("w");
      assertThat(blocker.retrieve().output()).isEqualTo("blocker");
    }
  }

  @Test
  void aResumeInAnotherLifeGoesOnCountingWhereTheAttemptParked() throws Exception {
    AtomicInteger lives = new AtomicInteger();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .maxDuration("1m")
            .run(
                (payload, run) -> {
                  int life = lives.incrementAndGet();
                  if (life == 1) {
                    gate("before").pass();
                  }
                  run.triggerAndWait(ECHO, "x", options().delay("1h")).unwrap();
                  gate(payload).pass();
                  return payload;
                });
    try (TestEngine engine = start(parent, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "after");
      gate("before").awaitReached();
      engine.advance(Duration.ofSeconds(40));
      gate("before").open();
      engine.settle();
      engine.crash();
      engine.advance(Duration.ofHours(1));
      gate("after").awaitReached();
      engine.advance(Duration.ofSeconds(20).minusMillis(1));
      assertThat(engine.runs().retrieve(handle.id()).status()).isEqualTo(RunStatus.EXECUTING);
      engine.advance(Duration.ofMillis(1));
      Run<?> run = engine.runs().retrieve(handle.id());
      assertThat(run.status()).isEqualTo(RunStatus.TIMED_OUT);
      assertThat(run.attempts()).hasSize(1);
    }
  }

  @Test
  void anAttemptAfterACrashHasItsWholeTime() throws Exception {
    List<Gate> attempts = List.of(new Gate(), new Gate());
    Task<String, String> task =
        Task.define("bounded", String.class, String.class)
            .maxDuration("1m")
            .run(
                (payload, run) -> {
                  attempts.get(run.attempt() - 1).pass();
                  return payload;
                });
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      attempts.get(0).awaitReached();
      engine.advance(Duration.ofSeconds(59));
      engine.crash();
      attempts.get(1).awaitReached();
      engine.advance(Duration.ofSeconds(59));
      attempts.get(1).open();
      engine.settle();
      assertThat(engine.runs().retrieve(handle.id()).status()).isEqualTo(RunStatus.COMPLETED);
    }
  }

  @Test
  void whatAClosingEngineCutsOffIsNotCharged() throws Exception {
    InMemoryStore store = new InMemoryStore();
    List<Gate> entrances = List.of(new Gate(), new Gate());
    AtomicInteger entered = new AtomicInteger();
    Task<String, String> task =
        Task.define("bounded", String.class, String.class)
            .maxDuration("1m")
            .run(
                (payload, run) -> {
                  entrances.get(entered.getAndIncrement()).pass();
                  return payload;
                });
    String id;
    java.time.Instant closedAt;
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(task))) {
      id = engine.tasks().trigger(task, "x").id();
      entrances.get(0).awaitReached();
      engine.advance(Duration.ofSeconds(59));
      closedAt = engine.now();
    }
    try (TestEngine engine = TestEngine.start(closedAt, store, builder -> builder.register(task))) {
      entrances.get(1).awaitReached();
      engine.advance(Duration.ofSeconds(59));
      assertThat(engine.runs().retrieve(id).status()).isEqualTo(RunStatus.EXECUTING);
      assertThat(engine.runs().retrieve(id).attemptCount()).isEqualTo(1);
      engine.advance(Duration.ofSeconds(1));
      assertThat(engine.runs().retrieve(id).status()).isEqualTo(RunStatus.TIMED_OUT);
    }
  }

  @Test
  void eachAttemptHasItsOwnTime() throws Exception {
    List<Gate> attempts = List.of(new Gate(), new Gate());
    Task<String, String> task =
        Task.define("bounded", String.class, String.class)
            .maxDuration("1m")
            .retry(Retry.exponential().maxAttempts(2).randomize(false))
            .run(
                (payload, run) -> {
                  attempts.get(run.attempt() - 1).pass();
                  if (run.attempt() == 1) {
                    throw new IllegalStateException("the first fails");
                  }
                  return payload;
                });
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      attempts.get(0).awaitReached();
      engine.advance(Duration.ofSeconds(59));
      attempts.get(0).open();
      engine.settle();
      engine.advance(Duration.ofSeconds(1));
      attempts.get(1).awaitReached();
      engine.advance(Duration.ofSeconds(59));
      attempts.get(1).open();
      engine.settle();
      assertThat(handle.retrieve().status()).isEqualTo(RunStatus.COMPLETED);
    }
  }

  @Test
  void aBodyThatEndsInTimeIsInTimeHoweverLateTheEngineHearsOfIt() throws Exception {
    Task<String, String> task = bounded("1m");
    try (TestEngine engine = start(task, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      gate("x").awaitReached();
      dev.pawl.testing.Hold hold =
          engine.faults().holdAt(dev.pawl.testing.FaultPoint.RUN_STORED, "echo");
      Thread trigger = Thread.startVirtualThread(() -> engine.tasks().trigger(ECHO, "y"));
      hold.awaitReached();
      gate("x").open(); // the body ends now, while the engine is busy with another's commit
      while (!engine.bodiesLeft().isEmpty()) {
        Thread.onSpinWait();
      }
      engine.clock().set(engine.now().plus(Duration.ofMinutes(2)));
      hold.release();
      trigger.join();
      engine.settle();
      assertThat(handle.retrieve().status()).isEqualTo(RunStatus.COMPLETED);
    }
  }

  @Test
  void theTriggersBoundWinsOverTheTasks() throws Exception {
    Task<String, String> task = bounded("1m");
    try (TestEngine engine = start(task)) {
      RunHandle<String> longer = engine.tasks().trigger(task, "x", options().maxDuration("2m"));
      gate("x").awaitReached();
      engine.advance(Duration.ofSeconds(90));
      assertThat(longer.retrieve().status()).isEqualTo(RunStatus.EXECUTING);
      engine.advance(Duration.ofSeconds(30));
      assertThat(longer.retrieve().status()).isEqualTo(RunStatus.TIMED_OUT);
      assertThat(longer.retrieve().maxDuration()).isEqualTo(Duration.ofMinutes(2));
    }
  }

  @Test
  void aTrailingDebounceReplacesIt() throws Exception {
    Task<String, String> task = bounded("1m");
    try (TestEngine engine = start(task)) {
      Debounce trailing = Debounce.key("k").delay("10s").trailing();
      RunHandle<String> handle = engine.tasks().trigger(task, "x", options().debounce(trailing));
      engine.tasks().trigger(task, "y", options().debounce(trailing).maxDuration("2s"));
      engine.advance(Duration.ofSeconds(10));
      gate("y").awaitReached();
      engine.advance(Duration.ofSeconds(2));
      assertThat(handle.retrieve().status()).isEqualTo(RunStatus.TIMED_OUT);
    }
  }

  @Test
  void aParentLearnsThatItsChildTimedOut() {
    Task<String, String> child = bounded("1m");
    CompletableFuture<RunResult<String>> seen = new CompletableFuture<>();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  seen.complete(run.triggerAndWait(child, "x"));
                  return payload;
                });
    try (TestEngine engine = start(parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      engine.settle();
      engine.advance(Duration.ofMinutes(1));
      assertThat(handle.retrieve().output()).isEqualTo("p");
      assertThat(seen.join())
          .isInstanceOfSatisfying(
              RunResult.Failed.class,
              failed -> {
                assertThat(failed.status()).isEqualTo(RunStatus.TIMED_OUT);
                assertThat(failed.error().code()).isEqualTo(RunError.Code.TIMED_OUT);
              });
    }
  }

  @Test
  void aTimedOutRunFreesItsIdempotencyKey() throws Exception {
    Task<String, String> task = bounded("1m");
    try (TestEngine engine = start(task)) {
      IdempotencyKey key = IdempotencyKey.of("k");
      RunHandle<String> first = engine.tasks().trigger(task, "x", options().idempotencyKey(key));
      gate("x").awaitReached();
      assertThat(engine.tasks().trigger(task, "x", options().idempotencyKey(key)).id())
          .isEqualTo(first.id());
      engine.advance(Duration.ofMinutes(1));
      RunHandle<String> second = engine.tasks().trigger(task, "x", options().idempotencyKey(key));
      assertThat(second.isCached()).isFalse();
      assertThat(second.id()).isNotEqualTo(first.id());
    }
  }

  @Test
  void aBoundThatIsTooShortIsRefusedAtTheTriggerAndAtTheRegistration() {
    Task<String, String> task = bounded("1m");
    try (TestEngine engine = start(task)) {
      assertThatThrownBy(
              () ->
                  engine.tasks().trigger(task, "x", options().maxDuration(Duration.ofMillis(999))))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("maxDuration")
          .hasMessageContaining("minMaxDuration");
      Task<String, String> hasty =
          Task.define("hasty", String.class, String.class)
              .maxDuration(Duration.ofMillis(999))
              .run((payload, run) -> payload);
      Task<String, String> sound =
          Task.define("sound", String.class, String.class).run((payload, run) -> payload);
      assertThatThrownBy(() -> engine.register(sound, hasty))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("hasty");
      engine.register(sound); // nothing of the refused call was left behind
      assertThatThrownBy(
              () -> TestEngine.start(new InMemoryStore(), builder -> builder.register(hasty)))
          .isInstanceOf(InvalidOptionException.class);
    }
    try (TestEngine engine =
        TestEngine.start(
            new InMemoryStore(),
            builder ->
                builder
                    .register(ECHO)
                    .limits(Limits.defaults().minMaxDuration(Duration.ofMillis(1))))) {
      RunHandle<String> handle =
          engine.tasks().trigger(ECHO, "x", options().maxDuration(Duration.ofMillis(1)));
      engine.settle();
      assertThat(handle.retrieve().output()).isEqualTo("x");
    }
  }

  @Test
  void forksCountTooAndAreInterrupted() throws Exception {
    List<String> ended = new CopyOnWriteArrayList<>();
    Task<String, String> task =
        Task.define("forking", String.class, String.class)
            .maxDuration("1m")
            .run(
                (payload, run) -> {
                  var fork =
                      run.fork(
                          () -> {
                            try {
                              gate("fork").pass();
                            } catch (InterruptedException e) {
                              ended.add("fork");
                            }
                            return "";
                          });
                  run.triggerAndWait(ECHO, "x", options().delay("1h"));
                  return fork.join();
                });
    try (TestEngine engine = start(task, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      gate("fork").awaitReached();
      engine.advance(Duration.ofMinutes(1));
      assertThat(handle.retrieve().status())
          .as("its body waits, but its fork is active")
          .isEqualTo(RunStatus.TIMED_OUT);
      assertThat(ended).containsExactly("fork");
      assertThat(engine.allBodiesEnded()).isTrue();
    }
  }
}
