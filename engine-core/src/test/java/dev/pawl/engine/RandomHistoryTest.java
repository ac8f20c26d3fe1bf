package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.EngineLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Histories that nobody thought of. Each follows from its seed, but for the order in which bodies
 * run at the same time: repeat a seed that failed some times with {@code -Dpawl.seed=…
 * -Dpawl.steps=… -Dpawl.repeat=…}.
 */
class RandomHistoryTest {
  private static final boolean LONG_RUN = Boolean.getBoolean("pawl.long");
  private static final int SHORT = 100;

  /** Every so many histories have a store that fails now and then, which takes real time. */
  private static final int ILL_STORES_EACH = 20;

  private static final int LONG = 5_000;
  private static final Set<RunStatus> EVERY_END =
      EnumSet.of(
          RunStatus.COMPLETED,
          RunStatus.FAILED,
          RunStatus.CANCELED,
          RunStatus.CRASHED,
          RunStatus.EXPIRED);
  private static final int STEPS = Integer.getInteger("pawl.steps", LONG_RUN ? 120 : 30);

  @Test
  void everyInvariantHoldsAfterEachStepOfEachHistory() throws Exception {
    EnumSet<RunStatus> ends = EnumSet.noneOf(RunStatus.class);
    int deaths = 0;
    int histories = 0;
    Deque<Long> seeds = new ArrayDeque<>(LongStream.of(seeds()).boxed().toList());
    while (!seeds.isEmpty()) {
      long seed = seeds.poll();
      try (EngineLog log = EngineLog.open();
          RandomHistory history = new RandomHistory(seed, seed % ILL_STORES_EACH == 0)) {
        history.play(STEPS);
        ends.addAll(history.ends());
        deaths += history.deaths();
        histories++;
        assertThat(
                log.takeUnexpected(
                    message ->
                        message.startsWith("runs wait for tasks")
                            || message.contains("is PENDING_VERSION: its task")
                            || message.startsWith("the store cannot be written")
                            || message.contains("above the engine's maxConcurrency")
                            || message.startsWith("bodies are still running")))
            .isEmpty();
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "-Dpawl.seed=" + seed + " -Dpawl.steps=" + STEPS + ": " + e.getMessage(), e);
      }
    }
    if (histories >= SHORT) {
      assertThat(ends).as("histories without these ends check little").containsAll(EVERY_END);
      assertThat(deaths).as("deaths in the middle of a step").isGreaterThan(histories / 2);
    }
  }

  private static long[] seeds() {
    Long given = Long.getLong("pawl.seed");
    if (given != null) {
      return LongStream.generate(() -> given).limit(Integer.getInteger("pawl.repeat", 1)).toArray();
    }
    return LongStream.range(0, LONG_RUN ? LONG : SHORT).toArray();
  }
}
