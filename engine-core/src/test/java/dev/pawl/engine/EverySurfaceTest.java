package dev.pawl.engine;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.BatchItem;
import dev.pawl.Engine;
import dev.pawl.IdempotencyKey;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.TaskKey;
import dev.pawl.TriggerOptions;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each option has its effect on whatever way a run is triggered. */
class EverySurfaceTest extends EngineTest {
  private static final TaskKey<String, String> LEAF =
      TaskKey.of("leaf", String.class, String.class);

  private static final Task<String, String> LEAF_TASK =
      Task.define(LEAF).run((payload, run) -> payload);

  /** All options but the debounce, which would make one run of all triggers. */
  private static TriggerOptions all(String key) {
    return options()
        .delay("1h")
        .ttl("2h")
        .idempotencyKey(IdempotencyKey.of(key).scope(IdempotencyKey.Scope.GLOBAL))
        .queue("special", 3)
        .concurrencyKey("tenant")
        .maxAttempts(7)
        .priority(9)
        .tags("tag")
        .metadata(Map.of("n", 1))
        .maxDuration("5m")
        .machine("large")
        .region("lane");
  }

  private static BatchItem<String> item(String key) {
    return BatchItem.of(LEAF, "x", all(key));
  }

  private static final Task<String, String> INSIDE =
      Task.define("inside", String.class, String.class)
          .run(
              (how, run) -> {
                switch (how) {
                  case "trigger" -> run.trigger(LEAF, "x", all(how));
                  case "await" -> run.triggerAndWait(LEAF, "x", all(how));
                  case "by the engine" -> run.engine().tasks().trigger(LEAF, "x", all(how));
                  case "batch" -> run.batchTrigger(List.of(item(how)));
                  case "each" ->
                      run.batchTrigger(LEAF, List.of("x"), batchOptions().each(all(how)));
                  case "await batch" -> run.batchTriggerAndWait(List.of(item(how)));
                  case "await each" -> run.batchTriggerAndWait(LEAF, List.of("x"), all(how));
                  case "await stream" -> run.batchTriggerAndWait(Stream.of(item(how)));
                  case "mixed" -> run.batch().trigger(BatchItem.of("leaf", "x", all(how)));
                  case "by task" -> run.batch().triggerByTask(item(how));
                  case "await mixed" ->
                      run.batch().triggerAndWait(BatchItem.of("leaf", "x", all(how)));
                  case "await by task" -> run.batch().triggerByTaskAndWait(item(how));
                  default -> throw new IllegalArgumentException(how);
                }
                return how;
              });

  private final TestEngine engine =
      TestEngine.start(
          newStore(),
          builder ->
              builder
                  .register(LEAF_TASK, INSIDE)
                  .machine("large", 1)
                  .lane("lane", Thread::startVirtualThread));

  @AfterEach
  void close() {
    engine.close();
  }

  /** The runs, of which there are so many, have every option as it was given. */
  private void assertEachOption(int surfaces) {
    engine.settle();
    assertThat(engine.runs().stream(RunQuery.all().tasks("leaf")))
        .hasSize(surfaces)
        .allSatisfy(
            run -> {
              String how = run.idempotencyKey();
              assertThat(run.delayedUntil())
                  .as(how)
                  .isEqualTo(TestEngine.START.plus(Duration.ofHours(1)));
              assertThat(run.ttl()).as(how).isEqualTo(Duration.ofHours(2));
              assertThat(run.idempotencyScope()).as(how).isEqualTo(IdempotencyKey.Scope.GLOBAL);
              assertThat(run.queue()).as(how).isEqualTo("special");
              assertThat(run.concurrencyKey()).as(how).isEqualTo("tenant");
              assertThat(run.maxAttempts()).as(how).isEqualTo(7);
              assertThat(run.priority()).as(how).isEqualTo(Duration.ofSeconds(9));
              assertThat(run.tags()).as(how).containsExactly("tag");
              assertThat(run.metadata()).as(how).isEqualTo(Map.of("n", 1));
              assertThat(run.maxDuration()).as(how).isEqualTo(Duration.ofMinutes(5));
              assertThat(run.machine()).as(how).isEqualTo("large");
              assertThat(run.region()).as(how).isEqualTo("lane");
            });
    assertThat(engine.queues().retrieve("special").concurrencyLimit()).hasValue(3);
  }

  @Test
  void everyOptionHoldsOnEverySurfaceOutsideOfRuns() throws Exception {
    Engine present = engine;
    present.tasks().trigger(LEAF, "x", all("by key"));
    present.tasks().trigger(LEAF_TASK, "x", all("by task"));
    present.tasks().trigger("leaf", "x", all("by id"));
    present.tasks().batchTrigger(List.of(item("batch")));
    present.tasks().batchTrigger(LEAF, List.of("x"), batchOptions().each(all("each")));
    present.tasks().batchTrigger("leaf", List.of("x"), batchOptions().each(all("each by id")));
    present.tasks().batchTrigger(Stream.of(item("stream")));
    present.batch().trigger(BatchItem.of("leaf", "x", all("mixed")));
    present.batch().triggerByTask(item("mixed by task"));
    assertEachOption(9);
    engine.advance(Duration.ofHours(1));
    assertThat(present.tasks().triggerAndPoll(LEAF, "x", all("by task"), Duration.ZERO).output())
        .isEqualTo("x");
  }

  @Test
  void everyOptionHoldsOnEverySurfaceInsideARun() {
    List<String> surfaces =
        List.of(
            "trigger",
            "await",
            "by the engine",
            "batch",
            "each",
            "await batch",
            "await each",
            "await stream",
            "mixed",
            "by task",
            "await mixed",
            "await by task");
    surfaces.forEach(how -> engine.tasks().trigger(INSIDE, how));
    assertEachOption(surfaces.size());
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().stream(RunQuery.all()))
        .allSatisfy(run -> assertThat(run.isSuccess()).isTrue());
  }
}
