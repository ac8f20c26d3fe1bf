package dev.pawl.testing;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Debounce;
import dev.pawl.EngineClosedException;
import dev.pawl.Health;
import dev.pawl.IdempotencyKey;
import dev.pawl.Limits;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.PawlException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.StoreUnavailableException;
import dev.pawl.Task;
import dev.pawl.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultsTest {
  private static final AtomicInteger bodies = new AtomicInteger();

  private static final Task<String, String> CHILD =
      Task.define("child", String.class, String.class)
          .run(
              (payload, run) -> {
                bodies.incrementAndGet();
                return payload + "!";
              });

  private static final Task<String, String> PARENT =
      Task.define("parent", String.class, String.class)
          .run(
              (payload, run) -> {
                String one = run.triggerAndWait(CHILD, payload, options().delay("1h")).unwrap();
                var two = run.batchTriggerAndWait(CHILD, List.of("x", "y"));
                return one + two.unwrap().size();
              });

  @RegisterExtension
  static final PawlExtension pawl = PawlExtension.inMemory().register(CHILD, PARENT);

  @BeforeEach
  void forget() {
    bodies.set(0);
  }

  private static StoreException unknown() {
    return new StoreException("the disk is full", null, true);
  }

  /**
   * Every payload and output is too large for its row, so that the script passes that point too.
   */
  private static TestEngine startWithEveryValueApart() {
    return TestEngine.start(
        new InMemoryStore(),
        builder -> builder.register(CHILD, PARENT).limits(Limits.defaults().maxInlineBytes(0)));
  }

  /** A script that passes every point; what it asks for may be refused, and is asked again. */
  private static void play(TestEngine engine) {
    boolean reopened = false;
    for (int step = 0; step < 3; step++) {
      try {
        switch (step) {
          case 0 ->
              engine
                  .tasks()
                  .trigger(PARENT, "p", options().idempotencyKey(IdempotencyKey.of("only")));
          case 1 ->
              engine
                  .tasks()
                  .trigger(CHILD, "d", options().debounce(Debounce.key("only").delay("1h")));
          default -> engine.advance(Duration.ofHours(5));
        }
        engine.settle();
        if (engine.faults().hasCrashed()) {
          engine.crash();
        }
      } catch (OutcomeUnknownException e) {
        engine.settle();
      } catch (StoreUnavailableException e) {
        step--; // certainly nothing happened
      } catch (EngineClosedException e) {
        assertThat(engine.faults().hasCrashed()).isTrue();
        assertThat(reopened).as("it dies once").isFalse();
        reopened = true;
        engine.crash();
        step--;
      }
    }
    engine.advance(Duration.ofHours(5));
    assertThat(engine.faults().pending()).as("the point was passed").isZero();
  }

  private static void assertAllIsDone(TestEngine engine) {
    assertThat(engine.health().status()).isEqualTo(Health.Status.UP);
    assertThat(engine.runs().stream(RunQuery.all()).toList())
        .allSatisfy(run -> assertThat(run).isCompleted());
    List<Run<?>> parents = engine.runs().list(RunQuery.all().tasks("parent")).items();
    assertThat(parents).hasSize(1);
    assertThat(parents.getFirst()).hasOutput("p!2");
  }

  @ParameterizedTest
  @EnumSource
  void theProcessMayDieAtEachPoint(FaultPoint point) {
    try (TestEngine engine = startWithEveryValueApart()) {
      engine.faults().crashAt(point, 1);
      play(engine);
      assertAllIsDone(engine);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theStoreMayFailAtEachPoint(FaultPoint point) {
    try (TestEngine engine = startWithEveryValueApart()) {
      engine.faults().failAt(point, 1, unknown());
      play(engine);
      assertAllIsDone(engine);
    }
  }

  @Test
  void afterAPointThatLiesBehindTheCommitItsRunIsStoredThoughItsCallerKnowsNothing(
      TestEngine engine) {
    engine.faults().crashAt(FaultPoint.RUN_STORED, 2);
    engine.tasks().trigger(CHILD, "first");
    engine.settle();
    assertThatThrownBy(() -> engine.tasks().trigger(CHILD, "second"))
        .isInstanceOf(EngineClosedException.class);
    assertThat(engine.faults().hasCrashed()).isTrue();
    assertThat(bodies).as("nothing of the commit had an effect").hasValue(1);
    assertThatThrownBy(() -> engine.runs().list(RunQuery.all())).isInstanceOf(PawlException.class);
    engine.crash();
    assertThat(engine.faults().hasCrashed()).isFalse();
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().stream(RunQuery.all()).toList()).hasSize(2);
  }

  @Test
  void atAPointBeforeTheCommitNothingOfItIsStored(TestEngine engine) {
    engine.faults().crashAt(FaultPoint.DEQUEUED_BEFORE_START, 1);
    assertThatThrownBy(() -> engine.tasks().trigger(CHILD, "x"))
        .isInstanceOf(EngineClosedException.class);
    engine.crash();
    assertThat(engine.runs().stream(RunQuery.all()).toList()).isEmpty();
    engine.faults().crashAt(FaultPoint.OUTCOME_BEFORE_COMMIT, 1);
    RunHandle<String> handle = engine.tasks().trigger(CHILD, "x");
    engine.settle();
    assertThat(bodies).hasValue(1);
    engine.crash();
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().retrieve(handle.id())).isCompleted().hasAttempts(2);
    assertThat(bodies).hasValue(2);
  }

  @Test
  void aFailureThatSaysNotStoredIsRefusedWhereThatWouldBeALie(TestEngine engine) {
    StoreException certain = new StoreException("the disk is full", null);
    assertThatThrownBy(() -> engine.faults().failAt(FaultPoint.RUN_STORED, 1, certain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RUN_STORED");
    assertThatThrownBy(() -> engine.faults().crashAt(FaultPoint.RUN_STORED, 0))
        .isInstanceOf(IllegalArgumentException.class);
    engine.faults().failAt(FaultPoint.OUTCOME_BEFORE_COMMIT, 1, certain);
    RunHandle<String> handle = engine.tasks().trigger(CHILD, "x");
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasAttempts(1);
  }

  @Test
  void anEngineThatIsHeldGoesOnWhenItIsReleased(TestEngine engine) throws Exception {
    Hold hold = engine.faults().holdAt(FaultPoint.ATTEMPT_STARTED, "child");
    CompletableFuture<RunHandle<String>> triggered =
        CompletableFuture.supplyAsync(() -> engine.tasks().trigger(CHILD, "x"));
    hold.awaitReached();
    assertThat(triggered).isNotDone();
    assertThat(bodies).hasValue(0);
    assertThat(engine.runs().stream(RunQuery.all()).toList())
        .singleElement()
        .satisfies(run -> assertThat(run).isExecuting());
    hold.release();
    RunHandle<String> handle = triggered.get();
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).isCompleted();
  }

  @Test
  void aHoldIsForOneRunAndLeavesTheOthersAlone(TestEngine engine) throws Exception {
    RunHandle<String> one = engine.tasks().trigger(CHILD, "x", options().delay("1h"));
    RunHandle<String> two = engine.tasks().trigger(CHILD, "x", options().delay("2h"));
    Hold hold = engine.faults().holdAt(FaultPoint.OUTCOME_BEFORE_COMMIT, two.id());
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().retrieve(one)).isCompleted();
    assertThat(hold.isReached()).isFalse();
    CompletableFuture<Void> advanced =
        CompletableFuture.runAsync(() -> engine.advance(Duration.ofHours(1)));
    hold.awaitReached();
    assertThat(engine.runs().retrieve(two)).isExecuting();
    hold.release();
    advanced.get();
    assertThat(engine.runs().retrieve(two)).isCompleted();
  }

  @Test
  void anEngineThatIsHeldDiesWhereItStands(TestEngine engine) throws Exception {
    RunHandle<String> handle = engine.tasks().trigger(CHILD, "x", options().delay("1h"));
    Hold hold = engine.faults().holdAt(FaultPoint.OUTCOME_BEFORE_COMMIT, "child");
    engine.clock().advance(Duration.ofHours(1));
    hold.awaitReached();
    engine.crash();
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().retrieve(handle.id())).isCompleted().hasAttempts(2);
    assertThat(engine.log()).noneMatch(line -> line.contains("COMPLETED attempt 1"));
  }

  @Test
  void closingLetsAHeldEngineGoOn() throws Exception {
    TestEngine engine = TestEngine.start(CHILD);
    engine.tasks().trigger(CHILD, "x", options().delay("1h"));
    Hold hold = engine.faults().holdAt(FaultPoint.ATTEMPT_STARTED, "child");
    engine.clock().advance(Duration.ofHours(1));
    hold.awaitReached();
    engine.close();
    assertThat(engine.health().status()).isEqualTo(Health.Status.CLOSED);
  }

  @Test
  void anEngineThatDiedAtAFaultIsClosedLikeAnyOther() {
    InMemoryStore store = new InMemoryStore();
    TestEngine dies = TestEngine.start(store, builder -> builder.register(CHILD));
    dies.faults().crashAt(FaultPoint.ATTEMPT_STARTED, 1);
    assertThatThrownBy(() -> dies.tasks().trigger(CHILD, "x"))
        .isInstanceOf(EngineClosedException.class);
    dies.close();
    try (TestEngine next = TestEngine.start(store, builder -> builder.register(CHILD))) {
      next.advance(Duration.ofHours(1));
      assertThat(next.runs().stream(RunQuery.all()).toList())
          .singleElement()
          .satisfies(run -> assertThat(run).isCompleted().hasAttempts(2));
    }
  }
}
