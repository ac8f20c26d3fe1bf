package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Limits;
import dev.pawl.fixtures.CrashingStore;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import java.util.ArrayList;
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
