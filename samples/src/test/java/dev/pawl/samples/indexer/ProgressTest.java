package dev.pawl.samples.indexer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.RunResult;
import dev.pawl.Task;
import dev.pawl.testing.InMemoryStore;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final Progress progress = new Progress();

  /** Tells as many files as its payload says. */
  private final Task<Integer, Boolean> worker =
      Task.define("worker", Integer.class, Boolean.class)
          .run(
              (files, run) -> {
                progress.found(run, files + 1);
                for (int i = 0; i < files; i++) {
                  progress.fileDone(run);
                }
                progress.runDone(run);
                return true;
              });

  @Test
  void theRateIsThatOfThisProcessAndTheCountsThoseOfOneRootRun() throws Exception {
    try (Engine engine = Engine.builder().store(new InMemoryStore()).register(worker).open()) {
      String mine = engine.tasks().trigger(worker, 500).id();
      String another = engine.tasks().trigger(worker, 7).id();
      progress.watch(new Former(mine, 5_000, 1_000, 1_100));
      engine.start();
      for (String id : new String[] {mine, another}) {
        RunResult<?> result = engine.runs().await(id, Duration.ofSeconds(30));
        assertThat(result.ok()).isTrue();
      }
    }
    assertThat(progress.line(Duration.ofSeconds(2)))
        .isEqualTo("1,500/5,501 files, 1,601 runs, 250 files/s");
    assertThat(progress.counts()).isEqualTo("1,500/5,501 files, 1,601 runs");
  }
}
