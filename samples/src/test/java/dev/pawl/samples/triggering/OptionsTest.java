package dev.pawl.samples.triggering;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static dev.pawl.samples.triggering.Page.CHILD;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.BatchItem;
import dev.pawl.InvalidOptionException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "Options": those that say when, how often and with which labels a run is run. */
class OptionsTest {
  static final Task<String, String> FLAKY =
      Task.define("flaky", String.class, String.class)
          .run(
              (payload, run) -> {
                throw new IllegalStateException("never works");
              });

  static final Task<Integer, String> COUNTS =
      Task.define("counts", Integer.class, String.class)
          .run(
              (item, run) -> {
                run.metadata().set("item", item);
                run.metadata().parent().increment("done");
                run.addTags("item_" + item);
                return String.join(" ", run.tags());
              });

  static final Task<Integer, Integer> IMPORTS =
      Task.define("imports", Integer.class, Integer.class)
          .run(
              (items, run) -> {
                for (int item = 0; item < items; item++) {
                  run.triggerAndWait(COUNTS, item);
                }
                return (Integer) run.metadata().get("done");
              });

  static final Task<String, String> SURFACES =
      Task.define("surfaces", String.class, String.class)
          .run(
              (payload, run) -> {
                TriggerOptions tagged = options().tags("user_123");
                BatchItem<String> item = BatchItem.of(CHILD, payload, tagged);
                run.trigger(CHILD, payload, tagged);
                run.triggerAndWait(CHILD, payload, tagged);
                run.batchTrigger(CHILD, List.of(payload), batchOptions().each(tagged));
                run.batchTriggerAndWait(List.of(item));
                run.batch().trigger(BatchItem.of("child", payload, tagged));
                run.batch().triggerByTaskAndWait(item);
                return payload;
              });

  @RegisterExtension
  static final PawlExtension pawl =
      PawlExtension.inMemory().register(CHILD, FLAKY, COUNTS, IMPORTS, SURFACES);

  @Test
  void delay(TestEngine engine) {
    Instant start = engine.now();
    RunHandle<String> anHour = engine.tasks().trigger(CHILD, "some data", options().delay("1h"));
    RunHandle<String> mixed =
        engine.tasks().trigger(CHILD, "some data", options().delay("1h52m18s"));
    RunHandle<String> seconds =
        engine.tasks().trigger(CHILD, "some data", options().delay(Duration.ofSeconds(88)));
    RunHandle<String> instant =
        engine.tasks().trigger(CHILD, "some data", options().delay(start.plusSeconds(3_600)));
    RunHandle<String> zoned =
        engine.tasks().trigger(CHILD, "some data", options().delay("2124-07-23T11:50:00+02:00"));
    assertThat(anHour.retrieve()).isDelayedUntil(start.plus(Duration.ofHours(1)));
    assertThat(mixed.retrieve()).isDelayedUntil(start.plusSeconds(3_600 + 52 * 60 + 18));
    assertThat(seconds.retrieve()).isDelayedUntil(start.plusSeconds(88));
    assertThat(instant.retrieve()).isDelayedUntil(start.plusSeconds(3_600));
    assertThat(zoned.retrieve()).isDelayedUntil(Instant.parse("2124-07-23T09:50:00Z"));
  }

  @Test
  void aPastDelayMeansAtOnceAndAnUnreadableOneIsRefused(TestEngine engine) {
    RunHandle<String> past =
        engine.tasks().trigger(CHILD, "some data", options().delay(engine.now().minusSeconds(1)));
    engine.settle();
    assertThat(engine.runs().retrieve(past)).isCompleted();
    assertThatThrownBy(() -> options().delay("1 hour"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("1 hour");
    assertThatThrownBy(() -> options().delay("2024-12-01T00:00:00"))
        .as("whose midnight?")
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void aDelayedRunIsCanceledOrRescheduled(TestEngine engine) {
    RunHandle<String> canceled = engine.tasks().trigger(CHILD, "some data", options().delay("1h"));
    RunHandle<String> moved = engine.tasks().trigger(CHILD, "some data", options().delay("1h"));
    engine.runs().cancel(canceled.id());
    engine.runs().reschedule(moved.id(), "2h");
    assertThat(engine.runs().retrieve(canceled)).isCanceled();
    engine.advance(Duration.ofMinutes(119));
    assertThat(engine.runs().retrieve(moved)).isDelayed();
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.runs().retrieve(moved)).isCompleted();
    assertThat(engine.runs().retrieve(canceled)).isCanceled();
  }

  @Test
  void ttl(TestEngine engine) {
    engine.pause();
    RunHandle<String> expires = engine.tasks().trigger(CHILD, "some data", options().ttl("1h"));
    RunHandle<String> seconds =
        engine.tasks().trigger(CHILD, "some data", options().ttl(Duration.ofSeconds(90)));
    RunHandle<String> never =
        engine.tasks().trigger(CHILD, "some data", options().ttl(Duration.ZERO));
    engine.advance(Duration.ofSeconds(90));
    assertThat(engine.runs().retrieve(seconds)).isExpired();
    assertThat(engine.runs().retrieve(expires)).isQueued();
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().retrieve(expires)).isExpired();
    assertThat(engine.runs().retrieve(never)).isQueued();
  }

  @Test
  void ttlCountsFromTheEnqueueing(TestEngine engine) {
    engine.pause();
    RunHandle<String> handle =
        engine.tasks().trigger(CHILD, "some data", options().delay("10m").ttl("1h"));
    engine.advance(Duration.ofMinutes(69));
    assertThat(engine.runs().retrieve(handle)).isQueued();
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.runs().retrieve(handle)).isExpired();
  }

  @Test
  void maxAttempts(TestEngine engine) {
    RunHandle<String> thrice = engine.tasks().trigger(FLAKY, "some data", options().maxAttempts(3));
    RunHandle<String> once = engine.tasks().trigger(FLAKY, "some data", options().maxAttempts(1));
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().retrieve(thrice)).isFailed().hasAttempts(3);
    assertThat(engine.runs().retrieve(once)).isFailed().hasAttempts(1);
  }

  @Test
  void tagsAndMetadata(TestEngine engine) {
    RunHandle<String> handle =
        engine
            .tasks()
            .trigger(
                CHILD,
                "some data",
                options().tags("user_123", "order_42").metadata(Map.of("source", "checkout")));
    engine.settle();
    assertThat(engine.runs().retrieve(handle))
        .hasTags("user_123", "order_42")
        .hasMetadataEntry("source", "checkout");
    assertThat(engine.runs().list(RunQuery.all().tags("order_42")).items())
        .extracting(Run::id)
        .containsExactly(handle.id());
  }

  @Test
  void aRunChangesItsLabelsAndThoseAboveIt(TestEngine engine) {
    RunHandle<Integer> handle =
        engine.tasks().trigger(IMPORTS, 3, options().metadata(Map.of("done", 0)));
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).hasOutput(3).hasMetadataEntry("done", 3);
    assertThat(engine.runs().list(RunQuery.all().tags("item_2")).items())
        .singleElement()
        .satisfies(child -> assertThat(child).hasMetadataEntry("item", 2));
  }

  @Test
  void theSameOptionsServeEverySurface(TestEngine engine) {
    engine.tasks().trigger(SURFACES, "some data");
    engine.settle();
    assertThat(engine.runs().stream(RunQuery.all().tasks("child")))
        .hasSize(6)
        .allSatisfy(child -> assertThat(child).isCompleted().hasTags("user_123"));
  }
}
