package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.AbortRunException;
import dev.pawl.CancelOptions;
import dev.pawl.EngineBuilder;
import dev.pawl.InvalidOptionException;
import dev.pawl.NotFoundException;
import dev.pawl.Retention;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOutcome;
import dev.pawl.fixtures.StoredState;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final Duration KEPT = Duration.ofDays(10);
  private static final Duration INSTANT = Duration.ofNanos(1_000);

  private final StoreProvider store = newStore();

  StoreProvider newStore() {
    return new InMemoryStore();
  }

  /** Does what its payload says. */
  private final Task<String, String> work =
      Task.define("work", String.class, String.class)
          .run(
              (payload, run) -> {
                if (payload.equals("fail")) {
                  throw new AbortRunException("as told");
                }
                return payload;
              });

  /** Waits for a year after its children have ended. */
  private final Task<String, String> longParent =
      Task.define("long-parent", String.class, String.class)
          .run(
              (payload, run) -> {
                run.trigger(work, "forgotten");
                run.triggerAndWait(work, "awaited");
                run.batchTriggerAndWait(work, List.of("first", "second"));
                run.triggerAndWait(work, "last", options().delay(Duration.ofDays(365)));
                return payload;
              });

  private final List<TestEngine> engines = new ArrayList<>();

  @AfterEach
  void close() {
    engines.forEach(TestEngine::close);
  }

  private TestEngine start(UnaryOperator<EngineBuilder> settings) {
    TestEngine engine =
        TestEngine.start(store, builder -> settings.apply(builder.register(work, longParent)));
    engines.add(engine);
    return engine;
  }

  private TestEngine start(Retention retention) {
    return start(builder -> builder.retention(retention));
  }

  private static boolean exists(TestEngine engine, RunHandle<?> handle) {
    return exists(engine, handle.id());
  }

  private static boolean exists(TestEngine engine, String runId) {
    try {
      engine.runs().retrieve(runId);
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private static List<? extends Run<?>> runs(TestEngine engine) {
    return engine.runs().stream(RunQuery.all()).toList();
  }

  @Test
  void aRunGoesAtTheInstantAtWhichItsTimeIsOver() {
    TestEngine engine = start(Retention.of(KEPT));
    RunHandle<String> handle = engine.tasks().trigger(work, "x");
    engine.settle();
    engine.advance(KEPT.minus(INSTANT));
    assertThat(exists(engine, handle)).isTrue();
    engine.advance(INSTANT);
    assertThat(exists(engine, handle)).isFalse();
    assertThat(runs(engine)).isEmpty();
    assertThatThrownBy(handle::await).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(handle::cancel).isInstanceOf(NotFoundException.class);
  }

  @Test
  void theDefaultIsThirtyDays() {
    TestEngine engine = start(builder -> builder);
    RunHandle<String> handle = engine.tasks().trigger(work, "x");
    engine.advance(Duration.ofDays(30).minus(INSTANT));
    assertThat(exists(engine, handle)).isTrue();
    engine.advance(INSTANT);
    assertThat(exists(engine, handle)).isFalse();
  }

  @Test
  void eachStatusHasATimeOfItsOwn() {
    TestEngine engine =
        start(
            Retention.of(KEPT)
                .keep(RunStatus.FAILED, KEPT.multipliedBy(2))
                .keep(RunStatus.EXPIRED, KEPT.multipliedBy(3))
                .keepForever(RunStatus.CANCELED));
    RunHandle<String> completed = engine.tasks().trigger(work, "x");
    RunHandle<String> failed = engine.tasks().trigger(work, "fail");
    engine.settle();
    RunHandle<String> canceled = engine.tasks().trigger(work, "x", options().delay("5d"));
    canceled.cancel();
    engine.pause();
    RunHandle<String> expired = engine.tasks().trigger(work, "x", options().ttl("1s"));
    engine.advance(Duration.ofSeconds(1));
    engine.resume();
    engine.advance(KEPT);
    assertThat(exists(engine, completed)).isFalse();
    assertThat(exists(engine, failed)).isTrue();
    engine.advance(KEPT);
    assertThat(exists(engine, failed)).isFalse();
    assertThat(exists(engine, expired)).isTrue();
    engine.advance(KEPT);
    assertThat(exists(engine, expired)).isFalse();
    engine.advance(Duration.ofDays(10_000));
    assertThat(exists(engine, canceled)).isTrue();
  }

  @Test
  void foreverDeletesNothing() {
    TestEngine engine = start(Retention.forever());
    RunHandle<String> handle = engine.tasks().trigger(work, "x");
    engine.advance(Duration.ofDays(20_000));
    assertThat(exists(engine, handle)).isTrue();
  }

  @Test
  void aRetentionIsChecked() {
    assertThatThrownBy(() -> Retention.of(Duration.ZERO))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> Retention.of(Duration.ofDays(-1)))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> Retention.defaults().keep(RunStatus.FAILED, Duration.ZERO))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> Retention.defaults().keep(RunStatus.QUEUED, KEPT))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("QUEUED");
    assertThat(Retention.defaults().time(RunStatus.FAILED)).isEqualTo(Duration.ofDays(30));
    assertThat(Retention.defaults().time(RunStatus.QUEUED)).isNull();
    assertThat(Retention.defaults().keepForever(RunStatus.FAILED).time(RunStatus.FAILED)).isNull();
    assertThat(Retention.defaults().time(RunStatus.FAILED)).as("it is immutable").isNotNull();
  }

  @Test
  void aRunThatHasNotEndedIsNeverDeleted() {
    TestEngine engine = start(Retention.of(Duration.ofSeconds(1)));
    engine.pause();
    RunHandle<String> queued = engine.tasks().trigger(work, "x");
    RunHandle<String> delayed = engine.tasks().trigger(work, "x", options().delay("100w"));
    engine.advance(Duration.ofDays(600));
    assertThat(exists(engine, queued)).isTrue();
    assertThat(exists(engine, delayed)).isTrue();
    assertThat(engine.health().reason()).isNull();
  }

  @Test
  void whatALiveParentHasTriggeredOrAwaitedStaysUntilTheParentHasEnded() {
    TestEngine engine = start(Retention.of(KEPT));
    RunHandle<String> parent = engine.tasks().trigger(longParent, "p");
    RunHandle<String> stranger = engine.tasks().trigger(work, "x");
    engine.advance(Duration.ofDays(300));
    assertThat(exists(engine, stranger)).isFalse();
    assertThat(runs(engine)).hasSize(6);
    engine.crash();
    engine.advance(Duration.ofDays(64));
    assertThat(runs(engine)).as("the next life knows it too").hasSize(6);
    engine.advance(Duration.ofDays(1));
    assertThat(engine.runs().retrieve(parent).status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(runs(engine)).as("what was only kept for its sake").hasSize(2);
    engine.advance(KEPT);
    assertNothingIsLeft(engine);
  }

  /** The parent's body is run again, and its journal names a run that is not its child. */
  @Test
  void aRunThatALiveRunGotByAKeyStaysThoughTheKeyIsGone() {
    List<String> seen = new ArrayList<>();
    Task<String, String> byKey =
        Task.define("by-key", String.class, String.class)
            .run(
                (payload, run) -> {
                  var key = dev.pawl.IdempotencyKey.of("shared");
                  key = key.scope(dev.pawl.IdempotencyKey.Scope.GLOBAL);
                  seen.add(run.triggerAndWait(work, "x", options().idempotencyKey(key)).unwrap());
                  run.triggerAndWait(work, "last", options().delay("40d"));
                  return payload;
                });
    TestEngine engine = start(builder -> builder.register(byKey).retention(Retention.of(KEPT)));
    RunHandle<String> shared =
        engine
            .tasks()
            .trigger(work, "x", options().idempotencyKey("shared").idempotencyKeyTtl("20d"));
    engine.advance(Duration.ofDays(15));
    RunHandle<String> caller = engine.tasks().trigger(byKey, "p");
    engine.settle();
    engine.advance(Duration.ofDays(30));
    assertThat(exists(engine, shared)).as("45 days old, its key expired").isTrue();
    engine.crash();
    engine.advance(Duration.ofDays(10));
    assertThat(engine.runs().retrieve(caller).status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(seen).containsExactly("x", "x");
    assertThat(exists(engine, shared)).isFalse();
  }

  @Test
  void aKeyHoldsItsRunUntilItExpires() {
    TestEngine engine = start(Retention.of(KEPT));
    RunHandle<String> held =
        engine
            .tasks()
            .trigger(
                work, "x", options().idempotencyKey("k").idempotencyKeyTtl(KEPT.multipliedBy(3)));
    engine.advance(KEPT.multipliedBy(3).minus(INSTANT));
    RunHandle<String> hit = engine.tasks().trigger(work, "x", options().idempotencyKey("k"));
    assertThat(hit.outcome()).isEqualTo(TriggerOutcome.DEDUPLICATED);
    assertThat(hit.retrieve().output()).isEqualTo("x");
    engine.advance(INSTANT);
    assertThat(exists(engine, held)).isFalse();
    assertThat(engine.tasks().trigger(work, "x", options().idempotencyKey("k")).outcome())
        .isEqualTo(TriggerOutcome.CREATED);
  }

  @Test
  void aKeyThatIsFreedHoldsItsRunNoLonger() {
    TestEngine engine = start(Retention.of(KEPT));
    var key = options().idempotencyKey("k").idempotencyKeyTtl("1000d");
    RunHandle<String> failed = engine.tasks().trigger(work, "fail", key);
    engine.settle();
    RunHandle<String> reset = engine.tasks().trigger(work, "x", key);
    assertThat(reset.outcome()).isEqualTo(TriggerOutcome.CREATED);
    assertThat(engine.idempotencyKeys().reset("work", dev.pawl.IdempotencyKey.of("k")))
        .isEqualTo(1);
    RunHandle<String> holding = engine.tasks().trigger(work, "x", key);
    engine.advance(KEPT);
    assertThat(exists(engine, failed)).isFalse();
    assertThat(exists(engine, reset)).isFalse();
    assertThat(exists(engine, holding)).isTrue();
  }

  @Test
  void aBatchHoldsItsRunsUntilTheLastHasEndedAndGoesWithTheLast() {
    Task<String, String> batch =
        Task.define("batch", String.class, String.class)
            .run(
                (payload, run) ->
                    run.batchTriggerAndWait(work, List.of("a", "b", "c")).unwrap().toString());
    Task<String, String> slow =
        Task.define("slow", String.class, String.class).run((payload, run) -> payload);
    TestEngine engine =
        start(builder -> builder.register(batch, slow).retention(Retention.of(KEPT)));
    RunHandle<String> parent = engine.tasks().trigger(batch, "p");
    engine.settle();
    assertThat(parent.retrieve().output()).isEqualTo("[a, b, c]");
    engine.advance(KEPT);
    assertNothingIsLeft(engine);
  }

  @Test
  void theItemsOfABatchOutliveACanceledParentAsLongAsOneIsLive() {
    Task<String, String> mixed =
        Task.define("mixed", String.class, String.class)
            .run(
                (payload, run) -> {
                  run.batchTriggerAndWait(
                      work, List.of("a", "b"), options().delay(Duration.ofDays(50)));
                  return payload;
                });
    TestEngine engine = start(builder -> builder.register(mixed).retention(Retention.of(KEPT)));
    RunHandle<String> parent = engine.tasks().trigger(mixed, "p");
    engine.settle();
    List<String> items =
        runs(engine).stream().filter(run -> run.batchId() != null).map(run -> run.id()).toList();
    assertThat(items).hasSize(2);
    engine
        .runs()
        .cancel(parent.id(), CancelOptions.defaults().children(CancelOptions.Children.NONE));
    engine.runs().cancel(items.getFirst());
    engine.advance(Duration.ofDays(49));
    assertThat(exists(engine, parent)).as("its batch needs its items, not it").isFalse();
    assertThat(items).allMatch(id -> exists(engine, id));
    engine.advance(Duration.ofDays(1));
    assertThat(exists(engine, items.getFirst())).as("the batch is over").isFalse();
    assertThat(exists(engine, items.getLast())).isTrue();
    engine.advance(KEPT);
    assertNothingIsLeft(engine);
  }

  @Test
  void anEngineAppliesItsRetentionToWhatItFinds() {
    TestEngine former = start(Retention.forever());
    RunHandle<String> handle = former.tasks().trigger(work, "x");
    former.advance(Duration.ofDays(100));
    former.close();
    TestEngine engine =
        TestEngine.start(
            former.now(),
            store,
            builder -> builder.register(work).retention(Retention.of(Duration.ofDays(99))));
    engines.add(engine);
    engine.settle();
    assertThat(exists(engine, handle.id())).isFalse();
  }

  /**
   * The turn that finds nothing more in the store has itself ended a run, which is not there yet.
   */
  @Test
  void aRunThatEndsInTheTurnThatDeletesTheLastOneIsNotForgotten() {
    TestEngine engine = start(Retention.of(Duration.ofSeconds(1)));
    engine.pause();
    engine.tasks().trigger(work, "x", options().ttl("1s"));
    RunHandle<String> second = engine.tasks().trigger(work, "x", options().ttl("2s"));
    engine.advance(Duration.ofSeconds(2));
    assertThat(runs(engine)).as("the first is gone, the second has just expired").hasSize(1);
    assertThat(second.retrieve().status()).isEqualTo(RunStatus.EXPIRED);
    engine.advance(Duration.ofSeconds(1));
    assertThat(runs(engine)).isEmpty();
  }

  @Test
  void deletingGoesOnAfterACrash() {
    TestEngine engine = start(Retention.of(KEPT));
    for (int i = 0; i < 500; i++) {
      engine.tasks().trigger(work, "x" + i);
    }
    engine.settle();
    engine.crash();
    engine.advance(KEPT);
    assertNothingIsLeft(engine);
  }

  @Test
  void nothingIsDueWhereNothingHasEnded() {
    TestEngine engine = start(Retention.of(KEPT));
    RunHandle<String> handle = engine.tasks().trigger(work, "x", options().delay("30d"));
    assertThat(engine.nextTimer()).contains(engine.now().plus(Duration.ofDays(30)));
    engine.advance(Duration.ofDays(30));
    assertThat(handle.retrieve().status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(engine.nextTimer()).as("retention is no timer of the user's").isEmpty();
  }

  private void assertNothingIsLeft(TestEngine engine) {
    engine.close();
    try (RunStore opened = store.open()) {
      StoredState state = StoredState.of(opened);
      assertThat(state.runs()).isEmpty();
      assertThat(opened.live(0, 10)).isEmpty();
      if (store instanceof InMemoryStore memory) {
        assertThat(memory.rows()).as("rows of any table").isZero();
      }
    }
  }
}
