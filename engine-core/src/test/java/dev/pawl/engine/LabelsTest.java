package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Debounce;
import dev.pawl.IllegalRunStateException;
import dev.pawl.InvalidOptionException;
import dev.pawl.LimitExceededException;
import dev.pawl.Limits;
import dev.pawl.Metadata;
import dev.pawl.MetadataOperation;
import dev.pawl.NotFoundException;
import dev.pawl.PawlException;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunCanceledException;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelsTest extends EngineTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private TestEngine start(Limits limits, Task<?, ?>... tasks) {
    return TestEngine.start(newStore(), builder -> builder.register(tasks).limits(limits));
  }

  private static RunHandle<String> delayed(TestEngine engine) {
    return engine
        .tasks()
        .trigger(ECHO, "x", options().delay("1h").tags("a").metadata(Map.of("n", 1)));
  }

  @Test
  void tagsAreAddedAndSeenAtOnceAndFoundByAList() {
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> handle = delayed(engine);
      assertThat(engine.runs().addTags(handle.id(), "b", "a", "b")).isTrue();
      assertThat(engine.runs().addTags(handle.id(), "b")).isFalse();
      assertThat(handle.retrieve().tags()).containsExactly("a", "b");
      assertThat(engine.runs().stream(RunQuery.all().tags("b"))).hasSize(1);
      assertThat(engine.runs().count(RunQuery.all().tags("b"))).isEqualTo(1);
      assertThat(engine.runs().count(RunQuery.all().tags("c"))).isZero();
      assertThat(handle.retrieve().metadata()).containsExactly(Map.entry("n", 1));
    }
  }

  @Test
  void tooManyTagsAreRefusedAsAWhole() {
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> handle = delayed(engine);
      String[] nine = IntStream.range(0, 9).mapToObj(i -> "t" + i).toArray(String[]::new);
      engine.runs().addTags(handle.id(), nine);
      assertThatThrownBy(() -> engine.runs().addTags(handle.id(), "t0", "one-too-many"))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("11");
      assertThatThrownBy(() -> engine.runs().addTags(handle.id(), "x".repeat(129)))
          .isInstanceOf(InvalidOptionException.class);
      assertThatThrownBy(() -> engine.runs().addTags(handle.id(), ""))
          .isInstanceOf(InvalidOptionException.class);
      assertThat(handle.retrieve().tags()).hasSize(10).doesNotContain("one-too-many");
      assertThat(engine.runs().addTags(handle.id(), nine)).as("none is new").isFalse();
    }
  }

  @Test
  void aBodyAddsTagsToItsRunAndReadsThem() {
    List<String> seen = new ArrayList<>();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .run(
                (payload, run) -> {
                  run.addTags("from-the-body");
                  seen.addAll(run.tags());
                  return payload;
                });
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x", options().tags("given"));
      engine.settle();
      assertThat(seen).containsExactly("given", "from-the-body");
      assertThat(handle.retrieve().tags()).isEqualTo(seen);
    }
  }

  @Test
  void operationsAreAppliedInOrderAndSeenAtOnce() {
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> handle = delayed(engine);
      Metadata metadata = engine.runs().metadata(handle.id());
      metadata.increment("n", 2);
      assertThat(handle.retrieve().metadata()).containsExactly(Map.entry("n", 3));
      metadata.apply(
          MetadataOperation.set("$.user.name", "ada"),
          MetadataOperation.append("log", "one"),
          MetadataOperation.append("log", "two"),
          MetadataOperation.remove("log", "one"),
          MetadataOperation.decrement("n", 0.5));
      assertThat(metadata.current())
          .isEqualTo(Map.of("n", 2.5, "user", Map.of("name", "ada"), "log", List.of("two")))
          .isEqualTo(handle.retrieve().metadata());
      assertThat(metadata.get("$.user.name")).isEqualTo("ada");
      metadata.delete("$.user.name");
      metadata.replace(Map.of("all", Instant.EPOCH.toString()));
      assertThat(metadata.current()).isEqualTo(Map.of("all", "1970-01-01T00:00:00Z"));
      metadata.set("nothing", null);
      assertThat(metadata.current()).containsEntry("nothing", null);
    }
  }

  @Test
  void whatCannotBeAppliedIsRefusedAsAWhole() {
    try (TestEngine engine = start(Limits.defaults().maxMetadataBytes(1_000), ECHO)) {
      RunHandle<String> handle = delayed(engine);
      Metadata metadata = engine.runs().metadata(handle.id());
      assertThatThrownBy(
              () ->
                  metadata.apply(
                      MetadataOperation.increment("n", 1), MetadataOperation.set("$.n.deep", 1)))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("$.n.deep");
      assertThatThrownBy(() -> metadata.set("$.", 1)).isInstanceOf(InvalidOptionException.class);
      Map<String, Object> endless = new HashMap<>();
      endless.put("self", endless);
      assertThatThrownBy(() -> metadata.set("o", endless))
          .isInstanceOf(InvalidOptionException.class);
      metadata.set("big", "x".repeat(900));
      assertThatThrownBy(() -> metadata.append("more", "y".repeat(100)))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("maxMetadataBytes is 1000");
      for (int i = 0; i < 50; i++) {
        metadata.increment("n"); // grows by nothing, however pessimistic the estimate is
      }
      assertThat(metadata.current()).isEqualTo(Map.of("n", 51, "big", "x".repeat(900)));
    }
  }

  @Test
  void nothingIsLostWhenManyChildrenCountInTheirRoot() {
    int children = 200;
    Task<Integer, String> child =
        Task.define("child", Integer.class, String.class)
            .run(
                (n, run) -> {
                  run.metadata().parent().increment("done");
                  run.metadata().root().append("who", n);
                  run.metadata().increment("own");
                  return "";
                });
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  run.batchTriggerAndWait(child, IntStream.range(0, children).boxed().toList());
                  return String.valueOf(run.metadata().get("done"));
                });
    try (TestEngine engine = start(parent, child)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "x");
      engine.settle();
      Run<String> run = handle.retrieve();
      assertThat(run.output()).isEqualTo("" + children);
      assertThat((List<?>) run.metadata().get("who")).hasSize(children).doesNotHaveDuplicates();
      assertThat(engine.runs().stream(RunQuery.all().tasks("child")))
          .allMatch(each -> each.metadata().equals(Map.of("own", 1)));
    }
  }

  @Test
  void withoutAParentTheRunItselfIsMeant() {
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .run(
                (payload, run) -> {
                  run.metadata().parent().set("parent", true);
                  run.metadata().root().set("root", true);
                  return payload;
                });
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      engine.settle();
      assertThat(handle.retrieve().metadata()).isEqualTo(Map.of("parent", true, "root", true));
    }
  }

  @Test
  void aBodyThatIsRunAgainAfterACrashDoesNotCountTwice() {
    AtomicInteger entered = new AtomicInteger();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .run(
                (payload, run) -> {
                  run.metadata().set("entered", entered.incrementAndGet());
                  run.metadata().increment("count");
                  run.metadata().increment("count");
                  run.triggerAndWait(ECHO, "x", options().delay("1h"));
                  run.metadata().increment("count");
                  return payload;
                });
    try (TestEngine engine = start(task, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      engine.settle();
      engine.crash();
      engine.advance(Duration.ofHours(1));
      Run<String> run = engine.runs().retrieve(handle);
      assertThat(run.isSuccess()).isTrue();
      assertThat(entered).hasValue(2);
      assertThat(run.metadata())
          .as("what differs is done anew, what was recorded is not")
          .isEqualTo(Map.of("entered", 2, "count", 3));
    }
  }

  @Test
  void aRetryAfterAnOrdinaryFailureCountsAgain() {
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .retry(Retry.exponential().maxAttempts(2))
            .run(
                (payload, run) -> {
                  run.metadata().increment("count");
                  throw new IllegalStateException("no");
                });
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      engine.advance(Duration.ofMinutes(1));
      assertThat(handle.retrieve().isFailed()).isTrue();
      assertThat(handle.retrieve().metadata()).isEqualTo(Map.of("count", 2));
    }
  }

  @Test
  void anAttemptThatIsOverChangesNothing() throws Exception {
    Gate gate = new Gate();
    List<Throwable> refusals = new ArrayList<>();
    AtomicReference<Runnable> zombie = new AtomicReference<>();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .run(
                (payload, run) -> {
                  zombie.set(() -> run.metadata().increment("late"));
                  gate.passIgnoringInterrupts();
                  return payload;
                });
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      gate.awaitReached();
      handle.cancel();
      engine.runs().metadata(handle.id()).set("from-outside", true);
      try {
        zombie.get().run();
      } catch (PawlException e) {
        refusals.add(e);
      }
      gate.open();
      engine.settle();
      assertThat(refusals).singleElement().isInstanceOf(RunCanceledException.class);
      assertThat(handle.retrieve().metadata()).isEqualTo(Map.of("from-outside", true));
    }
  }

  @Test
  void labelsOfAnEndedRunCanBeChangedForAnHour() {
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(ECHO, "x");
      engine.settle();
      engine.advance(Duration.ofHours(1));
      engine.runs().addTags(handle.id(), "late");
      engine.runs().metadata(handle.id()).set("late", true);
      engine.advance(Duration.ofMillis(1));
      assertThatThrownBy(() -> engine.runs().addTags(handle.id(), "too-late"))
          .isInstanceOf(IllegalRunStateException.class)
          .hasMessageContaining("COMPLETED");
      assertThatThrownBy(() -> engine.runs().metadata(handle.id()).set("too-late", true))
          .isInstanceOf(IllegalRunStateException.class);
      assertThat(handle.retrieve().tags()).containsExactly("late");
      assertThat(handle.retrieve().metadata()).isEqualTo(Map.of("late", true));
      assertThatThrownBy(() -> engine.runs().addTags("run_0000000000001", "x"))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void changesOfMetadataCountTowardsTheCallsThatAReplayCanHold() {
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .retry(Retry.none())
            .run(
                (payload, run) -> {
                  for (int i = 0; i < 11; i++) {
                    run.metadata().increment("n");
                  }
                  return payload;
                });
    try (TestEngine engine = start(Limits.defaults().maxChildrenPerRun(10), task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      engine.settle();
      assertThat(handle.retrieve().error().type())
          .isEqualTo(LimitExceededException.class.getName());
      assertThat(handle.retrieve().metadata()).isEqualTo(Map.of("n", 10));
    }
  }

  @Test
  void aTrailingTriggerReplacesPresentLabelsWhereItGivesThem() {
    try (TestEngine engine = start(ECHO)) {
      Debounce debounce = Debounce.key("k").delay("5s").trailing();
      RunHandle<String> handle =
          engine
              .tasks()
              .trigger(ECHO, "x", options().debounce(debounce).tags("a").metadata(Map.of("n", 1)));
      engine.runs().addTags(handle.id(), "b");
      engine.tasks().trigger(ECHO, "x", options().debounce(debounce).metadata(Map.of("n", 7)));
      assertThat(handle.retrieve().tags()).containsExactly("a", "b");
      engine.runs().metadata(handle.id()).increment("n");
      assertThat(handle.retrieve().metadata()).isEqualTo(Map.of("n", 8));
      engine.tasks().trigger(ECHO, "x", options().debounce(debounce).tags("c"));
      assertThat(handle.retrieve().tags()).containsExactly("c");
      assertThat(handle.retrieve().metadata()).isEqualTo(Map.of("n", 8));
    }
  }

  @Test
  void aTrailingTriggerReplacesLabelsThatWereOnlyLookedAt() {
    try (TestEngine engine = start(ECHO)) {
      Debounce debounce = Debounce.key("k").delay("5s").trailing();
      RunHandle<String> handle =
          engine.tasks().trigger(ECHO, "x", options().debounce(debounce).metadata(Map.of("n", 1)));
      assertThatThrownBy(() -> engine.runs().metadata(handle.id()).set("$.n.x", 1))
          .isInstanceOf(InvalidOptionException.class);
      engine.tasks().trigger(ECHO, "x", options().debounce(debounce).metadata(Map.of("n", 7)));
      engine.runs().metadata(handle.id()).increment("n");
      assertThat(handle.retrieve().metadata()).isEqualTo(Map.of("n", 8));
    }
  }

  @Test
  void labelsLieInTheStoreAndNotInTheCacheAlone() {
    for (int cacheBytes : new int[] {0, 1 << 20}) {
      try (TestEngine engine = start(Limits.defaults().labelCacheBytes(cacheBytes), ECHO)) {
        RunHandle<String> handle = delayed(engine);
        Metadata metadata = engine.runs().metadata(handle.id());
        metadata.increment("n");
        metadata.increment("n");
        engine.runs().addTags(handle.id(), "b");
        engine.crash();
        engine.runs().metadata(handle.id()).increment("n");
        Run<String> run = engine.runs().retrieve(handle);
        assertThat(run.metadata()).isEqualTo(Map.of("n", 4));
        assertThat(run.tags()).containsExactly("a", "b");
      }
    }
  }
}
