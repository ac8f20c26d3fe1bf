package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.BatchItem;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.TaskKey;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a run has from the run that triggers it: a place in a family, and nothing else. */
class LineageTest extends EngineTest {
  private static final TaskKey<String, String> LEAF =
      TaskKey.of("leaf", String.class, String.class);

  private static final Task<String, String> LEAF_TASK =
      Task.define(LEAF).run((payload, run) -> payload);

  /** Triggers in each way there is, once. */
  private static final Task<String, String> MIDDLE =
      Task.define("middle", String.class, String.class)
          .run(
              (payload, run) -> {
                run.trigger(LEAF, "in the run");
                run.triggerAndWait(LEAF, "awaited").unwrap();
                run.engine().tasks().trigger(LEAF, "by the engine");
                run.engine().tasks().trigger("leaf", "by id");
                run.fork(() -> run.trigger(LEAF, "in a fork")).join();
                run.batchTrigger(LEAF, List.of("batch"));
                run.batchTrigger(LEAF, Stream.of("stream"));
                run.batchTriggerAndWait(LEAF, List.of("awaited batch"));
                run.batch().trigger(BatchItem.of("leaf", "mixed by id"));
                run.batch().triggerByTaskAndWait(BatchItem.of(LEAF, "mixed awaited"));
                run.engine().batch().triggerByTask(BatchItem.of(LEAF, "mixed by the engine"));
                return payload;
              });

  private static final Task<String, String> ROOT =
      Task.define("root", String.class, String.class)
          .run((payload, run) -> run.triggerAndWait(MIDDLE, payload).unwrap());

  @Test
  void everyTriggerInsideARunRecordsParentRootAndDepth() {
    try (TestEngine engine = start(LEAF_TASK, MIDDLE, ROOT)) {
      RunHandle<String> root = engine.tasks().trigger(ROOT, "x");
      engine.settle();
      Run<?> middle = engine.runs().list(RunQuery.all().tasks("middle")).items().getFirst();
      assertThat(middle.parentId()).isEqualTo(root.id());
      assertThat(middle.rootId()).isEqualTo(root.id());
      assertThat(middle.depth()).isEqualTo(1);
      assertThat(engine.runs().stream(RunQuery.all().tasks("leaf")))
          .hasSize(11)
          .allSatisfy(
              leaf -> {
                String how = leaf.payload(String.class);
                assertThat(leaf.parentId()).as(how).isEqualTo(middle.id());
                assertThat(leaf.rootId()).as(how).isEqualTo(root.id());
                assertThat(leaf.depth()).as(how).isEqualTo(2);
              });
      assertThat(root.retrieve().parentId()).isNull();
      assertThat(root.retrieve().rootId()).isEqualTo(root.id());
      assertThat(root.retrieve().depth()).isZero();
    }
  }

  @Test
  void nothingElseIsInherited() {
    try (TestEngine engine =
        TestEngine.start(
            newStore(),
            builder ->
                builder
                    .register(LEAF_TASK, MIDDLE)
                    .machine("large", 3)
                    .lane("lane", Thread::startVirtualThread))) {
      engine
          .tasks()
          .trigger(
              MIDDLE,
              "x",
              options()
                  .delay("1h")
                  .ttl("2h")
                  .tags("tag")
                  .metadata(Map.of("n", 1))
                  .queue("special", 3)
                  .concurrencyKey("key")
                  .maxAttempts(7)
                  .priority(9)
                  .maxDuration("5m")
                  .machine("large")
                  .region("lane")
                  .idempotencyKey("once"));
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().stream(RunQuery.all().tasks("leaf")))
          .hasSize(11)
          .allSatisfy(
              leaf -> {
                assertThat(leaf.delayedUntil()).isNull();
                assertThat(leaf.ttl()).isNull();
                assertThat(leaf.tags()).isEmpty();
                assertThat(leaf.metadata()).isEmpty();
                assertThat(leaf.queue()).isEqualTo("task/leaf");
                assertThat(leaf.concurrencyKey()).isNull();
                assertThat(leaf.maxAttempts()).isEqualTo(3);
                assertThat(leaf.priority()).isZero();
                assertThat(leaf.maxDuration()).isNull();
                assertThat(leaf.machine()).isNull();
                assertThat(leaf.region()).isNull();
                assertThat(leaf.idempotencyKey()).isNull();
              });
    }
  }
}
