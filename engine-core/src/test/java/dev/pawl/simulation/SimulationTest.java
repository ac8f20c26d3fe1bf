package dev.pawl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Histories of the engine's real core and loop, each wholly decided by its seed. {@code
 * -Dpawl.seed=…} plays that one alone, {@code -Dpawl.operations=…} with so many operations; {@code
 * -Dpawl.seconds=…} sets for how long the last test plays, {@code -Dpawl.from=…} from which seed
 * on, {@code -Dpawl.histories=…} how many at most.
 */
@ExtendWith(SilentEngine.class)
class SimulationTest {
  private static final boolean LONG_RUN = Boolean.getBoolean("pawl.long");
  private static final int OPERATIONS = Integer.getInteger("pawl.operations", 200);
  private static final long SECONDS = Long.getLong("pawl.seconds", LONG_RUN ? 600 : 12);

  /** In the build the same ones each time: new ones are what the long run is for. */
  private static final long HISTORIES =
      Long.getLong("pawl.histories", LONG_RUN ? Long.MAX_VALUE : 400);

  private static final int THREADS = Integer.getInteger("pawl.threads", LONG_RUN ? 2 : 1);
  private static final int REPEATED = 10;

  /**
   * Seeds that failed when they were new, for an engine or a check that was mended since. What a
   * seed decides changes with the simulation; what was wrong with the engine has a test of its own.
   */
  private static final List<Long> ONCE_FAILED =
      List.of(
          1L, 2L, 3L, 4L, 6L, 14L, 20L, 21L, 23L, 28L, 100L, 134L, 154L, 171L, 238L, 1_798L, 5_079L,
          5_080L, 5_128L, 5_130L, 5_162L, 10_029L, 10_464L, 11_490L, 11_792L, 12_215L, 13_033L,
          13_697L, 20_896L, 27_244L, 28_359L, 30_751L, 33_359L, 136_855L, 139_978L, 7300098L);

  @Test
  void historiesThatOnceFailedDoNot() {
    ONCE_FAILED.forEach(SimulationTest::play);
  }

  @Test
  void aSeedDecidesEverything() {
    for (long seed = 1; seed <= REPEATED; seed++) {
      History history = History.of(seed, OPERATIONS);
      assertThat(history.play()).as("seed %d", seed).isEqualTo(history.play());
    }
  }

  @Test
  void everyInvariantHoldsAfterEachTurnOfEachHistory() throws Exception {
    Long only = Long.getLong("pawl.seed");
    if (only != null) {
      play(only);
      return;
    }
    long first = Long.getLong("pawl.from", 1_000);
    AtomicLong seeds = new AtomicLong(first);
    AtomicLong played = new AtomicLong();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        all.add(
            threads.submit(
                () -> {
                  while (System.nanoTime() < until && seeds.get() - first < HISTORIES) {
                    play(seeds.getAndIncrement());
                    played.incrementAndGet();
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    System.out.println(
        "played " + played + " histories of " + OPERATIONS + " operations in " + SECONDS + " s");
    assertThat(played).hasPositiveValue();
  }

  /** A history that is too short to hide much: what is broken in it shows at once. */
  @Test
  void shortHistoriesHoldToo() {
    LongStream.range(0, 200)
        .forEach(seed -> assertThat(History.of(seed, 10).play().violations()).isEmpty());
  }

  private static void play(long seed) {
    History history = History.of(seed, OPERATIONS);
    History.Played played;
    try {
      played = history.play();
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("-Dpawl.seed=" + seed + " -Dpawl.operations=" + OPERATIONS, e);
    }
    if (!played.isSound()) {
      History shrunk = history.shrunk();
      throw new AssertionError(
          "-Dpawl.seed="
              + seed
              + " -Dpawl.operations="
              + OPERATIONS
              + ": "
              + played.violations().getFirst()
              + System.lineSeparator()
              + "shrunk to "
              + shrunk.operations()
              + ": "
              + shrunk.play().violations().getFirst());
    }
  }
}
