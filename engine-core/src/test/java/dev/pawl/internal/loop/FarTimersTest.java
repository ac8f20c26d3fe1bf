package dev.pawl.internal.loop;

import static dev.pawl.RunStatus.DELAYED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Limits;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs on the shelf that are due. */
class FarTimersTest {
  private static final int MOST = 10;
  private static final Duration HOUR = Duration.ofHours(1);

  private final InMemoryStore provider = new InMemoryStore();

  /** How many live rows were asked for by their ids. */
  private int asked;

  @Test
  void ofThoseWhoAreDueAtOneInstantNoMoreAreBroughtBackThanATurnCanMove() {
    try (RunStore store = provider.open()) {
      DrivenLoop loop = loop(store, TestEngine.START);
      for (int i = 0; i < 20 * MOST; i++) {
        ask(loop, HOUR, Duration.ZERO);
      }
    }
    try (RunStore store = counting(provider.open())) {
      DrivenLoop loop = loop(store, TestEngine.START.plus(HOUR));
      turn(loop);
      assertThat(asked).isLessThanOrEqualTo(MOST);
      assertThat(store.live(0, 1_000).stream().filter(row -> row.status() == DELAYED))
          .hasSize(19 * MOST);
    }
  }

  @Test
  void whoeverIsDueIsNotKeptWaitingByThoseWhoLapseAMomentLater() {
    Duration moment = Duration.ofMillis(500);
    try (RunStore store = provider.open()) {
      DrivenLoop loop = loop(store, TestEngine.START);
      for (int i = 0; i < 10 * MOST; i++) {
        ask(loop, Duration.ZERO, HOUR);
      }
      for (int i = 0; i < MOST / 2; i++) {
        ask(loop, HOUR.minus(moment), Duration.ZERO);
      }
    }
    try (RunStore store = provider.open()) {
      turn(loop(store, TestEngine.START.plus(HOUR).minus(moment)));
      assertThat(store.live(0, 1_000))
          .hasSize(10 * MOST + MOST / 2)
          .noneMatch(row -> row.status() == DELAYED);
    }
  }

  /** A loop that keeps one delayed run in memory, and moves a few in a turn; it starts none. */
  private static DrivenLoop loop(RunStore store, Instant now) {
    Limits limits = Limits.defaults().residentRuns(1).maxTurnCommands(MOST);
    DrivenLoop loop = new DrivenLoop(BareLoop.parts(store, limits, new ArrayList<>(), now));
    loop.begin();
    return loop;
  }

  private static void ask(DrivenLoop loop, Duration delay, Duration ttl) {
    loop.post(BareLoop.trigger(Micros.of(delay), Micros.of(ttl), null, new byte[] {'1'}));
    loop.step();
  }

  private static void turn(DrivenLoop loop) {
    loop.post(new Command.Pause(true, new Reply<>()));
    loop.step();
  }

  private RunStore counting(RunStore store) {
    return Intercepted.store(
        store,
        (method, arguments) -> {
          if (method.equals("liveRows")) {
            asked += ((List<?>) arguments[0]).size();
          }
        });
  }
}
