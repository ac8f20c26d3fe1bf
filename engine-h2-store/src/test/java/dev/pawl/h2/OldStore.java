package dev.pawl.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.EngineBuilder;
import dev.pawl.Limits;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A store that was written by the version of this library before the journal, schema version 1, by
 * an engine with the tasks below: {@code store-without-journal.zip} is that folder as the engine
 * has left it when it was closed.
 */
final class OldStore {
  /** A payload as it was then. */
  record Note(String text) {}

  /** How many of its runs have not ended. */
  static final int LIVE = 6;

  private static final int INLINE = 2_000;

  private static final Task<Note, String> ECHO =
      Task.define("echo", Note.class, String.class).run((note, run) -> note.text());

  private static final Task<Note, String> FAIL =
      Task.define("fail", Note.class, String.class)
          .retry(Retry.none())
          .run(
              (note, run) -> {
                throw new IllegalStateException("as told: " + note.text());
              });

  private static final Task<Note, String> PARENT =
      Task.define("parent", Note.class, String.class)
          .run((note, run) -> run.triggerAndWait(ECHO, note).unwrap());

  private OldStore() {}

  /** Unpacks it. */
  static void writeTo(Path folder) throws IOException {
    try (InputStream packed = OldStore.class.getResourceAsStream("store-without-journal.zip");
        ZipInputStream in = new ZipInputStream(packed)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path file = folder.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(in, file);
      }
    }
  }

  /** An engine with its tasks. */
  static EngineBuilder engine(H2Store store) {
    return Engine.builder()
        .store(store)
        .limits(Limits.defaults().maxInlineBytes(INLINE))
        .register(ECHO, FAIL, PARENT);
  }

  /** Triggers a run that is not due for long. */
  static String addRun(Engine engine, String text) {
    return engine
        .tasks()
        .trigger(ECHO, new Note(text), TriggerOptions.options().delay(Duration.ofDays(20_000)))
        .id();
  }

  /** Compares everything that was in it, whatever has been added since. */
  static void assertIsWhole(Engine engine) {
    Map<String, Integer> outputs = new TreeMap<>();
    Map<RunStatus, Integer> statuses = new TreeMap<>();
    RunQuery old = RunQuery.all().tasks(ECHO.id(), FAIL.id(), PARENT.id());
    for (Run<?> run : engine.runs().stream(old).toList().reversed()) {
      String text = run.payload(Note.class).text();
      if (text.startsWith("new")) {
        continue;
      }
      statuses.merge(run.status(), 1, Integer::sum);
      if (run.status() == RunStatus.COMPLETED) {
        assertThat(run.output()).isEqualTo(text);
        outputs.merge(text.split(" ", -1)[0], 1, Integer::sum);
      }
      if (text.startsWith("done")) {
        assertThat(run.tags()).containsExactly("old", "number " + text.split(" ", -1)[1]);
      }
      if (text.contains("large")) {
        assertThat(text).matches("(large x{5000})|(delayed large y{5000})");
      }
    }
    assertThat(statuses)
        .isEqualTo(Map.of(RunStatus.COMPLETED, 15, RunStatus.FAILED, 1, RunStatus.DELAYED, LIVE));
    assertThat(outputs).isEqualTo(Map.of("done", 10, "large", 1, "family", 2, "one", 1, "two", 1));
    List<? extends Run<?>> failed =
        engine.runs().stream(RunQuery.all().statuses(RunStatus.FAILED)).toList();
    assertThat(failed.getFirst().error().message()).isEqualTo("as told: fails");
  }
}
