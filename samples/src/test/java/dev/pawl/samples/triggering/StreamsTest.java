package dev.pawl.samples.triggering;

import static dev.pawl.samples.triggering.Page.CHILD;
import static dev.pawl.samples.triggering.Page.GREET;
import static dev.pawl.samples.triggering.Page.INCREMENT;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchResult;
import dev.pawl.Limits;
import dev.pawl.MixedBatchResult;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.TypeRef;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "Streaming": sources of items that are not in memory as a whole. */
class StreamsTest {
  private static final TypeRef<List<String>> STRINGS = new TypeRef<>() {};

  static final Task<List<String>, String> STREAMS =
      Task.define("streams", STRINGS, TypeRef.of(String.class))
          .run(
              (userIds, run) -> {
                Stream<String> items = userIds.stream().map(userId -> "user " + userId);
                BatchHandle<String> handle = run.batchTrigger(CHILD, items);
                return handle.id();
              });

  static final Task<Integer, Integer> WAITS =
      Task.define("waits-for-a-stream", Integer.class, Integer.class)
          .run(
              (count, run) -> {
                BatchResult<Integer> results =
                    run.batchTriggerAndWait(INCREMENT, IntStream.range(0, count).boxed());
                return results.unwrap().stream().mapToInt(Integer::intValue).sum();
              });

  static final Task<Integer, String> WAITS_FOR_BOTH =
      Task.define("waits-for-both", Integer.class, String.class)
          .run(
              (count, run) -> {
                Stream<BatchItem<?>> items =
                    IntStream.range(0, count)
                        .boxed()
                        .flatMap(
                            n ->
                                Stream.of(
                                    BatchItem.of(GREET, "n" + n), BatchItem.of(INCREMENT, n)));
                MixedBatchResult results = run.batch().triggerByTaskAndWait(items);
                return results.get(0).unwrap() + ", " + results.get(3).unwrap();
              });

  /** Small chunks, so that a test need not make a thousand items. */
  @RegisterExtension
  static final PawlExtension pawl =
      PawlExtension.inMemory()
          .register(CHILD, GREET, INCREMENT, STREAMS, WAITS, WAITS_FOR_BOTH)
          .configure(builder -> builder.limits(Limits.defaults().streamChunkItems(2)));

  @Test
  void aRunStreamsItsItems(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(STREAMS, List.of("1", "2", "3"));
    engine.settle();
    String batchId = engine.runs().retrieve(handle).output();
    assertThat(engine.batch().retrieve(batchId).runs())
        .extracting(run -> (Object) run.retrieve().output())
        .containsExactly("did user 1", "did user 2", "did user 3");
  }

  @Test
  void theFirstRunsExistBeforeTheLastItemIsMade(TestEngine engine) {
    List<Long> existed = new ArrayList<>();
    Iterator<Integer> items =
        IntStream.range(0, 6)
            .peek(item -> existed.add(engine.runs().count(RunQuery.all())))
            .iterator();
    BatchHandle<Integer> batch = engine.tasks().batchTrigger(INCREMENT, items);
    assertThat(existed).containsExactly(0L, 0L, 2L, 2L, 4L, 4L);
    assertThat(batch.size()).isEqualTo(6);
  }

  @Test
  void aRunWaitsForAStream(TestEngine engine) {
    RunHandle<Integer> handle = engine.tasks().trigger(WAITS, 10);
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).hasOutput(55);
  }

  @Test
  void aStreamMayMixTasks(TestEngine engine) {
    BatchHandle<?> batch =
        engine
            .batch()
            .triggerByTask(Stream.of(BatchItem.of(GREET, "World"), BatchItem.of(INCREMENT, 42)));
    RunHandle<String> handle = engine.tasks().trigger(WAITS_FOR_BOTH, 2);
    engine.settle();
    assertThat(batch.runs())
        .extracting(run -> (Object) run.retrieve().output())
        .containsExactly("Hello World", 43);
    assertThat(engine.runs().retrieve(handle)).hasOutput("Hello n0, 2");
  }
}
