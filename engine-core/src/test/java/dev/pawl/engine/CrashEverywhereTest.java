package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fixtures.CrashingStore.Point;
import dev.pawl.fixtures.EngineLog;
import dev.pawl.fixtures.Lives;
import dev.pawl.fixtures.Lives.Death;
import dev.pawl.internal.api.Probe;
import dev.pawl.internal.loop.Figures;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each scenario is played again and again, and dies at each of its commits in turn: right before
 * the commit is applied, and right after. Then it dies a second time, at each of the first commits
 * of the life after: those of the recovery, and those by which it goes on.
 */
class CrashEverywhereTest {
  private static final boolean LONG = Boolean.getBoolean("pawl.long");
  private static final int MOST_COMMITS = 1_000;
  private static final int SECOND_DEATHS = LONG ? 6 : 3;

  private final EngineLog log = EngineLog.open();

  @AfterEach
  void stopListening() {
    log.close();
  }

  static Stream<Named<Supplier<CrashScenario>>> scenarios() {
    return CrashScenarios.all();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void nothingIsLostOrDoneTwiceWhereverTheProcessDies(Supplier<CrashScenario> scenario)
      throws Exception {
    for (Point point : Point.values()) {
      int commit = 1;
      while (died(scenario, new Death(commit, point)) == 1) {
        commit++;
      }
      assertThat(commit).as("commits of " + scenario.get()).isBetween(3, MOST_COMMITS);
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void norWhereItDiesAgainWhileItRecovers(Supplier<CrashScenario> scenario) throws Exception {
    int first = 1;
    int died;
    do {
      Death death = new Death(first, Point.values()[first % 2]);
      died = 0;
      for (int second = 1; second <= SECOND_DEATHS; second++) {
        for (Point point : LONG ? Point.values() : new Point[] {Point.values()[second % 2]}) {
          died = Math.max(died, died(scenario, death, new Death(second, point)));
        }
      }
      first++;
    } while (died > 0);
    assertThat(first).isBetween(3, MOST_COMMITS);
  }

  /** Plays it to its end and checks everything; returns how often it has died. */
  private int died(Supplier<CrashScenario> scenario, Death... deaths) throws Exception {
    CrashScenario played = scenario.get();
    String when = played + " that dies at " + java.util.List.of(deaths);
    try (Lives lives = played.play(deaths)) {
      assertThat(lives.check()).as(when).isEmpty();
      assertThat(lives.state().live()).as("live runs of " + when).isEmpty();
      played.expect();
      assertThat(Probe.of(lives.engine().present()).figures())
          .as("what is left in memory after " + when)
          .isEqualTo(new Figures(0, 0, 0, 0, 0, 0, 0, 0));
      assertThat(lives.engine().awaitIdle(Duration.ofSeconds(10))).isTrue();
      assertThat(lives.engine().allBodiesEnded()).as("no thread is left of " + when).isTrue();
      assertThat(log.takeUnexpected(message -> message.startsWith("runs wait for tasks")))
          .isEmpty();
      return lives.died();
    } catch (RuntimeException | Error e) {
      throw new AssertionError(when + ": " + e.getMessage(), e);
    }
  }
}
