package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.PAWL_MEMORY;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each workload works, and each peer does: what they do is looked at, not how fast. */
class WorkloadsTest {
  @TempDir Path folder;

  /** What listened in the round before may block who reports to it. */
  @BeforeEach
  void nobodyListens() {
    Bodies.listen(number -> {});
  }

  static List<Workload> workloads() {
    return Workloads.all();
  }

  @ParameterizedTest
  @MethodSource("workloads")
  void eachWorkloadMeasuresWhatItsTargetsNeed(Workload workload) throws Exception {
    Path store = Files.createDirectories(folder.resolve("store"));
    Figures figures = workload.run(new Round(mode(workload), Scale.SMOKE, store, Map.of()));
    assertThat(figures.values().keySet())
        .containsAll(workload.targets().stream().map(Target::figure).toList());
    assertThat(figures.values().values())
        .isNotEmpty()
        .allSatisfy(value -> assertThat(value).isFinite().isNotNegative());
  }

  /** The one that its first target is about: the others take time, and differ in a flag. */
  private static Entrant mode(Workload workload) {
    return workload.targets().isEmpty() ? PAWL_MEMORY : workload.targets().get(0).pawl();
  }

  @ParameterizedTest
  @EnumSource(names = {"DB_SCHEDULER", "JOBRUNR", "QUARTZ", "EXECUTOR"})
  void eachPeerExecutesWhatItWasGiven(Entrant peer) throws Exception {
    int jobs = 20;
    List<Integer> ran = new ArrayList<>();
    try (Contender contender = peer.open(Setting.fresh(folder.resolve("peer")))) {
      for (int number = 0; number < jobs; number++) {
        contender.trigger(number);
      }
      assertThat(contender.left()).isEqualTo(jobs);
      Bodies.listen(
          number -> {
            synchronized (ran) {
              ran.add(number);
            }
          });
      long before = Bodies.count();
      contender.start();
      Bodies.await(contender, before, jobs, 20_000_000_000L);
      assertThat(contender.left()).isZero();
    }
    assertThat(ran).hasSize(jobs).doesNotHaveDuplicates();
  }
}
