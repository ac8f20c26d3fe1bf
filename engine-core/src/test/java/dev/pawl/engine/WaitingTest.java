package dev.pawl.engine;

import static dev.pawl.IdempotencyKey.Scope.GLOBAL;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.AbortRunException;
import dev.pawl.AwaitTimeoutException;
import dev.pawl.BatchResult;
import dev.pawl.CancelOptions;
import dev.pawl.Engine;
import dev.pawl.Fork;
import dev.pawl.IdempotencyKey;
import dev.pawl.LimitExceededException;
import dev.pawl.Limits;
import dev.pawl.NotInRunException;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunContext;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.SubtaskUnwrapException;
import dev.pawl.Task;
import dev.pawl.TaskKey;
import dev.pawl.TriggerOptions;
import dev.pawl.WaitCycleException;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WaitingTest extends EngineTest {
  private static final TaskKey<Integer, Integer> SUM_KEY =
      TaskKey.of("sum", Integer.class, Integer.class);

  /** 1 + 2 + … + n by recursion, on a queue of one. */
  private static final Task<Integer, Integer> SUM =
      Task.define(SUM_KEY)
          .concurrencyLimit(1)
          .run((n, run) -> n == 0 ? 0 : n + run.triggerAndWait(SUM_KEY, n - 1).unwrap());

  private static final Task<Integer, Integer> DOUBLE =
      Task.define("double", Integer.class, Integer.class).run((n, run) -> 2 * n);

  private static final Task<String, String> FAIL =
      Task.define("fail", String.class, String.class)
          .run(
              (why, run) -> {
                throw new AbortRunException(why);
              });

  @Test
  void aRecursionOfAHundredOnAQueueOfOneCompletes() throws Exception {
    try (TestEngine engine = start(SUM)) {
      RunHandle<Integer> handle = engine.tasks().trigger(SUM, 100);
      engine.settle();
      assertThat(handle.await().unwrap()).isEqualTo(5_050);
      assertThat(engine.runs().stream(RunQuery.all()).map(run -> run.status()))
          .hasSize(101)
          .containsOnly(RunStatus.COMPLETED);
      assertThat(engine.runs().stream(RunQuery.all()).mapToInt(run -> run.depth()).max())
          .hasValue(100);
    }
  }

  @Test
  void tenThousandParentsWaitAtOnceAndAllGoOn() {
    int parents = 10_000;
    Task<Integer, Integer> parent =
        Task.define("parent", Integer.class, Integer.class)
            .run((n, run) -> run.triggerAndWait(DOUBLE, n, options().delay("1h")).unwrap() + 1);
    try (TestEngine engine =
        TestEngine.start(
            newStore(), builder -> builder.register(parent, DOUBLE).maxConcurrency(10))) {
      for (int i = 0; i < parents; i++) {
        engine.tasks().trigger(parent, i);
      }
      engine.settle(Duration.ofMinutes(1));
      assertThat(count(engine, RunStatus.WAITING)).isEqualTo(parents);
      engine.advance(Duration.ofHours(1));
      assertThat(count(engine, RunStatus.COMPLETED)).isEqualTo(2L * parents);
    }
  }

  @Test
  void aResumedParentGoesBeforeNewerRuns() {
    List<String> order = new ArrayList<>();
    Task<String, String> child =
        Task.define("child", String.class, String.class).run((name, run) -> name);
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .concurrencyLimit(1)
            .run(
                (name, run) -> {
                  if (name.equals("waits")) {
                    run.triggerAndWait(child, "c", options().delay("1h"));
                  }
                  order.add(name);
                  if (name.equals("first")) {
                    run.engine().pause(); // so that resumed and newer runs are ready together
                  }
                  return name;
                });
    try (TestEngine engine = start(parent, child)) {
      engine.tasks().trigger(parent, "waits");
      engine.settle();
      engine.tasks().trigger(parent, "first", options().delay("1h"));
      for (int i = 0; i < 5; i++) {
        engine.tasks().trigger(parent, "newer" + i, options().delay("1h"));
      }
      engine.advance(Duration.ofHours(1));
      engine.resume();
      engine.settle();
      assertThat(order).startsWith("first", "waits", "newer0", "newer1");
    }
  }

  @Test
  void aWaitingParentGivesItsSlotBackAndTakesItAgain() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Task<Integer, Integer> parent =
        Task.define("parent", Integer.class, Integer.class)
            .concurrencyLimit(2)
            .run(
                (n, run) -> {
                  for (int i = 0; i < 3; i++) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    RunContext.current().tags(); // a read of the store: time for others to get in
                    inside.decrementAndGet();
                    run.triggerAndWait(DOUBLE, n).unwrap();
                  }
                  return n;
                });
    try (TestEngine engine = start(parent, DOUBLE)) {
      for (int i = 0; i < 50; i++) {
        engine.tasks().trigger(parent, i);
      }
      engine.settle();
      assertThat(count(engine, RunStatus.COMPLETED)).isEqualTo(50 + 150);
      assertThat(most).hasValueLessThanOrEqualTo(2);
    }
  }

  @Test
  void aFailedChildIsAValueUntilItIsUnwrapped() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .retry(Retry.none())
            .run(
                (why, run) -> {
                  RunResult<String> result = run.triggerAndWait(FAIL, why);
                  assertThat(result.ok()).isFalse();
                  return result.unwrap();
                });
    try (TestEngine engine = start(parent, FAIL)) {
      var handle = engine.tasks().trigger(parent, "no milk");
      engine.settle();
      var run = engine.runs().retrieve(handle);
      assertThat(run.status()).isEqualTo(RunStatus.FAILED);
      assertThat(run.error().type()).isEqualTo(SubtaskUnwrapException.class.getName());
      assertThat(run.error().message()).contains("fail", "no milk", "FAILED");
      assertThatThrownBy(() -> run.result().unwrap())
          .isInstanceOf(SubtaskUnwrapException.class)
          .satisfies(
              e -> {
                assertThat(((SubtaskUnwrapException) e).runId()).isEqualTo(handle.id());
                assertThat(((SubtaskUnwrapException) e).taskId()).isEqualTo("parent");
                assertThat(e.getCause()).hasMessageContaining("no milk");
              });
    }
  }

  @Test
  void everyWayToEndFillsItsIndexInABatch() {
    Task<String, String> child =
        Task.define("child", String.class, String.class)
            .retry(Retry.none())
            .run(
                (how, run) -> {
                  switch (how) {
                    case "fail" -> throw new IllegalStateException("failed");
                    case "abort" -> throw new AbortRunException("aborted");
                    case "cancel" -> run.engine().runs().cancel(run.runId());
                    default -> {}
                  }
                  return how;
                });
    List<String> ways = List.of("ok", "fail", "abort", "cancel", "ok2");
    ConcurrentLinkedQueue<BatchResult<String>> results = new ConcurrentLinkedQueue<>();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (p, run) -> {
                  results.add(run.batchTriggerAndWait(child, ways));
                  return p;
                });
    try (TestEngine engine = start(parent, child)) {
      engine.tasks().trigger(parent, "p");
      engine.settle();
      assertThat(results.peek().results())
          .extracting(
              result ->
                  result instanceof RunResult.Failed<String> failed
                      ? failed.status()
                      : RunStatus.COMPLETED)
          .containsExactly(
              RunStatus.COMPLETED,
              RunStatus.FAILED,
              RunStatus.FAILED,
              RunStatus.CANCELED,
              RunStatus.COMPLETED);
      assertThat(results.peek().get(4).unwrap()).isEqualTo("ok2");
    }
  }

  @Test
  void batchResultsStandInInputOrderWhateverTheFinishingOrder() {
    Task<Integer, Integer> parent =
        Task.define("parent", Integer.class, Integer.class)
            .run(
                (n, run) -> {
                  List<Integer> payloads = IntStream.range(0, n).boxed().toList();
                  BatchResult<Integer> result = run.batchTriggerAndWait(DOUBLE, payloads);
                  for (int i = 0; i < n; i++) {
                    assertThat(result.get(i).unwrap()).isEqualTo(2 * i);
                  }
                  return result.size();
                });
    try (TestEngine engine = start(parent, DOUBLE)) {
      var handles =
          List.of(
              engine.tasks().trigger(parent, 0),
              engine.tasks().trigger(parent, 1),
              engine.tasks().trigger(parent, 1_000));
      engine.settle();
      assertThat(handles)
          .extracting(handle -> engine.runs().retrieve(handle).output())
          .containsExactly(0, 1, 1_000);
    }
  }

  @Test
  void severalWaitsAtOnceThroughForks() {
    Task<Integer, Integer> parent =
        Task.define("parent", Integer.class, Integer.class)
            .concurrencyLimit(1)
            .run(
                (n, run) -> {
                  List<Fork<Integer>> forks = new ArrayList<>();
                  for (int i = 1; i <= n; i++) {
                    int hours = i;
                    forks.add(
                        run.fork(
                            () ->
                                RunContext.current()
                                    .triggerAndWait(DOUBLE, hours, options().delay(hours + "h"))
                                    .unwrap()));
                  }
                  int sum = 0;
                  for (Fork<Integer> fork : forks) {
                    sum += fork.join();
                  }
                  return sum;
                });
    try (TestEngine engine = start(parent, DOUBLE)) {
      var handle = engine.tasks().trigger(parent, 5);
      engine.settle();
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
      var other = engine.tasks().trigger(parent, 0);
      engine.settle();
      assertThat(engine.runs().retrieve(other).output()).as("the slot is free").isZero();
      engine.advance(Duration.ofHours(3));
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
      engine.advance(Duration.ofHours(2));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo(2 * (1 + 2 + 3 + 4 + 5));
    }
  }

  @Test
  void aRunIsNotParkedWhileOneOfItsThreadsWorks() throws Exception {
    Gate gate = new Gate();
    Task<Integer, Integer> parent =
        Task.define("parent", Integer.class, Integer.class)
            .run(
                (n, run) -> {
                  Fork<Integer> fork = run.fork(() -> run.triggerAndWait(DOUBLE, n).unwrap());
                  gate.pass();
                  return fork.join();
                });
    try (TestEngine engine = start(parent, DOUBLE)) {
      var handle = engine.tasks().trigger(parent, 4);
      gate.awaitReached();
      engine.settle();
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.EXECUTING);
      gate.open();
      engine.settle();
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo(8);
    }
  }

  @Test
  void aBodyThatReturnsEndsItsForks() {
    AtomicInteger refused = new AtomicInteger();
    Task<Integer, Integer> parent =
        Task.define("parent", Integer.class, Integer.class)
            .run(
                (n, run) -> {
                  run.fork(
                      () -> {
                        try {
                          return run.triggerAndWait(DOUBLE, n, options().delay("1h")).unwrap();
                        } catch (RuntimeException e) {
                          refused.incrementAndGet();
                          throw e;
                        }
                      });
                  return n;
                });
    try (TestEngine engine = start(parent, DOUBLE)) {
      var handle = engine.tasks().trigger(parent, 4);
      engine.settle();
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo(4);
      assertThat(refused).hasValue(1);
      assertThat(engine.allBodiesEnded()).isTrue();
      engine.advance(Duration.ofHours(2));
    }
  }

  @Test
  void aThreadThatTheRunDoesNotKnowIsAnsweredWithoutTakingTheRunsSlot() throws Exception {
    AtomicInteger seen = new AtomicInteger();
    Task<Integer, Integer> parent =
        Task.define("parent", Integer.class, Integer.class)
            .concurrencyLimit(1)
            .run(
                (n, run) -> {
                  if (n == 0) {
                    return 0;
                  }
                  Thread stranger =
                      Thread.ofVirtual()
                          .start(
                              () ->
                                  seen.set(
                                      run.triggerAndWait(DOUBLE, n, options().delay("1h"))
                                          .unwrap()));
                  int own = run.triggerAndWait(DOUBLE, n, options().delay("5h")).unwrap();
                  stranger.join();
                  return own;
                });
    try (TestEngine engine = start(parent, DOUBLE)) {
      var handle = engine.tasks().trigger(parent, 4);
      while (engine.runs().stream(RunQuery.all()).count() < 3) {
        Thread.onSpinWait(); // nobody but the stranger knows when it has triggered
      }
      engine.advance(Duration.ofHours(1));
      while (seen.get() == 0) {
        Thread.onSpinWait();
      }
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
      var other = engine.tasks().trigger(parent, 0);
      engine.settle();
      assertThat(engine.runs().retrieve(other).output()).as("the slot is free").isZero();
      engine.advance(Duration.ofHours(4));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo(8);
    }
  }

  @Test
  void awaitingAHandleInsideARunIsAWait() {
    Task<Integer, Integer> parent =
        Task.define("parent", Integer.class, Integer.class)
            .concurrencyLimit(1)
            .run(
                (n, run) -> {
                  RunHandle<Integer> handle = run.trigger(DOUBLE, n, options().delay("1h"));
                  return handle.await().unwrap();
                });
    try (TestEngine engine = start(parent, DOUBLE)) {
      var handle = engine.tasks().trigger(parent, 4);
      engine.settle();
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo(8);
    }
  }

  @Test
  void aWaitInsideARunTimesOutOnTheEnginesClock() {
    Task<Integer, String> parent =
        Task.define("parent", Integer.class, String.class)
            .run(
                (n, run) -> {
                  RunHandle<Integer> handle = run.trigger(DOUBLE, n, options().delay("2h"));
                  try {
                    return "" + handle.await(Duration.ofHours(1)).unwrap();
                  } catch (AwaitTimeoutException e) {
                    return "timed out at " + run.now();
                  }
                });
    try (TestEngine engine = start(parent, DOUBLE)) {
      var handle = engine.tasks().trigger(parent, 4);
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(handle).output())
          .isEqualTo("timed out at 2030-01-01T01:00:00Z");
      engine.advance(Duration.ofHours(1));
      assertThat(count(engine, RunStatus.COMPLETED)).as("the child goes on").isEqualTo(2);
    }
  }

  @Test
  void aWaitFromOutsideTimesOutAndCancelsNothing() throws Exception {
    try (TestEngine engine = start(DOUBLE);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RunHandle<Integer> handle = engine.tasks().trigger(DOUBLE, 4, options().delay("2h"));
      var waiting = threads.submit(() -> handle.await(Duration.ofHours(1)));
      while (engine.nextTimer().orElseThrow().equals(TestEngine.START.plusSeconds(7_200))) {
        Thread.onSpinWait();
      }
      engine.advance(Duration.ofHours(1));
      assertThatThrownBy(waiting::get)
          .hasCauseInstanceOf(AwaitTimeoutException.class)
          .hasMessageContaining("DELAYED");
      engine.advance(Duration.ofHours(1));
      assertThat(handle.await().unwrap()).isEqualTo(8);
      assertThat(handle.completion().toCompletableFuture().get().unwrap()).isEqualTo(8);
    }
  }

  @Test
  void aRunCannotWaitForItself() {
    Task<Integer, Integer> task =
        Task.define("selfish", Integer.class, Integer.class)
            .retry(Retry.none())
            .run(
                (n, run) -> {
                  run.engine().runs().await(run.runId(), Duration.ofHours(1));
                  return n;
                });
    try (TestEngine engine = start(task)) {
      var handle = engine.tasks().trigger(task, 4);
      engine.settle();
      assertThat(engine.runs().retrieve(handle).error().type())
          .isEqualTo(WaitCycleException.class.getName());
    }
  }

  @Test
  void aBatchThatIsJoinedAgainAfterACrashMayNotCloseACycle() throws Exception {
    Gate gate = new Gate();
    TriggerOptions shared = options().idempotencyKey(IdempotencyKey.of("a").scope(GLOBAL));
    TaskKey<String, String> first = TaskKey.of("first", String.class, String.class);
    Task<String, String> second =
        Task.define("second", String.class, String.class)
            .retry(Retry.none())
            .run((payload, run) -> run.triggerAndWait(first, "x", shared).unwrap());
    AtomicInteger entered = new AtomicInteger();
    Task<String, String> firstTask =
        Task.define(first)
            .queue(Queue.named("narrow"))
            .retry(Retry.exponential().maxAttempts(2))
            .run(
                (payload, run) -> {
                  Fork<String> batch =
                      run.fork(
                          () ->
                              run.batchTriggerAndWait(second, List.of("y"), options().delay("1h"))
                                  .unwrap()
                                  .getFirst());
                  if (entered.incrementAndGet() == 1) {
                    gate.pass(); // so that it executes, and does not wait, when the process dies
                  }
                  return batch.join();
                });
    try (TestEngine engine = start(firstTask, second, DOUBLE)) {
      RunHandle<String> handle = engine.tasks().trigger(firstTask, "x", shared);
      gate.awaitReached();
      while (engine.runs().list(RunQuery.all().tasks("second")).items().isEmpty()) {
        Thread.onSpinWait();
      }
      engine.tasks().trigger(DOUBLE, 1, options().queue("narrow", 0));
      engine.crash();
      engine.advance(Duration.ofHours(1));
      assertThat(count(engine, RunStatus.WAITING)).as("the second waits for the first").isOne();
      engine.tasks().trigger(DOUBLE, 1, options().queue("narrow", 1));
      engine.settle();
      Run<?> run = engine.runs().retrieve(handle.id());
      assertThat(run.status()).isEqualTo(RunStatus.FAILED);
      assertThat(run.error().summary()).contains("a wait without an end", handle.id());
      assertThat(count(engine, RunStatus.WAITING)).isZero();
    }
  }

  @Test
  void aRunMayPollAnotherForADayAndGoOnAfterACrash() {
    Task<String, String> poller =
        Task.define("poller", String.class, String.class)
            .run(
                (id, run) -> {
                  for (int polls = 1; ; polls++) {
                    try {
                      run.engine().runs().await(id, Duration.ofMinutes(1));
                      return polls + " polls";
                    } catch (AwaitTimeoutException e) {
                      // It polls again.
                    }
                  }
                });
    try (TestEngine engine = start(DOUBLE, poller)) {
      RunHandle<Integer> lasting = engine.tasks().trigger(DOUBLE, 4, options().delay("1d30s"));
      RunHandle<String> handle = engine.tasks().trigger(poller, lasting.id());
      engine.advance(Duration.ofHours(12));
      engine.crash();
      engine.advance(Duration.ofHours(13));
      assertThat(engine.runs().retrieve(handle.id()).output()).isEqualTo("1441 polls");
    }
  }

  @Test
  void anEndlessRecursionIsRefusedWithItsChain() {
    TaskKey<Integer, Integer> key = TaskKey.of("endless", Integer.class, Integer.class);
    Task<Integer, Integer> endless =
        Task.define(key)
            .retry(Retry.none())
            .run((n, run) -> run.triggerAndWait(key, n + 1).unwrap());
    try (TestEngine engine =
        TestEngine.start(
            newStore(),
            builder -> builder.register(endless).limits(Limits.defaults().maxDepth(20)))) {
      engine.tasks().trigger(endless, 0);
      engine.settle();
      assertThat(engine.runs().stream(RunQuery.all()))
          .hasSize(21)
          .allMatch(run -> run.status() == RunStatus.FAILED);
      assertThat(
              engine.runs().stream(RunQuery.all())
                  .filter(run -> run.depth() == 20)
                  .findFirst()
                  .orElseThrow()
                  .error()
                  .message())
          .contains("maxDepth 20", "endless < endless");
    }
  }

  @Test
  void aBatchThatIsTooLargeIsRefusedWhole() {
    Task<Integer, Integer> parent =
        Task.define("parent", Integer.class, Integer.class)
            .retry(Retry.none())
            .run(
                (n, run) ->
                    run.batchTriggerAndWait(DOUBLE, IntStream.range(0, n).boxed().toList()).size());
    try (TestEngine engine = start(parent, DOUBLE)) {
      var handle = engine.tasks().trigger(parent, 1_001);
      engine.settle();
      assertThat(engine.runs().retrieve(handle).error().type())
          .isEqualTo(LimitExceededException.class.getName());
      assertThat(engine.runs().stream(RunQuery.all())).hasSize(1);
    }
  }

  @Test
  void aCanceledChildResumesItsParentWithTheReason() {
    Task<Integer, String> parent =
        Task.define("parent", Integer.class, String.class)
            .run(
                (n, run) ->
                    run.triggerAndWait(DOUBLE, n, options().delay("1h"))
                            instanceof RunResult.Failed<Integer> failed
                        ? failed.status() + ": " + failed.error().message()
                        : "ok");
    try (TestEngine engine = start(parent, DOUBLE)) {
      var handle = engine.tasks().trigger(parent, 4);
      engine.settle();
      String child = engine.runs().list(RunQuery.all().parent(handle.id())).items().getFirst().id();
      engine.runs().cancel(child, CancelOptions.defaults().reason("not today"));
      engine.settle();
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("CANCELED: not today");
    }
  }

  @Test
  void aThreadOutsideOfEveryRunIsTold() {
    assertThatThrownBy(RunContext::current)
        .isInstanceOf(NotInRunException.class)
        .hasMessageContaining("engine.tasks()");
  }

  private static long count(Engine engine, RunStatus status) {
    return engine.runs().stream(RunQuery.all().statuses(status)).count();
  }
}
