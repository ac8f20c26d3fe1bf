package dev.pawl.internal.loop;

import static dev.pawl.RunStatus.DELAYED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Limits;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs whose time to live is up before a timer has said so. */
class LapsedRunsTest {
  private static final int SLOTS = 10;

  /** So few timers fire in a turn that those who start meet what has lapsed. */
  private static final Limits ONE_TIMER_A_TURN = Limits.defaults().maxTurnCommands(1);

  private final InMemoryStore provider = new InMemoryStore();

  @Test
  void aRunThatHasLapsedDoesNotUseUpTheTurnOfItsKey() {
    try (RunStore store = provider.open()) {
      DrivenLoop loop = new DrivenLoop(BareLoop.parts(store, ONE_TIMER_A_TURN, new ArrayList<>()));
      loop.begin();
      for (int i = 0; i < 2 * SLOTS; i++) {
        ask(loop, "lapsing", Micros.of(Duration.ofHours(1)));
      }
      ask(loop, "lapsing", 0);
      for (int i = 0; i < 2 * SLOTS; i++) {
        ask(loop, "lasting", 0);
      }
    }
    try (RunStore store = provider.open()) {
      List<Attempt> entered = new ArrayList<>();
      DrivenLoop loop =
          new DrivenLoop(
              BareLoop.parts(
                  store, ONE_TIMER_A_TURN, entered, TestEngine.START.plus(Duration.ofHours(2))));
      loop.begin();
      loop.post(new Command.Pause(false, new Reply<>()));
      loop.step();
      assertThat(entered).hasSize(SLOTS);
      assertThat(entered)
          .as("the one run of its key that has not lapsed")
          .anyMatch(attempt -> "lapsing".equals(attempt.run.concurrencyKey));
      assertThat(store.live(0, 100))
          .as("what has lapsed was met on the way, and has expired")
          .noneMatch(row -> row.ttlMicros() > 0);
    }
  }

  @Test
  void aRunThatIsDueIsNotKeptWaitingByThoseWhoLapseAMomentLater() {
    Limits few = Limits.defaults().residentRuns(1).maxTurnCommands(10);
    Duration hour = Duration.ofHours(1);
    Duration moment = Duration.ofMillis(500);
    try (RunStore store = provider.open()) {
      DrivenLoop loop = new DrivenLoop(BareLoop.parts(store, few, new ArrayList<>()));
      loop.begin();
      for (int i = 0; i < 100; i++) {
        ask(loop, "lapsing", Micros.of(hour));
      }
      for (int i = 0; i < 5; i++) {
        loop.post(BareLoop.trigger(Micros.of(hour.minus(moment))));
        loop.step();
      }
    }
    try (RunStore store = provider.open()) {
      DrivenLoop loop =
          new DrivenLoop(
              BareLoop.parts(
                  store, few, new ArrayList<>(), TestEngine.START.plus(hour).minus(moment)));
      loop.begin();
      loop.post(new Command.Pause(true, new Reply<>()));
      loop.step();
      assertThat(store.live(0, 200)).hasSize(105).noneMatch(row -> row.status() == DELAYED);
    }
  }

  private static void ask(DrivenLoop loop, String key, long ttl) {
    loop.post(BareLoop.trigger(0, ttl, key, new byte[] {'1'}));
    loop.step();
  }
}
