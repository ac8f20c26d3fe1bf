package dev.pawl.engine;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.AbortRunException;
import dev.pawl.Batch;
import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchOptions;
import dev.pawl.BatchResult;
import dev.pawl.BatchStatus;
import dev.pawl.BatchTriggerException;
import dev.pawl.Fork;
import dev.pawl.IdempotencyKey;
import dev.pawl.Limits;
import dev.pawl.MixedBatchResult;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunContext;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TaskBody;
import dev.pawl.TaskKey;
import dev.pawl.WaitCycleException;
import dev.pawl.internal.api.Probe;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches that runs trigger, and wait for. */
class BatchInRunTest extends EngineTest {
  private static final int CHUNK = 10;
  private final ConcurrentLinkedQueue<Object> seen = new ConcurrentLinkedQueue<>();

  private final Task<Integer, Integer> twice =
      Task.define("twice", Integer.class, Integer.class)
          .retry(Retry.none())
          .run(
              (n, run) -> {
                if (n < 0) {
                  throw new AbortRunException("negative");
                }
                return 2 * n;
              });

  private final Task<String, String> echo =
      Task.define("echo", String.class, String.class).run((text, run) -> text + "!");

  private TestEngine engine;

  private RunHandle<String> play(TaskBody<String, String> body) {
    return play(Task.define("parent", String.class, String.class).retry(Retry.none()).run(body));
  }

  private RunHandle<String> play(Task<String, String> parent) {
    engine =
        TestEngine.start(
            newStore(),
            builder ->
                builder
                    .register(twice, echo, parent)
                    .limits(Limits.defaults().streamChunkItems(CHUNK)));
    RunHandle<String> handle = engine.tasks().trigger(parent, "p");
    engine.settle();
    return handle;
  }

  private String output(RunHandle<String> handle) {
    Run<String> run = engine.runs().retrieve(handle);
    assertThat(run.status()).as("%s", run.error()).isEqualTo(RunStatus.COMPLETED);
    return run.output();
  }

  @AfterEach
  void close() {
    if (engine != null) {
      assertThat(Probe.of(engine.present()).figures().openBatches()).isZero();
      engine.close();
    }
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void aBatchOfARunIsMadeOfItsChildren() {
    RunHandle<String> parent =
        play(
            (p, run) -> {
              BatchHandle<Integer> list = run.batchTrigger(twice, numbers(3));
              BatchHandle<Integer> stream = run.batchTrigger(twice, numbers(25).iterator());
              BatchHandle<?> byId = run.batchTrigger("twice", numbers(2));
              BatchHandle<?> outside = run.engine().tasks().batchTrigger(twice, numbers(1));
              return list.id() + " " + stream.id() + " " + byId.id() + " " + outside.id();
            });
    for (String id : output(parent).split(" ", -1)) {
      Batch batch = engine.batch().retrieve(id);
      assertThat(batch.status()).isEqualTo(BatchStatus.COMPLETED);
      assertThat(batch.parentId()).isEqualTo(parent.id());
    }
    assertThat(engine.runs().stream(RunQuery.all().parent(parent.id()))).hasSize(3 + 25 + 2 + 1);
  }

  @Test
  void aRunWaitsForAStreamWithoutItsSlot() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .concurrencyLimit(1)
            .run(
                (p, run) -> {
                  BatchResult<Integer> results =
                      run.batchTriggerAndWait(
                          List.of(p, "x").stream()
                              .flatMap(
                                  name ->
                                      Stream.concat(
                                          numbers(12).stream().map(n -> BatchItem.of(twice, n)),
                                          Stream.of(
                                              BatchItem.of(twice, 99, options().delay("1h"))))));
                  return results.size() + " " + results.unwrap().get(12);
                });
    RunHandle<String> handle = play(parent);
    assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
    RunHandle<String> next = engine.tasks().trigger(parent, "q");
    engine.settle();
    assertThat(engine.runs().retrieve(next).status()).as("the slot").isEqualTo(RunStatus.WAITING);
    engine.advance(Duration.ofHours(1));
    assertThat(output(handle)).isEqualTo("26 198");
    assertThat(output(next)).isEqualTo("26 198");
  }

  @Test
  void aStreamWhoseRunsHaveAllEndedIsNotWaitedFor() {
    RunHandle<String> handle =
        play(
            (p, run) ->
                ""
                    + run.batchTriggerAndWait(twice, numbers(30).stream().peek(n -> {})).size()
                    + run.batchTriggerAndWait(twice, Stream.<Integer>empty()).size()
                    + run.batchTriggerAndWait(twice, List.<Integer>of()).size());
    assertThat(output(handle)).isEqualTo("3000");
  }

  @Test
  void theResultsOfSeveralTasksAreTyped() {
    TaskKey<Integer, Integer> key = TaskKey.of("twice", Integer.class, Integer.class);
    RunHandle<String> handle =
        play(
            (p, run) -> {
              BatchItem<Integer> number = BatchItem.of(key, 4);
              BatchItem<String> text = BatchItem.of(echo, "a", options().delay("1h"));
              BatchItem<Integer> bad = BatchItem.of(twice, -1);
              MixedBatchResult all = run.batch().triggerByTaskAndWait(number, text, bad);
              int four = all.get(number).unwrap();
              String word = all.get(text).unwrap();
              RunResult.Failed<Integer> failed = (RunResult.Failed<Integer>) all.get(bad);
              assertThatThrownBy(() -> all.get(BatchItem.of(key, 4)))
                  .isInstanceOf(IllegalArgumentException.class);
              return four + word + failed.status() + all.size() + all.allOk();
            });
    engine.advance(Duration.ofHours(1));
    assertThat(output(handle)).isEqualTo("8a!FAILED3false");
  }

  @Test
  void itemsByIdAndFromStreamsAreWaitedForToo() {
    RunHandle<String> handle =
        play(
            (p, run) -> {
              MixedBatchResult byId =
                  run.batch().triggerAndWait(BatchItem.of("twice", 3), BatchItem.of("echo", "b"));
              MixedBatchResult stream =
                  run.batch()
                      .triggerByTaskAndWait(
                          IntStream.range(0, 22)
                              .mapToObj(
                                  n ->
                                      n % 2 == 0
                                          ? BatchItem.of(twice, n)
                                          : BatchItem.of(echo, "o")));
              BatchHandle<?> forgotten = run.batch().trigger(List.of(BatchItem.of("twice", 1)));
              return ""
                  + byId.get(0).unwrap()
                  + byId.get(1).unwrap()
                  + stream.get(20).unwrap()
                  + stream.get(21).unwrap()
                  + run.batch().retrieve(forgotten.id()).size();
            });
    assertThat(output(handle)).isEqualTo("6b!40o!1");
  }

  @Test
  void whoeverWaitsWithTheSameKeyWaitsForTheSameBatchAgain() {
    BatchOptions key =
        batchOptions()
            .idempotencyKey(IdempotencyKey.of("k").scope(IdempotencyKey.Scope.GLOBAL))
            .each(options().delay("1h"));
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (p, run) -> {
                  BatchResult<Integer> mine = run.batchTriggerAndWait(twice, numbers(3), key);
                  BatchResult<Integer> again = run.batchTriggerAndWait(twice, numbers(3), key);
                  return mine.batchId() + again.batchId() + mine.unwrap();
                });
    RunHandle<String> first = play(parent);
    RunHandle<String> second = engine.tasks().trigger(parent, "q");
    engine.settle();
    assertThat(engine.runs().retrieve(second).status()).isEqualTo(RunStatus.WAITING);
    engine.advance(Duration.ofHours(1));
    assertThat(output(first)).isEqualTo(output(second)).endsWith("[0, 2, 4]");
    assertThat(engine.runs().stream(RunQuery.all().tasks("twice"))).hasSize(3);
  }

  @Test
  void aPlainKeyIsThatOfTheRun() {
    RunHandle<String> handle =
        play(
            (p, run) -> {
              BatchOptions key = batchOptions().idempotencyKey("k");
              BatchHandle<Integer> first = run.batchTrigger(twice, numbers(2), key);
              BatchHandle<Integer> second = run.batchTrigger(twice, numbers(2), key);
              return first.id().equals(second.id()) + " " + second.isCached();
            });
    engine.tasks().batchTrigger(twice, numbers(2), batchOptions().idempotencyKey("k"));
    assertThat(output(handle)).isEqualTo("true true");
    assertThat(engine.runs().stream(RunQuery.all().tasks("twice"))).hasSize(4);
  }

  @Test
  void aBatchThatLacksItemsIsWaitedForByItsKeyUntilItHasAll() throws Exception {
    Gate gate = new Gate();
    BatchOptions key =
        batchOptions().idempotencyKey(IdempotencyKey.of("k").scope(IdempotencyKey.Scope.GLOBAL));
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run((p, run) -> "" + run.batchTriggerAndWait(twice, numbers(1), key).size());
    engine =
        TestEngine.start(
            newStore(),
            builder ->
                builder.register(twice, parent).limits(Limits.defaults().streamChunkItems(CHUNK)));
    Thread streaming =
        Thread.ofVirtual()
            .start(
                () ->
                    engine
                        .tasks()
                        .batchTrigger(
                            twice,
                            numbers(25).stream()
                                .peek(
                                    n -> {
                                      if (n == 15) {
                                        gate.passIgnoringInterrupts();
                                      }
                                    }),
                            key));
    gate.awaitReached();
    RunHandle<String> handle = engine.tasks().trigger(parent, "p");
    engine.settle();
    assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
    gate.open();
    streaming.join();
    engine.settle();
    assertThat(output(handle)).isEqualTo("25");
  }

  @Test
  void whoeverWaitsForABatchThatIsAbortedIsTold() throws Exception {
    Gate gate = new Gate();
    BatchOptions key =
        batchOptions().idempotencyKey(IdempotencyKey.of("k").scope(IdempotencyKey.Scope.GLOBAL));
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (p, run) -> {
                  try {
                    return "" + run.batchTriggerAndWait(twice, numbers(1), key).size();
                  } catch (BatchTriggerException e) {
                    return e.phase() + " " + e.itemCount() + " " + e.getMessage();
                  }
                });
    engine =
        TestEngine.start(
            newStore(),
            builder ->
                builder.register(twice, parent).limits(Limits.defaults().streamChunkItems(CHUNK)));
    Thread streaming =
        Thread.ofVirtual()
            .start(
                () ->
                    assertThatThrownBy(
                            () ->
                                engine
                                    .tasks()
                                    .batchTrigger(
                                        twice,
                                        numbers(25).stream()
                                            .peek(
                                                n -> {
                                                  if (n == 15) {
                                                    gate.passIgnoringInterrupts();
                                                    throw new IllegalStateException("dead line");
                                                  }
                                                }),
                                        key))
                        .isInstanceOf(BatchTriggerException.class));
    gate.awaitReached();
    RunHandle<String> handle = engine.tasks().trigger(parent, "p");
    engine.settle();
    gate.open();
    streaming.join();
    engine.settle();
    assertThat(output(handle)).startsWith("STREAM 15 ").contains("dead line");
  }

  @Test
  void aSourceThatThrowsInsideARunAbortsTheBatchAndTheBodyGoesOn() {
    RunHandle<String> handle =
        play(
            (p, run) -> {
              try {
                run.batchTriggerAndWait(
                    twice,
                    numbers(25).stream()
                        .peek(
                            n -> {
                              if (n == 17) {
                                throw new IllegalStateException("dead line");
                              }
                            }));
                return "whole";
              } catch (BatchTriggerException e) {
                return e.batchId() + " " + run.batchTriggerAndWait(twice, numbers(2)).unwrap();
              }
            });
    String[] told = output(handle).split(" ", 2);
    assertThat(told[1]).isEqualTo("[0, 2]");
    assertThat(engine.batch().retrieve(told[0]).status()).isEqualTo(BatchStatus.ABORTED);
    assertThat(engine.batch().retrieve(told[0]).size()).isEqualTo(17);
  }

  @Test
  void aCancelOfTheParentWhileItStreamsAbortsTheBatch() {
    RunHandle<String> handle =
        play(
            (p, run) -> {
              try {
                run.batchTriggerAndWait(
                    twice,
                    IntStream.range(0, 100)
                        .mapToObj(
                            n -> {
                              if (n == 15) {
                                run.engine().runs().cancel(run.runId());
                              }
                              return n;
                            }),
                    batchOptions().each(options().delay("1h")));
              } catch (RuntimeException e) {
                seen.add(e.getClass().getSimpleName());
                throw e;
              }
              return "";
            });
    assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.CANCELED);
    assertThat(seen).containsExactly("RunCanceledException");
    List<Run<?>> children = engine.runs().list(RunQuery.all().tasks("twice")).items();
    assertThat(children).hasSize(CHUNK).allMatch(run -> run.status() == RunStatus.CANCELED);
    Batch batch = engine.batch().retrieve(children.getFirst().batchId());
    assertThat(batch.status()).isEqualTo(BatchStatus.ABORTED);
    assertThat(batch.abortReason()).contains("CANCELED");
  }

  @Test
  void forksStreamAtTheSameTime() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .concurrencyLimit(1)
            .run(
                (p, run) -> {
                  List<Fork<Integer>> forks = new ArrayList<>();
                  for (int i = 1; i <= 4; i++) {
                    int count = 10 * i;
                    forks.add(
                        run.fork(
                            () ->
                                run.batchTriggerAndWait(
                                        twice,
                                        numbers(count).iterator(),
                                        batchOptions().each(options().delay(count + "m")))
                                    .size()));
                  }
                  int sum = 0;
                  for (Fork<Integer> fork : forks) {
                    sum += fork.join();
                  }
                  return "" + sum;
                });
    RunHandle<String> handle = play(parent);
    assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
    engine.advance(Duration.ofHours(1));
    assertThat(output(handle)).isEqualTo("100");
  }

  @Test
  void aBodyThatReturnsBeforeAForkThatStreamsAbortsItsBatch() throws Exception {
    Gate gate = new Gate();
    RunHandle<String> handle =
        play(
            (p, run) -> {
              run.fork(
                  () ->
                      run.batchTrigger(
                          twice,
                          numbers(25).stream()
                              .peek(
                                  n -> {
                                    if (n == 15) {
                                      try {
                                        gate.pass();
                                      } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                      }
                                    }
                                  })));
              gate.awaitReached();
              return "early";
            });
    assertThat(output(handle)).isEqualTo("early");
    String id = engine.runs().list(RunQuery.all().tasks("twice")).items().getFirst().batchId();
    assertThat(engine.batch().retrieve(id).status()).isEqualTo(BatchStatus.ABORTED);
  }

  @Test
  void aFailedAttemptAbortsWhatItStreamsAndTheNextOneBeginsAnew() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (p, run) ->
                    ""
                        + run.batchTriggerAndWait(
                                twice,
                                numbers(25).stream()
                                    .peek(
                                        n -> {
                                          if (n == 15 && run.attempt() == 1) {
                                            throw new IllegalStateException("dead line");
                                          }
                                        }))
                            .size());
    RunHandle<String> handle = play(parent);
    engine.advance(Duration.ofHours(1));
    assertThat(output(handle)).isEqualTo("25");
    assertThat(engine.runs().stream(RunQuery.all().tasks("twice"))).hasSize(15 + 25);
  }

  @Test
  void aRunThatWaitsForTheBatchItStandsInIsRefused() {
    BatchOptions key =
        batchOptions().idempotencyKey(IdempotencyKey.of("k").scope(IdempotencyKey.Scope.GLOBAL));
    TaskKey<String, String> self = TaskKey.of("item", String.class, String.class);
    Task<String, String> item =
        Task.define(self)
            .retry(Retry.none())
            .run((p, run) -> run.batchTriggerAndWait(self, List.of("a"), key).unwrap().get(0));
    engine = start(item);
    BatchHandle<String> batch = engine.tasks().batchTrigger(self, List.of("a"), key);
    engine.settle();
    Run<String> run = batch.runs().getFirst().retrieve();
    assertThat(run.status()).isEqualTo(RunStatus.FAILED);
    assertThat(run.error().cause().type()).isEqualTo(WaitCycleException.class.getName());
  }

  @Test
  void theItemsOfAStreamCountAsChildren() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .retry(Retry.none())
            .run((p, run) -> "" + run.batchTrigger(twice, numbers(60).iterator()).size());
    engine =
        TestEngine.start(
            newStore(),
            builder ->
                builder
                    .register(twice, parent)
                    .limits(Limits.defaults().streamChunkItems(CHUNK).maxChildrenPerRun(45)));
    RunHandle<String> handle = engine.tasks().trigger(parent, "p");
    engine.settle();
    Run<String> run = engine.runs().retrieve(handle);
    assertThat(run.error().message()).contains("maxChildrenPerRun 45", "after 40 items");
    String id = engine.runs().list(RunQuery.all().tasks("twice")).items().getFirst().batchId();
    assertThat(engine.batch().retrieve(id).status()).isEqualTo(BatchStatus.ABORTED);
  }

  /** Gives so many numbers, and at the last one does something else first. */
  private static Iterator<Integer> numbers(int count, Runnable beforeTheLast) {
    return IntStream.range(0, count)
        .peek(
            n -> {
              if (n == count - 1) {
                beforeTheLast.run();
              }
            })
        .iterator();
  }

  private static BatchOptions key() {
    return batchOptions().idempotencyKey(IdempotencyKey.of("k").scope(IdempotencyKey.Scope.GLOBAL));
  }

  @Test
  void aSourceThatWaitsForTheBatchItFeedsIsRefusedInsteadOfWaitingForEver() {
    Runnable again = () -> RunContext.current().batchTriggerAndWait(twice, List.of(1), key());
    RunHandle<String> parent =
        play((text, run) -> run.batchTriggerAndWait(twice, numbers(25, again), key()) + "");
    assertThat(engine.runs().retrieve(parent).error().message())
        .contains("its source has thrown", "a wait without an end");
  }

  @Test
  void aChildThatWaitsForTheBatchThatWaitsForItIsRefused() {
    Task<String, String> child =
        Task.define("child", String.class, String.class)
            .retry(Retry.none())
            .run((text, run) -> "" + run.batchTriggerAndWait(twice, List.of(1), key()));
    RunHandle<String> parent =
        play(
            (text, run) -> {
              run.engine().register(child);
              AtomicReference<RunResult<String>> result = new AtomicReference<>();
              Runnable wait = () -> result.set(run.triggerAndWait(child, "c"));
              run.batchTriggerAndWait(twice, numbers(25, wait), key()).unwrap();
              return result.get() instanceof RunResult.Failed<String> failed
                  ? failed.error().message()
                  : "it should have been refused";
            });
    assertThat(output(parent)).contains("a wait without an end");
  }

  @Test
  void aThreadMayWaitForTheBatchThatAnotherOneOfItsRunFeeds() {
    RunHandle<String> parent =
        play(
            (text, run) -> {
              CountDownLatch asked = new CountDownLatch(1);
              Runnable pause =
                  () -> {
                    try {
                      asked.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  };
              Fork<String> feeds =
                  run.fork(
                      () -> "" + run.batchTriggerAndWait(twice, numbers(25, pause), key()).size());
              while (run.engine().runs().count(RunQuery.all()) < 2) {
                Thread.onSpinWait();
              }
              Fork<String> asks =
                  run.fork(() -> "" + run.batchTriggerAndWait(twice, List.of(1), key()).size());
              while (run.engine().runs().explain(run.runId()).toString().indexOf("items") < 0) {
                Thread.onSpinWait();
              }
              asked.countDown();
              return feeds.join() + " " + asks.join();
            });
    assertThat(output(parent)).isEqualTo("25 25");
  }
}
