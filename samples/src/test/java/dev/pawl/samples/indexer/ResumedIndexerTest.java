package dev.pawl.samples.indexer;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AttemptInfo;
import dev.pawl.Engine;
import dev.pawl.Run;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.h2.H2Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, ended in the middle, and the same command again. */
@Timeout(300)
class ResumedIndexerTest {
  private static final int FILES = 101;
  private static final int ENOUGH = 10;

  /** All files take eight seconds so, which leaves time to end the process in the middle. */
  private static final String[] SLOW = {"--slow", "300"};

  @TempDir Path temp;
  private Path folder;
  private Path store;

  /** What a run that nobody disturbs prints. */
  private String undisturbed;

  @BeforeEach
  void tree() throws Exception {
    folder = Files.createDirectory(temp.resolve("tree")).toRealPath();
    store = temp.resolve("store");
    SampleTree.make(folder, 10, 10);
    undisturbed = Screenful.table(Screenful.of(folder, temp.resolve("other-store")).out());
  }

  @Test
  void aKilledProcessIsGoneOnWithAndNoFileThatWasDoneIsReadAgain() throws Exception {
    String started;
    try (ChildProcess child = ChildProcess.start(folder, store, SLOW)) {
      child.awaitDone(ENOUGH);
      child.kill();
      started = Screenful.group(child.out(), "started (run_\\w+)");
    }
    Map<String, Instant> done = filesDone();
    assertThat(done).hasSizeBetween(ENOUGH, FILES - 1);
    for (String path : done.keySet()) {
      Files.delete(folder.resolve(path)); // whoever reads it again is found out
    }
    for (Run<?> run : goesOn(started, done)) {
      String path = run.payload(Place.class).path();
      List<RunStatus> attempts = run.attempts().stream().map(AttemptInfo::status).toList();
      if (done.containsKey(path)) {
        assertThat(attempts).as(path).containsExactly(RunStatus.COMPLETED);
      } else {
        assertThat(attempts) // a kill costs an attempt only what was being read
            .as(path)
            .isIn(List.of(RunStatus.COMPLETED), List.of(RunStatus.CRASHED, RunStatus.COMPLETED));
      }
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // has no such signal
  void aSignalEndsTheProcessGracefullyAndCostsNoAttempt() throws Exception {
    String started;
    try (ChildProcess child = ChildProcess.start(folder, store, SLOW)) {
      child.awaitDone(ENOUGH);
      child.terminate();
      assertThat(child.exitValue()).isEqualTo(128 + 15);
      assertThat(child.out())
          .containsPattern(
              "stopped after [\\d,]+/101 files, [\\d,]+ runs; the same command goes on")
          .doesNotContain("Exception");
      started = Screenful.group(child.out(), "started (run_\\w+)");
    }
    assertThat(goesOn(started, filesDone()))
        .allSatisfy(
            run -> {
              assertThat(run.attempts()).hasSize(1);
              assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
            });
  }

  /**
   * The same command again takes up the same root run, and ends as if nothing had been.
   *
   * @return the runs for files
   */
  private List<Run<?>> goesOn(String started, Map<String, Instant> done) throws Exception {
    try (ChildProcess child = ChildProcess.start(folder, store)) {
      assertThat(child.end()).as(child.out()).isZero();
      assertThat(child.out())
          .contains("resumed " + started + ": " + done.size() + " of 101 files")
          .doesNotContain("started");
      assertThat(Screenful.table(child.out())).isEqualTo(undisturbed);
    }
    Map<String, List<Run<?>>> runs = runs();
    assertThat(runs.get("index-tree")).extracting(Run::id).containsExactly(started);
    assertThat(runs.get("index-file")).hasSize(FILES);
    assertThat(done(runs)).hasSize(FILES).containsAllEntriesOf(done);
    return runs.get("index-file");
  }

  private Map<String, Instant> filesDone() {
    return done(runs());
  }

  /** The files that are done by what the store says, with the time when they were. */
  private static Map<String, Instant> done(Map<String, List<Run<?>>> runs) {
    return runs.get("index-file").stream()
        .filter(run -> run.status() == RunStatus.COMPLETED)
        .collect(toMap(run -> run.payload(Place.class).path(), Run::finishedAt));
  }

  /** All runs of the store, by task. */
  private Map<String, List<Run<?>>> runs() {
    IndexTasks tasks = new IndexTasks(1, Duration.ZERO, store, new Progress());
    try (Engine engine = Engine.builder().store(H2Store.file(store)).register(tasks.all()).open();
        Stream<Run<?>> runs = engine.runs().stream(RunQuery.all())) {
      return runs.collect(groupingBy(Run::taskId));
    }
  }
}
