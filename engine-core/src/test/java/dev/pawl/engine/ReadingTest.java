package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.BulkAction;
import dev.pawl.BulkResult;
import dev.pawl.CancelOptions;
import dev.pawl.Debounce;
import dev.pawl.InvalidOptionException;
import dev.pawl.NotFoundException;
import dev.pawl.Page;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TaskKey;
import dev.pawl.UnknownTaskException;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadingTest extends EngineTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class)
          .ttl(Duration.ofDays(9))
          .run((payload, run) -> payload);

  private static final Task<String, String> FAILS =
      Task.define("fails", String.class, String.class)
          .retry(Retry.none())
          .run(
              (payload, run) -> {
                throw new IllegalStateException("no " + payload);
              });

  private static List<String> ids(TestEngine engine, RunQuery query) {
    List<String> listed =
        engine.runs().list(query.limit(1_000)).items().stream().map(Run::id).toList();
    assertThat(engine.runs().stream(query).map(Run::id)).isEqualTo(listed);
    assertThat(engine.runs().count(query)).isEqualTo(listed.size());
    return listed;
  }

  @Test
  void eachFilterFindsItsRuns() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run((payload, run) -> run.trigger(ECHO, payload).id());
    try (TestEngine engine = start(ECHO, parent)) {
      String keyed = engine.tasks().trigger(ECHO, "x", options().concurrencyKey("k")).id();
      String unique = engine.tasks().trigger(ECHO, "x", options().idempotencyKey("once")).id();
      engine.settle();
      engine.advance(Duration.ofHours(1));
      RunHandle<String> root = engine.tasks().trigger(parent, "x");
      engine.settle();
      String child = root.retrieve().output();
      String replay = engine.runs().replay(keyed).id();
      engine.settle();
      assertThat(ids(engine, RunQuery.all()))
          .containsExactly(replay, child, root.id(), unique, keyed);
      assertThat(ids(engine, RunQuery.all().concurrencyKey("k"))).containsExactly(replay, keyed);
      assertThat(ids(engine, RunQuery.all().idempotencyKey("once"))).containsExactly(unique);
      assertThat(ids(engine, RunQuery.all().rootsOnly()))
          .containsExactly(replay, root.id(), unique, keyed);
      assertThat(ids(engine, RunQuery.all().replays(true))).containsExactly(replay);
      assertThat(ids(engine, RunQuery.all().replays(false)))
          .containsExactly(child, root.id(), unique, keyed);
      assertThat(ids(engine, RunQuery.all().replayOf(keyed))).containsExactly(replay);
      assertThat(ids(engine, RunQuery.all().replayOf(unique))).isEmpty();
      assertThat(ids(engine, RunQuery.all().root(root.id()))).containsExactly(child, root.id());
      assertThat(ids(engine, RunQuery.all().period("59m")))
          .containsExactly(replay, child, root.id());
      assertThat(ids(engine, RunQuery.all().period("1h"))).hasSize(5);
      assertThat(ids(engine, RunQuery.all().to(TestEngine.START.plusSeconds(3_600))))
          .containsExactly(unique, keyed);
      assertThat(ids(engine, RunQuery.all().from(TestEngine.START.plusSeconds(3_600))))
          .containsExactly(replay, child, root.id());
      assertThat(ids(engine, RunQuery.all().tasks("echo", "parent").statuses(RunStatus.COMPLETED)))
          .hasSize(5);
      assertThatThrownBy(() -> engine.runs().stream(RunQuery.all().parent("nonsense")))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void pagesFollowEachOtherWhateverIsTriggeredMeanwhile() {
    try (TestEngine engine = start(ECHO)) {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        expected.addFirst(engine.tasks().trigger(ECHO, "x").id());
      }
      List<String> listed = new ArrayList<>();
      Page<Run<?>> page = engine.runs().list(RunQuery.all().limit(4));
      while (true) {
        page.items().forEach(run -> listed.add(run.id()));
        engine.tasks().trigger(ECHO, "x");
        if (page.next() == null) {
          break;
        }
        page = engine.runs().list(RunQuery.all().limit(4).after(page.next()));
      }
      assertThat(listed).isEqualTo(expected);
    }
  }

  @Test
  void aStreamReadsAsItIsConsumed() {
    try (TestEngine engine = start(ECHO)) {
      IntStream.range(0, 1_200).forEach(i -> engine.tasks().trigger(ECHO, "x"));
      Iterator<Run<?>> runs = engine.runs().stream(RunQuery.all().tasks("echo")).iterator();
      engine.tasks().trigger(ECHO, "newest");
      assertThat(runs.next().payload(String.class))
          .as("nothing was read before")
          .isEqualTo("newest");
      int more = 0;
      while (runs.hasNext()) {
        runs.next();
        more++;
      }
      assertThat(more).isEqualTo(1_200);
    }
  }

  @Test
  void aRunIsReadAsOneOfItsTask() {
    try (TestEngine engine = start(ECHO, FAILS)) {
      String id = engine.tasks().trigger("echo", "x").id();
      engine.settle();
      Run<String> run = engine.runs().retrieve(id, ECHO);
      assertThat(run.output()).isEqualTo("x");
      RunHandle<String> handle =
          engine.runs().handle(id, TaskKey.of("echo", String.class, String.class));
      assertThat(handle.retrieve().output()).isEqualTo("x");
      assertThat(engine.runs().handle(id).id()).isEqualTo(id);
      assertThatThrownBy(() -> engine.runs().handle(id, FAILS))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("echo")
          .hasMessageContaining("fails");
      assertThatThrownBy(() -> engine.runs().retrieve(id, FAILS))
          .isInstanceOf(InvalidOptionException.class);
      assertThatThrownBy(() -> engine.runs().handle("run_0000000000001"))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void aReplayTakesOverWhatItShouldAndNothingElse() {
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> old =
          engine
              .tasks()
              .trigger(
                  ECHO,
                  "x",
                  options()
                      .delay("1h")
                      .ttl("2h")
                      .idempotencyKey("once")
                      .priority(7)
                      .maxAttempts(9)
                      .queue("other")
                      .concurrencyKey("k")
                      .machine("large")
                      .tags("a")
                      .metadata(Map.of("n", 1)));
      engine.runs().addTags(old.id(), "added");
      engine.runs().metadata(old.id()).increment("n");
      Run<?> replay = engine.runs().replay(old.id()).retrieve();
      assertThat(replay.isReplay()).isTrue();
      assertThat(replay.replayOf()).isEqualTo(old.id());
      assertThat(replay.payload(String.class)).isEqualTo("x");
      assertThat(replay.tags()).containsExactly("a");
      assertThat(replay.metadata()).isEqualTo(Map.of("n", 1));
      assertThat(replay.queue()).isEqualTo("other");
      assertThat(replay.concurrencyKey()).isEqualTo("k");
      assertThat(replay.machine()).isEqualTo("large");
      assertThat(replay.delayedUntil()).isNull();
      assertThat(replay.ttl()).as("the task's").isEqualTo(Duration.ofDays(9));
      assertThat(replay.idempotencyKey()).isNull();
      assertThat(replay.priority()).isZero();
      assertThat(replay.maxAttempts()).isEqualTo(3);
      assertThat(replay.parentId()).isNull();

      Run<?> changed =
          engine
              .runs()
              .replay(
                  old.id(),
                  options().delay("5m").tags("b").metadata(Map.of()).queue("third").maxAttempts(1))
              .retrieve();
      assertThat(changed.status()).isEqualTo(RunStatus.DELAYED);
      assertThat(changed.tags()).containsExactly("b");
      assertThat(changed.metadata()).isEmpty();
      assertThat(changed.queue()).isEqualTo("third");
      assertThat(changed.concurrencyKey()).isEqualTo("k");
      assertThat(changed.maxAttempts()).isEqualTo(1);
    }
  }

  @Test
  void aReplayOfADebouncedRunIsNotDebounced() {
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> old =
          engine.tasks().trigger(ECHO, "x", options().debounce(Debounce.key("k").delay("5s")));
      RunHandle<?> replay = engine.runs().replay(old.id());
      engine.settle();
      assertThat(replay.retrieve().isSuccess()).isTrue();
      assertThat(old.retrieve().status()).isEqualTo(RunStatus.DELAYED);
    }
  }

  @Test
  void aRunWhoseTaskIsUnknownCannotBeReplayed() {
    StoreProvider store = newStore();
    String id;
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(ECHO))) {
      id = engine.tasks().trigger(ECHO, "x").id();
    }
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(FAILS))) {
      assertThatThrownBy(() -> engine.runs().replay(id))
          .isInstanceOf(UnknownTaskException.class)
          .hasMessageContaining("\"echo\"");
      BulkResult all = await(engine.runs().replayAll(RunQuery.all()));
      assertThat(all.failed()).isEqualTo(1);
      assertThat(all.errors().get(id)).isInstanceOf(UnknownTaskException.class);
    }
  }

  private static BulkResult await(BulkAction action) {
    try {
      return action.await(Duration.ofSeconds(60));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void allRunsThatAQueryMatchesAreCanceled() {
    try (TestEngine engine = start(ECHO)) {
      engine.pause();
      IntStream.range(0, 450).forEach(i -> engine.tasks().trigger(ECHO, "x"));
      RunHandle<String> other = engine.tasks().trigger(ECHO, "x", options().tags("kept"));
      BulkResult queued =
          await(
              engine
                  .runs()
                  .cancelAll(
                      RunQuery.all().to(TestEngine.START.plusMillis(1)).limit(3),
                      CancelOptions.defaults().reason("no more")));
      assertThat(queued.status()).isEqualTo(BulkResult.Status.COMPLETED);
      assertThat(queued.matched()).isEqualTo(451);
      assertThat(queued.succeeded()).isEqualTo(451);
      assertThat(queued.errors()).isEmpty();
      assertThat(engine.runs().count(RunQuery.all().statuses(RunStatus.CANCELED))).isEqualTo(451);
      assertThat(other.retrieve().error().message()).isEqualTo("no more");
      BulkResult again = await(engine.runs().cancelAll(RunQuery.all()));
      assertThat(again.matched()).as("those that have ended are not asked for").isZero();
      BulkResult ended =
          await(engine.runs().cancelAll(RunQuery.all().statuses(RunStatus.CANCELED)));
      assertThat(ended.matched()).isZero();
    }
  }

  @Test
  void aParentThatIsCanceledTakesItsChildrenAlongAndTheyAreNotCountedAsFailures() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) ->
                    run.triggerAndWait(ECHO, payload, options().delay("1h")).unwrap());
    try (TestEngine engine = start(parent, ECHO)) {
      IntStream.range(0, 20).forEach(i -> engine.tasks().trigger(parent, "x"));
      engine.settle();
      BulkResult result = await(engine.runs().cancelAll(RunQuery.all()));
      assertThat(result.matched()).isEqualTo(40);
      assertThat(result.succeeded() + result.skipped()).isEqualTo(40);
      assertThat(result.failed()).isZero();
      engine.settle();
      assertThat(engine.runs().count(RunQuery.all().statuses(RunStatus.CANCELED))).isEqualTo(40);
    }
  }

  @Test
  void aReplayOfAllDoesNotReplayItsOwnReplays() {
    try (TestEngine engine = start(FAILS, ECHO)) {
      IntStream.range(0, 450).forEach(i -> engine.tasks().trigger(FAILS, "x"));
      engine.tasks().trigger(ECHO, "x");
      engine.settle();
      BulkResult result =
          await(
              engine
                  .runs()
                  .replayAll(RunQuery.all().statuses(RunStatus.FAILED), options().tags("again")));
      assertThat(result.succeeded()).isEqualTo(450);
      engine.settle();
      assertThat(engine.runs().count(RunQuery.all().statuses(RunStatus.FAILED))).isEqualTo(900);
      assertThat(engine.runs().count(RunQuery.all().tags("again"))).isEqualTo(450);
    }
  }

  @Test
  void aBulkActionIsStoppedBetweenTwoPages() throws Exception {
    Task<String, String> own =
        Task.define("own", String.class, String.class)
            .queue(Queue.named("own"))
            .run((payload, run) -> payload);
    try (TestEngine engine = start(own)) {
      engine.pause();
      IntStream.range(0, 1_000).forEach(i -> engine.tasks().trigger(own, "x"));
      dev.pawl.testing.Hold hold =
          engine.faults().holdAt(dev.pawl.testing.FaultPoint.RUN_STORED, "own");
      BulkAction action = engine.runs().replayAll(RunQuery.all());
      hold.awaitReached();
      assertThat(action.progress().isDone()).isFalse();
      action.stop();
      hold.release();
      BulkResult result = await(action);
      assertThat(result.status()).isEqualTo(BulkResult.Status.STOPPED);
      assertThat(result.succeeded()).isEqualTo(200);
      assertThat(engine.runs().count(RunQuery.all())).isEqualTo(1_200);
    }
  }

  @Test
  void aBulkActionEndsWithItsEngine() throws Exception {
    TestEngine engine = start(ECHO);
    engine.pause();
    IntStream.range(0, 300).forEach(i -> engine.tasks().trigger(ECHO, "x"));
    dev.pawl.testing.Hold hold =
        engine.faults().holdAt(dev.pawl.testing.FaultPoint.RUN_STORED, "echo");
    BulkAction action = engine.runs().replayAll(RunQuery.all());
    hold.awaitReached();
    engine.close();
    BulkResult result = await(action);
    assertThat(result.isDone()).isTrue();
    assertThat(result.succeeded()).isLessThanOrEqualTo(300);
  }

  @Test
  void aBulkActionMayBeAwaitedForLongerThanAnyClockCounts() throws Exception {
    try (TestEngine engine = start(ECHO)) {
      BulkAction action = engine.runs().cancelAll(RunQuery.all());
      assertThat(action.await(ChronoUnit.FOREVER.getDuration()).status())
          .isEqualTo(BulkResult.Status.COMPLETED);
    }
  }
}
