package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Limits;
import dev.pawl.RunError;
import dev.pawl.fixtures.CrashingStore;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.internal.exec.Outcome;
import dev.pawl.internal.exec.RunScope;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What is kept where the heap is exhausted in the middle of a turn. */
class RebuildTest {
  private static final long HOUR = 3_600_000_000L;
  private static final long SECOND = 1_000_000;

  @Test
  void whoeverBeganToWaitInTheBrokenTurnWaitsOnce() {
    CrashingStore provider = new CrashingStore();
    RunStore store = provider.open();
    DrivenLoop loop = new DrivenLoop(BareLoop.parts(store, Limits.defaults(), new ArrayList<>()));
    loop.begin();
    loop.post(BareLoop.trigger(HOUR));
    loop.step();
    long runId = store.live(0, 1).getFirst().id();
    provider.throwNext(
        new OutOfMemoryError("on purpose"), CrashingStore.Point.BEFORE_IT_IS_APPLIED);
    loop.post(new Command.Observe(runId, SECOND, new Reply<>()));
    loop.post(BareLoop.trigger(HOUR));
    loop.step();
    loop.step();
    assertThat(loop.figures().live()).isEqualTo(1);
    assertThat(loop.figures().waiters()).isEqualTo(1);
    assertThat(loop.figures().timers()).as("its due time, and the end of the wait").isEqualTo(2);
  }

  @Test
  void whoeverWaitsForARunOnTheShelfGoesOnWaitingThoughTheStoreCannotBeReadAtOnce() {
    CrashingStore provider = new CrashingStore();
    AtomicBoolean fails = new AtomicBoolean();
    RunStore store = failing(provider.open(), fails);
    DrivenLoop loop =
        new DrivenLoop(BareLoop.parts(store, Limits.defaults().residentRuns(1), new ArrayList<>()));
    loop.begin();
    for (int i = 0; i < 5; i++) {
      loop.post(BareLoop.trigger(0));
      loop.step();
    }
    long runId = store.live(0, 5).getLast().id();
    loop.post(new Command.Observe(runId, SECOND, new Reply<>()));
    loop.step();
    provider.throwNext(
        new OutOfMemoryError("on purpose"), CrashingStore.Point.BEFORE_IT_IS_APPLIED);
    fails.set(true);
    loop.post(BareLoop.trigger(0));
    assertThat(loop.step()).isTrue();
    assertThat(fails).isFalse();
    assertThat(loop.figures().live()).isEqualTo(5);
    assertThat(loop.figures().waiters()).isEqualTo(1);
  }

  @Test
  void aBodyThatWasUnloadedAndEndsInTheBrokenTurnFreesNothingOfTheOneThatRuns() {
    CrashingStore provider = new CrashingStore();
    RunStore store = provider.open();
    List<Attempt> entered = new ArrayList<>();
    DrivenLoop loop =
        new DrivenLoop(BareLoop.parts(store, Limits.defaults().parkedBodies(0), entered));
    loop.begin();
    loop.post(new Command.Pause(false, new Reply<>()));
    loop.post(BareLoop.trigger(0));
    loop.step();
    Attempt unloaded = entered.getFirst();
    Caller caller = new Caller(unloaded, true, JournalRow.Kind.TRIGGER_AND_WAIT, "task", 1);
    loop.post(new Command.TriggerAndWait(BareLoop.trigger(0).request(), caller, new Reply<>()));
    loop.step();
    loop.post(new Command.AttemptEnded(entered.get(1), failed(false)));
    loop.step();
    Attempt running = entered.get(2);
    assertThat(running.runId()).isEqualTo(unloaded.runId());
    running.scope(new RunScope("body", () -> () -> {}, scope -> {}));
    provider.throwNext(
        new OutOfMemoryError("on purpose"), CrashingStore.Point.BEFORE_IT_IS_APPLIED);
    loop.post(new Command.AttemptEnded(unloaded, failed(true)));
    loop.post(BareLoop.trigger(HOUR));
    loop.step();
    assertThat(loop.figures().executing()).as("what runs keeps its slot").isEqualTo(1);
    loop.post(new Command.Pause(true, new Reply<>()));
    loop.post(new Command.AttemptEnded(running, failed(true)));
    loop.step();
    assertThat(loop.figures().executing()).isZero();
  }

  private static Outcome failed(boolean retryable) {
    return new Outcome.Failed(RunError.of(RunError.Code.EXCEPTION, "on purpose"), retryable, null);
  }

  /** A store that fails once, where it is asked for live rows. */
  private static RunStore failing(RunStore store, AtomicBoolean fails) {
    return Intercepted.store(
        store,
        (method, arguments) -> {
          if (method.equals("liveRows") && fails.getAndSet(false)) {
            throw new StoreException("the disk cannot be read", null);
          }
        });
  }
}
