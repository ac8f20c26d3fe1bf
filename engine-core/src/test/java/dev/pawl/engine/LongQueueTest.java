package dev.pawl.engine;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.BatchOptions;
import dev.pawl.EngineBuilder;
import dev.pawl.Explanation;
import dev.pawl.Health;
import dev.pawl.IdempotencyKey;
import dev.pawl.Limits;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.Queue;
import dev.pawl.QueueInfo;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.StoreUnavailableException;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queues that are longer than what is kept of them in memory, which is two runs here. */
class LongQueueTest {
  private final List<String> started = Collections.synchronizedList(new ArrayList<>());

  private final Task<String, String> task =
      Task.define("task", String.class, String.class)
          .queue(Queue.named("line").concurrencyLimit(1))
          .run(
              (payload, run) -> {
                started.add(payload);
                return payload;
              });

  /** How many reads of live rows fail from now on. */
  private final AtomicInteger failures = new AtomicInteger();

  private final InMemoryStore store = new InMemoryStore();
  private final TestEngine engine = TestEngine.start(() -> failing(store.open()), this::settings);

  @AfterEach
  void close() {
    engine.close();
  }

  private EngineBuilder settings(EngineBuilder builder) {
    return builder.register(task).limits(Limits.defaults().residentRuns(2));
  }

  private RunStore failing(RunStore store) {
    return Intercepted.store(
        store,
        (method, arguments) -> {
          if (method.equals("liveRows")
              && failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new StoreException("the disk cannot be read", null);
          }
        });
  }

  private List<RunHandle<String>> trigger(int runs) {
    return IntStream.range(0, runs)
        .mapToObj(i -> engine.tasks().trigger(task, String.valueOf(i)))
        .toList();
  }

  private static List<String> numbers(int runs) {
    return IntStream.range(0, runs).mapToObj(String::valueOf).toList();
  }

  private RunStatus status(RunHandle<?> handle) {
    return engine.runs().retrieve(handle).status();
  }

  @Test
  void itsRunsStartInOrder() {
    engine.pause();
    trigger(100);
    engine.resume();
    engine.settle();
    assertThat(started).isEqualTo(numbers(100));
  }

  @Test
  void whoComesLaterWithAHeadStartGoesFirst() {
    engine.pause();
    trigger(20);
    engine.tasks().trigger(task, "second", options().priority(50));
    engine.tasks().trigger(task, "first", options().priority(100));
    engine.tasks().trigger(task, "third", options().priority(20));
    engine.resume();
    engine.settle();
    assertThat(started.subList(0, 4)).containsExactly("first", "second", "third", "0");
    assertThat(started).hasSize(23);
  }

  @Test
  void itIsTakenOverByTheNextEngine() {
    engine.pause();
    trigger(50);
    engine.crash();
    engine.resume();
    engine.settle();
    assertThat(started).isEqualTo(numbers(50));
  }

  @Test
  void itIsTakenOverWithHeadStartsAndTimesToLive() {
    engine.queues().pause("line");
    trigger(20);
    engine.tasks().trigger(task, "hasty", options().ttl("1m"));
    trigger(20);
    engine.tasks().trigger(task, "first", options().priority(100));
    engine.crash();
    assertThat(line().queued()).isEqualTo(42);
    engine.advance(Duration.ofMinutes(2));
    assertThat(line().queued()).isEqualTo(41);
    engine.queues().resume("line");
    engine.settle();
    assertThat(started).hasSize(41).startsWith("first", "0", "1").doesNotContain("hasty");
  }

  @Test
  void runsThatLackedTheirTaskComeToItWhenItIsThere() {
    engine.queues().pause("line");
    trigger(20);
    engine.close();
    try (TestEngine next = TestEngine.start(store, builder -> builder)) {
      assertThat(next.runs().count(RunQuery.all().statuses(RunStatus.PENDING_VERSION)))
          .isEqualTo(20);
    }
    try (TestEngine next = TestEngine.start(store, this::settings)) {
      assertThat(next.runs().count(RunQuery.all().statuses(RunStatus.QUEUED))).isEqualTo(20);
      next.queues().resume("line");
      next.settle();
      assertThat(started).isEqualTo(numbers(20));
    }
  }

  @Test
  void aRunInItsMiddleIsCanceledWhereItStands() {
    engine.pause();
    List<RunHandle<String>> runs = trigger(10);
    engine.runs().cancel(runs.get(7).id());
    assertThat(status(runs.get(7))).isEqualTo(RunStatus.CANCELED);
    assertThat(line().queued()).isEqualTo(9);
    engine.resume();
    engine.settle();
    assertThat(started).hasSize(9).doesNotContain("7");
  }

  @Test
  void aRunInItsMiddleExpiresInTime() {
    engine.pause();
    trigger(5);
    RunHandle<String> hasty = engine.tasks().trigger(task, "hasty", options().ttl("1m"));
    trigger(5);
    engine.advance(Duration.ofSeconds(59));
    assertThat(status(hasty)).isEqualTo(RunStatus.QUEUED);
    engine.advance(Duration.ofSeconds(1));
    assertThat(status(hasty)).isEqualTo(RunStatus.EXPIRED);
    assertThat(line().queued()).isEqualTo(10);
  }

  @Test
  void aRunInItsMiddleIsTagged() {
    engine.pause();
    List<RunHandle<String>> runs = trigger(10);
    engine.runs().addTags(runs.get(7).id(), "late");
    assertThat(engine.runs().retrieve(runs.get(7)).tags()).containsExactly("late");
  }

  @Test
  void aRunInItsMiddleIsFoundByItsKey() {
    engine.pause();
    trigger(5);
    RunHandle<String> keyed =
        engine.tasks().trigger(task, "keyed", options().idempotencyKey("key"));
    trigger(5);
    engine.crash();
    assertThat(engine.tasks().trigger(task, "again", options().idempotencyKey("key")).id())
        .isEqualTo(keyed.id());
    engine.resume();
    engine.settle();
    assertThat(started).hasSize(11);
  }

  @Test
  void theRunsOfABatchInItsMiddleCanBeAwaited() {
    BatchOptions key =
        batchOptions().idempotencyKey(IdempotencyKey.of("k").scope(IdempotencyKey.Scope.GLOBAL));
    Task<String, Integer> waiting =
        Task.define("waiting", String.class, Integer.class)
            .run((payload, run) -> run.batchTriggerAndWait(task, numbers(20), key).size());
    engine.register(waiting);
    engine.queues().pause("line");
    engine.tasks().batchTrigger(task, numbers(20), key);
    RunHandle<Integer> parent = engine.tasks().trigger(waiting, "x");
    engine.settle();
    assertThat(status(parent)).isEqualTo(RunStatus.WAITING);
    assertThat(line().queued()).isEqualTo(20);
    engine.queues().resume("line");
    engine.settle();
    assertThat(engine.runs().retrieve(parent).output()).isEqualTo(20);
    assertThat(started).isEqualTo(numbers(20));
  }

  @Test
  void aRunThatIsSeveralItemsOfABatchCanBeAwaited() {
    TriggerOptions key =
        options().idempotencyKey(IdempotencyKey.of("k").scope(IdempotencyKey.Scope.GLOBAL));
    List<String> thrice = List.of("8", "8", "8");
    Task<String, Integer> waiting =
        Task.define("waiting", String.class, Integer.class)
            .run(
                (payload, run) ->
                    run.batchTriggerAndWait(task, thrice, batchOptions().each(key)).size());
    engine.register(waiting);
    engine.queues().pause("line");
    trigger(8);
    engine.tasks().trigger(task, "8", key);
    RunHandle<Integer> parent = engine.tasks().trigger(waiting, "x");
    engine.settle();
    engine.crash();
    engine.settle();
    assertThat(status(parent)).isEqualTo(RunStatus.WAITING);
    engine.queues().resume("line");
    engine.settle();
    assertThat(engine.runs().retrieve(parent).output()).isEqualTo(3);
    assertThat(started).isEqualTo(numbers(9));
  }

  @Test
  void aRunInItsMiddleCanBeAwaited() throws Exception {
    engine.pause();
    List<RunHandle<String>> runs = trigger(10);
    FutureTask<String> waiting = new FutureTask<>(() -> runs.get(8).await().unwrap());
    Thread.ofVirtual().start(waiting);
    engine.settle();
    trigger(10);
    engine.resume();
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("8");
  }

  @Test
  void itsLengthAndWhoStandsBeforeWhomIsKnown() {
    engine.pause();
    List<RunHandle<String>> runs = trigger(30);
    engine.advance(Duration.ofMinutes(1));
    QueueInfo line = line();
    assertThat(line.queued()).isEqualTo(30);
    assertThat(line.oldestAge()).isEqualTo(Duration.ofMinutes(1));
    Explanation explanation = engine.runs().explain(runs.get(21).id());
    assertThat(explanation.reason(Explanation.Code.RUNS_AHEAD).orElseThrow().data())
        .containsEntry("ahead", 21);
  }

  @Test
  void manyDelayedRunsAreDueInTheirOrder() {
    for (int i = 0; i < 20; i++) {
      engine.tasks().trigger(task, String.valueOf(i), options().delay((100 - i) + "s"));
    }
    assertThat(line().delayed()).isEqualTo(20);
    engine.advance(Duration.ofSeconds(90));
    assertThat(started).startsWith("19", "18", "17").endsWith("10").hasSize(10);
    engine.advance(Duration.ofSeconds(10));
    assertThat(started).startsWith("19", "18", "17").endsWith("1", "0").hasSize(20);
  }

  @Test
  void aDelayedRunIsMovedWhereverItStands() {
    List<RunHandle<String>> runs =
        IntStream.range(0, 10)
            .mapToObj(i -> engine.tasks().trigger(task, "" + i, options().delay((10 + i) + "s")))
            .toList();
    engine.runs().reschedule(runs.get(9).id(), Duration.ofSeconds(1));
    engine.runs().reschedule(runs.get(0).id(), Duration.ofSeconds(60));
    engine.advance(Duration.ofSeconds(1));
    assertThat(started).containsExactly("9");
    engine.advance(Duration.ofSeconds(30));
    assertThat(started).hasSize(9).endsWith("8");
    engine.advance(Duration.ofSeconds(30));
    assertThat(started).hasSize(10).endsWith("0");
  }

  @Test
  void whileTheStoreCannotBeReadNothingIsLost() {
    engine.pause();
    trigger(20);
    failures.set(3);
    engine.resume();
    engine.settle();
    assertThat(engine.health().status()).isEqualTo(Health.Status.UP);
    assertThat(started).isEqualTo(numbers(20));
  }

  @Test
  void whileTheStoreCannotBeReadCallsAreRefused() {
    engine.pause();
    List<RunHandle<String>> runs = trigger(20);
    failures.set(Integer.MAX_VALUE);
    Thread asking = Thread.startVirtualThread(() -> engine.runs().cancel(runs.get(15).id()));
    assertThatThrownBy(
            () -> {
              while (true) {
                engine.tasks().trigger(task, "refused");
              }
            })
        .isInstanceOfAny(StoreUnavailableException.class, OutcomeUnknownException.class)
        .hasMessageContaining("the disk cannot be read");
    failures.set(0);
    join(asking);
    assertThat(status(runs.get(15))).isEqualTo(RunStatus.CANCELED);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private QueueInfo line() {
    return engine.queues().retrieve("line");
  }
}
