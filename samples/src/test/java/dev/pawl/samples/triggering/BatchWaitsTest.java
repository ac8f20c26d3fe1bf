package dev.pawl.samples.triggering;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.samples.triggering.Page.CHILD;
import static dev.pawl.samples.triggering.Page.GREET;
import static dev.pawl.samples.triggering.Page.INCREMENT;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.BatchItem;
import dev.pawl.BatchResult;
import dev.pawl.MixedBatchResult;
import dev.pawl.Retry;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.Task;
import dev.pawl.TypeRef;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Batches that a run waits for. */
class BatchWaitsTest {
  private static final TypeRef<List<String>> STRINGS = new TypeRef<>() {};

  static final Task<List<String>, List<String>> WAITS =
      Task.define("waits", STRINGS, STRINGS)
          .run(
              (items, run) -> {
                List<String> done = new ArrayList<>();
                BatchResult<String> results = run.batchTriggerAndWait(CHILD, items);
                for (RunResult<String> result : results) {
                  switch (result) {
                    case RunResult.Ok<String> ok -> done.add(ok.output());
                    case RunResult.Failed<String> failed -> done.add(failed.error().message());
                  }
                }
                return done;
              });

  /** Fails with its first child that fails; retried, it would trigger all of them again. */
  static final Task<List<String>, List<String>> ALL_OR_FAIL =
      Task.define("all-or-fail", STRINGS, STRINGS)
          .retry(Retry.none())
          .run((items, run) -> run.batchTriggerAndWait(CHILD, items).unwrap());

  /** Slower than one batch: the parent is resumed after each pair. */
  static final Task<Integer, List<String>> PAIRS =
      Task.define("pairs", TypeRef.of(Integer.class), STRINGS)
          .run(
              (times, run) -> {
                List<String> done = new ArrayList<>();
                for (int i = 0; i < times; i++) {
                  done.addAll(
                      run.batchTriggerAndWait(CHILD, List.of("itemA" + i, "itemB" + i)).unwrap());
                }
                return done;
              });

  static final Task<String, String> BY_ID =
      Task.define("by-id", String.class, String.class)
          .run(
              (payload, run) -> {
                StringBuilder said = new StringBuilder();
                MixedBatchResult results =
                    run.batch()
                        .triggerAndWait(
                            BatchItem.of("greet", "World"), BatchItem.of("increment", 42));
                for (RunResult<?> result : results) {
                  switch (result.taskId()) {
                    case "greet" -> said.append((String) result.unwrap());
                    case "increment" -> said.append(" ").append((Integer) result.unwrap() + 1);
                  }
                }
                return said.toString();
              });

  static final Task<String, String> TYPED =
      Task.define("typed", String.class, String.class)
          .run(
              (payload, run) -> {
                BatchItem<String> greeting = BatchItem.of(GREET, "World");
                BatchItem<Integer> number = BatchItem.of(INCREMENT, 42);
                MixedBatchResult results = run.batch().triggerByTaskAndWait(greeting, number);
                String hello = results.get(greeting).unwrap();
                int next = results.get(number).unwrap();
                return hello + " " + next;
              });

  final ConcurrentLinkedQueue<String> batchIds = new ConcurrentLinkedQueue<>();

  /** Fails once behind its batch: the second attempt waits for the batch of the first. */
  final Task<String, List<String>> waitsOnce =
      Task.define("waits-once", TypeRef.of(String.class), STRINGS)
          .run(
              (payload, run) -> {
                BatchResult<String> results =
                    run.batchTriggerAndWait(
                        CHILD, List.of("item1", "item2"), batchOptions().idempotencyKey("items"));
                batchIds.add(results.batchId());
                if (run.attempt() == 1) {
                  throw new IllegalStateException("something else went wrong");
                }
                return results.unwrap();
              });

  @RegisterExtension
  final PawlExtension pawl =
      PawlExtension.inMemory()
          .register(CHILD, GREET, INCREMENT)
          .register(WAITS, ALL_OR_FAIL, PAIRS, BY_ID, TYPED, waitsOnce);

  @Test
  void waitsForAllAndReadsThemInOrder(TestEngine engine) {
    RunHandle<List<String>> handle =
        engine.tasks().trigger(WAITS, List.of("item1", "item2", "item3"));
    engine.settle();
    assertThat(engine.runs().retrieve(handle))
        .hasOutput(List.of("did item1", "did item2", "did item3"));
  }

  @Test
  void aChildThatFailsFillsItsPlace(TestEngine engine) {
    RunHandle<List<String>> handle =
        engine.tasks().trigger(WAITS, List.of("item1", "bad item", "item3"));
    engine.settle();
    assertThat(engine.runs().retrieve(handle))
        .hasOutput(List.of("did item1", "cannot do bad item", "did item3"));
  }

  @Test
  void orTheWholeRunFailsWithIt(TestEngine engine) {
    RunHandle<List<String>> well = engine.tasks().trigger(ALL_OR_FAIL, List.of("item1", "item2"));
    RunHandle<List<String>> ill = engine.tasks().trigger(ALL_OR_FAIL, List.of("item1", "bad item"));
    engine.settle();
    assertThat(engine.runs().retrieve(well)).hasOutput(List.of("did item1", "did item2"));
    assertThat(engine.runs().retrieve(ill))
        .isFailed()
        .hasErrorMessageContaining("cannot do bad item");
  }

  @Test
  void pairAfterPair(TestEngine engine) {
    RunHandle<List<String>> handle = engine.tasks().trigger(PAIRS, 2);
    engine.settle();
    assertThat(engine.runs().retrieve(handle))
        .hasOutput(List.of("did itemA0", "did itemB0", "did itemA1", "did itemB1"));
  }

  @Test
  void waitsForDifferentTasksById(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(BY_ID, "some data");
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).hasOutput("Hello World 44");
  }

  @Test
  void waitsForDifferentTasksTyped(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(TYPED, "some data");
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).hasOutput("Hello World 43");
  }

  @Test
  void aRetryWaitsForTheBatchOfItsKey(TestEngine engine) {
    RunHandle<List<String>> handle = engine.tasks().trigger(waitsOnce, "some data");
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.runs().retrieve(handle))
        .hasAttempts(2)
        .hasOutput(List.of("did item1", "did item2"));
    assertThat(batchIds).hasSize(2);
    assertThat(batchIds.stream().distinct()).hasSize(1);
    assertThat(engine.runs().count(RunQuery.all().tasks("child"))).isEqualTo(2);
  }
}
