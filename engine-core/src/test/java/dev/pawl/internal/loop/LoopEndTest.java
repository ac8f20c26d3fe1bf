package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.EngineClosedException;
import dev.pawl.EngineFailedException;
import dev.pawl.Limits;
import dev.pawl.PawlException;
import dev.pawl.RunStatus;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.WaitRow;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Whoever has asked the loop for something is answered, in whichever way it ends. What stands in
 * the mailbox before the loop begins is taken in one turn, so that no race is needed to get there.
 */
class LoopEndTest {
  private static final long NOW = Micros.of(TestEngine.START);

  /** The id of the first run of a new store. */
  private static final long FIRST_ID = new IdSource(0).next(NOW);

  /** A store whose commits succeed only at first. */
  private static RunStore failing(RunStore store, int commits, Throwable failure) {
    int[] left = {commits};
    return Intercepted.store(
        store,
        (method, arguments) -> {
          if (method.equals("commit") && left[0]-- <= 0) {
            throw failure;
          }
        });
  }

  private static void assertRefused(Command.Call<?> call, Class<? extends PawlException> by) {
    assertThatThrownBy(() -> call.reply().future().get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(by);
  }

  @Test
  void whoeverComesBehindAStopInOneTurnIsToldThatTheEngineIsClosed() {
    Loop loop = BareLoop.over(new InMemoryStore().open(), Limits.defaults());
    Command.Observe observe = new Command.Observe(FIRST_ID, Micros.NEVER, new Reply<>());
    Command.AwaitIdle idle = new Command.AwaitIdle(new Reply<>());
    loop.post(BareLoop.trigger(1_000_000));
    loop.post(new Command.Stop(new Reply<>()));
    loop.post(observe);
    loop.open();
    loop.join();
    assertRefused(observe, EngineClosedException.class);
    assertThatThrownBy(() -> loop.post(idle)).isInstanceOf(EngineClosedException.class);
  }

  @Test
  void whoeverWaitsForIdlenessIsToldThatTheEngineIsClosed() {
    Loop loop = BareLoop.over(new InMemoryStore().open(), Limits.defaults());
    Command.AwaitIdle idle = new Command.AwaitIdle(new Reply<>());
    loop.post(BareLoop.trigger(0));
    loop.post(new Command.Pause(false, new Reply<>()));
    loop.post(idle);
    loop.open();
    loop.call(new Command.Stop(new Reply<>()));
    loop.join();
    assertRefused(idle, EngineClosedException.class);
  }

  @Test
  void whoeverComesBehindAStopWhileTheStoreIsIllIsRefused() {
    StoreException ill = new StoreException("the disk is full", null);
    Loop loop =
        BareLoop.over(
            failing(new InMemoryStore().open(), 1, ill), Limits.defaults().maxTurnCommands(2));
    Command.Stop stop = new Command.Stop(new Reply<>());
    Command.Count behind = new Command.Count(new Reply<>());
    loop.post(BareLoop.trigger(0));
    loop.post(new Command.Count(new Reply<>()));
    loop.post(stop);
    loop.post(behind);
    loop.open();
    loop.join();
    assertRefused(stop, EngineClosedException.class);
    assertRefused(behind, EngineClosedException.class);
  }

  @Test
  void aStopEndsTheLoopEvenIfItsOwnCommitFails() {
    StoreException ill = new StoreException("the disk is full", null);
    Loop loop = BareLoop.over(failing(new InMemoryStore().open(), 1, ill), Limits.defaults());
    Command.Stop stop = new Command.Stop(new Reply<>());
    loop.post(BareLoop.trigger(0));
    loop.post(stop);
    loop.open();
    loop.join();
    assertRefused(stop, EngineFailedException.class);
  }

  /** What is written of it in the turn that closes the engine is all that the next life knows. */
  @Test
  void aRunThatParksInTheLastTurnIsStoredWithWhatItWaitsFor() {
    InMemoryStore memory = new InMemoryStore();
    RunStore store = memory.open();
    List<Attempt> entered = new ArrayList<>();
    DrivenLoop loop = new DrivenLoop(BareLoop.parts(store, Limits.defaults(), entered));
    loop.begin();
    loop.post(BareLoop.trigger(0));
    loop.post(new Command.Pause(false, new Reply<>()));
    loop.step();
    Caller caller =
        new Caller(entered.getFirst(), true, JournalRow.Kind.TRIGGER_AND_WAIT, "task", 0);
    loop.post(new Command.Drain(null, new Reply<>()));
    loop.post(new Command.TriggerAndWait(BareLoop.trigger(0).request(), caller, new Reply<>()));
    loop.post(new Command.Stop(new Reply<>()));
    loop.step();
    LiveRow parent = store.live(0, 1).getFirst();
    LiveRow child = store.live(parent.id(), 1).getFirst();
    assertThat(parent.status()).isEqualTo(RunStatus.WAITING);
    assertThat(parent.waits())
        .containsExactly(new WaitRow(0, WaitRow.Kind.RUN, child.id(), Micros.NEVER));
  }
}
