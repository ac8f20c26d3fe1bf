package dev.pawl.engine;

import static dev.pawl.IdempotencyKey.Scope.ATTEMPT;
import static dev.pawl.IdempotencyKey.Scope.GLOBAL;
import static dev.pawl.IdempotencyKey.Scope.RUN;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.AbortRunException;
import dev.pawl.BatchResult;
import dev.pawl.IdempotencyConflictException;
import dev.pawl.IdempotencyKey;
import dev.pawl.InvalidOptionException;
import dev.pawl.Limits;
import dev.pawl.PayloadConflict;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TaskKey;
import dev.pawl.TriggerOptions;
import dev.pawl.TriggerOutcome;
import dev.pawl.WaitCycleException;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.TestEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyTest extends EngineTest {
  private static final TriggerOptions KEY = options().idempotencyKey("key");
  private final AtomicInteger bodies = new AtomicInteger();

  private final Task<String, String> echo =
      Task.define("echo", String.class, String.class)
          .retry(Retry.none())
          .run(
              (payload, run) -> {
                bodies.incrementAndGet();
                if (payload.startsWith("fail")) {
                  throw new AbortRunException(payload);
                }
                return payload + "!";
              });

  private final Task<String, String> other =
      Task.define("other", String.class, String.class).run((payload, run) -> payload);

  private final TestEngine engine = start(echo, other);

  @AfterEach
  void close() {
    engine.close();
  }

  private RunHandle<String> trigger(String payload, TriggerOptions options) {
    return engine.tasks().trigger(echo, payload, options);
  }

  @Test
  void aSecondTriggerWithAKeyReturnsTheFirstRun() {
    RunHandle<String> first = trigger("x", KEY.delay("1h").tags("first"));
    RunHandle<String> second = trigger("x", KEY.tags("second"));
    assertThat(first.outcome()).isEqualTo(TriggerOutcome.CREATED);
    assertThat(second.outcome()).isEqualTo(TriggerOutcome.DEDUPLICATED);
    assertThat(second.isCached()).isTrue();
    assertThat(second.payloadDiffers()).isFalse();
    assertThat(second.id()).isEqualTo(first.id());
    engine.advance(Duration.ofHours(1));
    Run<String> run = engine.runs().retrieve(second);
    assertThat(run.tags()).containsExactly("first");
    assertThat(run.idempotencyKey()).isEqualTo("key");
    assertThat(run.idempotencyScope()).isEqualTo(GLOBAL);
    assertThat(bodies).hasValue(1);
  }

  @Test
  void keysOfTwoTasksAreTwoKeys() {
    RunHandle<String> first = trigger("x", KEY);
    RunHandle<String> second = engine.tasks().trigger(other, "x", KEY);
    assertThat(second.id()).isNotEqualTo(first.id());
  }

  @Test
  void partsAreKeptApart() {
    Set<String> ids = new HashSet<>();
    for (String[] parts :
        List.of(
            new String[] {"a", "b"},
            new String[] {"a-b"},
            new String[] {"a b"},
            new String[] {"ab"},
            new String[] {"", "ab"},
            new String[] {"ab", ""},
            new String[] {"a-", "b"},
            new String[] {"a", "-b"})) {
      ids.add(trigger("x", options().idempotencyKey(parts)).id());
    }
    assertThat(ids).hasSize(8);
  }

  @ParameterizedTest
  @EnumSource(
      value = RunStatus.class,
      names = {
        "DELAYED",
        "QUEUED",
        "COMPLETED",
        "FAILED",
        "CANCELED",
        "EXPIRED",
        "CRASHED",
        "SYSTEM_FAILURE",
        "EXECUTING",
        "WAITING",
        "RETRYING",
        "PENDING_VERSION"
      })
  void theStatusOfTheRunDecidesWhetherItsKeyIsFree(RunStatus status) throws Exception {
    Gate gate = new Gate();
    Task<String, String> task =
        Task.define("any", String.class, String.class)
            .retry(Retry.none())
            .run(
                (how, run) -> {
                  switch (how) {
                    case "FAILED" -> throw new AbortRunException(how);
                    case "RETRYING" -> throw new IOException(how);
                    case "WAITING" -> run.triggerAndWait(other, "x", options().delay("9h"));
                    case "EXECUTING", "CRASHED" -> gate.pass();
                    default -> {}
                  }
                  return how;
                });
    StoreProvider store = newStore();
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(task, other))) {
      TriggerOptions key = options().idempotencyKey("k");
      switch (status) {
        case DELAYED -> engine.tasks().trigger(task, "x", key.delay("1h"));
        case RETRYING -> engine.tasks().trigger(task, status.name(), key.maxAttempts(2));
        case CANCELED -> engine.tasks().trigger(task, "x", key.delay("1h")).cancel();
        case QUEUED, PENDING_VERSION, SYSTEM_FAILURE -> {
          engine.pause();
          engine.tasks().trigger(task, "x", key);
        }
        case EXPIRED -> {
          engine.pause();
          engine.tasks().trigger(task, "x", key.ttl("1s"));
          engine.advance(Duration.ofSeconds(1));
        }
        default -> engine.tasks().trigger(task, status.name(), key);
      }
      if (status == RunStatus.CRASHED) {
        gate.awaitReached();
        engine.crash();
      }
      engine.settle();
      if (status != RunStatus.PENDING_VERSION && status != RunStatus.SYSTEM_FAILURE) {
        assertKey(engine, task, key, status);
      }
      gate.open();
    }
    if (status == RunStatus.PENDING_VERSION) {
      try (TestEngine engine = TestEngine.start(store, builder -> builder.register(other))) {
        engine.settle();
        engine.pause();
        engine.register(task);
        assertKey(engine, task, options().idempotencyKey("k"), RunStatus.QUEUED);
      }
    }
    if (status == RunStatus.SYSTEM_FAILURE) {
      Task<Integer, Integer> changed =
          Task.define("any", Integer.class, Integer.class).run((n, run) -> n);
      try (TestEngine engine =
          TestEngine.start(store, builder -> builder.register(changed, other))) {
        engine.settle();
        RunHandle<Integer> again =
            engine.tasks().trigger(changed, 7, options().idempotencyKey("k"));
        assertThat(again.outcome()).isEqualTo(TriggerOutcome.CREATED);
      }
    }
  }

  private static void assertKey(
      TestEngine engine, Task<String, String> task, TriggerOptions key, RunStatus status) {
    Run<?> first = engine.runs().list(RunQuery.all().tasks("any")).items().getFirst();
    assertThat(first.status()).isEqualTo(status);
    RunHandle<String> again = engine.tasks().trigger(task, "again", key.delay("9h"));
    boolean frees =
        switch (status) {
          case FAILED, EXPIRED, CRASHED, TIMED_OUT, SYSTEM_FAILURE -> true;
          default -> false;
        };
    assertThat(again.outcome())
        .isEqualTo(frees ? TriggerOutcome.CREATED : TriggerOutcome.DEDUPLICATED);
    assertThat(again.id().equals(first.id())).isEqualTo(!frees);
  }

  @Test
  void aKeyIsFreeAfterThirtyDaysOrItsOwnTime() {
    RunHandle<String> first = trigger("x", KEY);
    RunHandle<String> week = trigger("x", options().idempotencyKey("w").idempotencyKeyTtl("7d"));
    engine.advance(Duration.ofDays(7).minusSeconds(1));
    assertThat(trigger("x", options().idempotencyKey("w").idempotencyKeyTtl("1s")).id())
        .as("the time of the first trigger counts")
        .isEqualTo(week.id());
    engine.advance(Duration.ofSeconds(1));
    assertThat(trigger("x", options().idempotencyKey("w")).id()).isNotEqualTo(week.id());
    engine.advance(Duration.ofDays(23).minusSeconds(1));
    assertThat(trigger("x", KEY).id()).isEqualTo(first.id());
    engine.advance(Duration.ofSeconds(1));
    assertThat(trigger("x", KEY).id()).isNotEqualTo(first.id());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10_000})
  void aKeyOutlivesTheProcessWithAndWithoutACache(int cacheSize) {
    StoreProvider store = newStore();
    try (TestEngine engine =
        TestEngine.start(
            store,
            builder -> builder.register(echo).limits(Limits.defaults().keyCacheSize(cacheSize)))) {
      String first = engine.tasks().trigger(echo, "x", KEY).id();
      String failed = engine.tasks().trigger(echo, "fail", options().idempotencyKey("f")).id();
      engine.settle();
      for (int life = 0; life < 2; life++) {
        assertThat(engine.tasks().trigger(echo, "x", KEY).id()).isEqualTo(first);
        engine.crash();
      }
      assertThat(engine.tasks().trigger(echo, "ok", options().idempotencyKey("f")).id())
          .isNotEqualTo(failed);
    }
  }

  @Test
  void aHitWithAnotherPayloadIsAHitThatSaysSoOrIsRefused() {
    RunHandle<String> first = trigger("x", KEY);
    RunHandle<String> second = trigger("y", KEY);
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.payloadDiffers()).isTrue();
    assertThatThrownBy(() -> trigger("y", KEY.onPayloadConflict(PayloadConflict.REJECT)))
        .isInstanceOf(IdempotencyConflictException.class)
        .hasMessageContaining("key");
    assertThat(trigger("x", KEY.onPayloadConflict(PayloadConflict.REJECT)).id())
        .isEqualTo(first.id());
    assertThat(engine.runs().stream(RunQuery.all())).hasSize(1);
  }

  @Test
  void aResetFreesAKeyAndTellsHowMany() {
    RunHandle<String> first = trigger("x", KEY);
    assertThat(engine.idempotencyKeys().reset("echo", "key")).isEqualTo(1);
    assertThat(engine.idempotencyKeys().reset("echo", "key")).isZero();
    assertThat(engine.idempotencyKeys().reset("other", "key")).isZero();
    RunHandle<String> second = trigger("x", KEY);
    assertThat(second.id()).isNotEqualTo(first.id());
    engine.settle();
    engine.crash();
    assertThat(trigger("x", KEY).id()).isEqualTo(second.id());
  }

  @Test
  void aKeyInsideARunBelongsToThatRunUnlessItSaysOtherwise() {
    ConcurrentLinkedQueue<String> ids = new ConcurrentLinkedQueue<>();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .retry(Retry.exponential().maxAttempts(2))
            .run(
                (payload, run) -> {
                  for (TriggerOptions options :
                      List.of(
                          KEY,
                          options().idempotencyKey(run.idempotencyKey("key")),
                          options().idempotencyKey(IdempotencyKey.of("key").scope(ATTEMPT)),
                          options().idempotencyKey(IdempotencyKey.of("key").scope(GLOBAL)))) {
                    ids.add(run.trigger(echo, "x", options).id());
                  }
                  if (run.attempt() == 1) {
                    throw new IOException("again");
                  }
                  return payload;
                });
    engine.register(parent);
    engine.tasks().trigger(parent, "a");
    engine.advance(Duration.ofMinutes(1));
    List<String> a = new ArrayList<>(ids);
    assertThat(a.get(0)).as("a plain key is the run's").isEqualTo(a.get(1)).isEqualTo(a.get(4));
    assertThat(a.get(2)).as("an attempt's key is its own").isNotEqualTo(a.get(6));
    assertThat(a.get(3)).as("a global key is everybody's").isEqualTo(a.get(7));
    ids.clear();
    engine.tasks().trigger(parent, "b");
    engine.advance(Duration.ofMinutes(1));
    List<String> b = new ArrayList<>(ids);
    assertThat(b.get(0)).isNotEqualTo(a.get(0));
    assertThat(b.get(3)).isEqualTo(a.get(3));
  }

  @Test
  void outsideOfARunTheOnlyScopeIsGlobal() {
    for (var scope : List.of(RUN, ATTEMPT)) {
      assertThatThrownBy(
              () -> trigger("x", options().idempotencyKey(IdempotencyKey.of("k").scope(scope))))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("GLOBAL");
    }
    assertThatThrownBy(IdempotencyKey::of).isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> IdempotencyKey.of("x".repeat(2_049)))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void anAwaitedHitAttachesToALiveRunAndTakesTheResultOfAnEndedOne() {
    ConcurrentLinkedQueue<RunResult<String>> results = new ConcurrentLinkedQueue<>();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  IdempotencyKey key = IdempotencyKey.of("shared").scope(GLOBAL);
                  TriggerOptions options = options().idempotencyKey(key).delay("1h");
                  results.add(run.triggerAndWait(echo, "x", options));
                  results.add(run.triggerAndWait(echo, "x", options));
                  return payload;
                });
    engine.register(parent);
    engine.tasks().trigger(parent, "a");
    engine.tasks().trigger(parent, "b");
    engine.settle();
    assertThat(engine.runs().stream(RunQuery.all().statuses(RunStatus.WAITING))).hasSize(2);
    engine.crash();
    engine.advance(Duration.ofHours(1));
    assertThat(results).hasSize(4);
    assertThat(results.stream().map(RunResult::unwrap)).containsOnly("x!");
    assertThat(results.stream().map(RunResult::runId).distinct()).hasSize(1);
    assertThat(bodies).hasValue(1);
  }

  @Test
  void anAwaitedHitOnACanceledRunIsAFailureWithItsReason() {
    IdempotencyKey key = IdempotencyKey.of("shared").scope(GLOBAL);
    trigger("x", options().idempotencyKey(key).delay("1h")).cancel();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) ->
                    run.triggerAndWait(echo, "x", options().idempotencyKey(key)).toString());
    engine.register(parent);
    RunHandle<String> handle = engine.tasks().trigger(parent, "a");
    engine.settle();
    assertThat(engine.runs().retrieve(handle).output()).contains("CANCELED", "canceled by user");
  }

  @Test
  void aBatchMayNameOneRunAtSeveralIndexes() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  TriggerOptions key = options().idempotencyKey("same");
                  BatchResult<String> first =
                      run.batchTriggerAndWait(echo, List.of("x", "x", "x"), key);
                  BatchResult<String> cached =
                      run.batchTriggerAndWait(echo, List.of("x", "x"), key);
                  assertThat(first.results()).hasSize(3);
                  assertThat(cached.results()).hasSize(2);
                  return first.get(2).runId().equals(cached.get(0).runId())
                      ? first.unwrap() + "" + cached.unwrap()
                      : "two runs";
                });
    engine.register(parent);
    RunHandle<String> handle = engine.tasks().trigger(parent, "a");
    engine.settle();
    assertThat(engine.runs().retrieve(handle).output()).isEqualTo("[x!, x!, x!][x!, x!]");
    assertThat(bodies).hasValue(1);
  }

  @Test
  void aConflictInsideABatchRefusesTheBatchWhole() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .retry(Retry.none())
            .run(
                (payload, run) ->
                    ""
                        + run.batchTriggerAndWait(
                            echo,
                            List.of("x", "y"),
                            options()
                                .idempotencyKey("same")
                                .onPayloadConflict(PayloadConflict.REJECT)));
    engine.register(parent);
    RunHandle<String> handle = engine.tasks().trigger(parent, "a");
    engine.settle();
    RunError error = engine.runs().retrieve(handle).error();
    assertThat(error.message()).contains("nothing was created", "item 1: ", "same");
    assertThat(error.cause().type()).isEqualTo(IdempotencyConflictException.class.getName());
    assertThat(engine.runs().stream(RunQuery.all().tasks("echo"))).isEmpty();
  }

  @Test
  void aRetryFindsTheChildrenOfItsKeys() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  String out = run.triggerAndWait(echo, payload, KEY).unwrap();
                  if (run.attempt() < 3) {
                    throw new IOException("again");
                  }
                  return out;
                });
    engine.register(parent);
    RunHandle<String> handle = engine.tasks().trigger(parent, "a");
    engine.advance(Duration.ofMinutes(10));
    assertThat(engine.runs().retrieve(handle).output()).isEqualTo("a!");
    assertThat(bodies).hasValue(1);
  }

  @Test
  void aWaitForOnesAncestorIsRefusedAtOnceWithTheCycle() {
    TaskKey<Integer, String> key = TaskKey.of("cyclic", Integer.class, String.class);
    TriggerOptions shared = options().idempotencyKey(IdempotencyKey.of("cycle").scope(GLOBAL));
    ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();
    Task<Integer, String> cyclic =
        Task.define(key)
            .retry(Retry.none())
            .run(
                (n, run) -> {
                  try {
                    return run.triggerAndWait(key, n + 1, n == 3 ? shared : options()).unwrap();
                  } catch (WaitCycleException e) {
                    messages.add(e.getMessage());
                    throw e;
                  }
                });
    engine.register(cyclic);
    RunHandle<String> handle = engine.tasks().trigger(cyclic, 0, shared);
    engine.settle();
    assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.FAILED);
    assertThat(messages).singleElement().asString().contains("waits for");
    assertThat(engine.runs().stream(RunQuery.all())).hasSize(4);
  }

  @Test
  void sixtyFourCallersWithOneKeyMakeOneRun() throws Exception {
    for (int round = 0; round < 20; round++) {
      TriggerOptions key = options().idempotencyKey("race" + round);
      List<RunHandle<String>> handles = atOnce(64, () -> trigger("x", key));
      assertThat(handles.stream().map(RunHandle::id).distinct()).hasSize(1);
      assertThat(handles.stream().filter(handle -> !handle.isCached())).hasSize(1);
    }
  }

  static <T> List<T> atOnce(int callers, Callable<T> call) throws Exception {
    List<Future<T>> futures = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < callers; i++) {
        futures.add(threads.submit(call));
      }
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }
}
