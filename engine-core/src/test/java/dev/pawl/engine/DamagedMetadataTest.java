package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Debounce;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.UnreadableValueException;
import dev.pawl.internal.loop.Ids;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.RunStore;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One run's stored metadata is no JSON object: whoever needs it is told, and all else goes on. */
class DamagedMetadataTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((text, run) -> text);

  private static final Task<String, String> COUNTS =
      Task.define("counts", String.class, String.class)
          .retry(Retry.exponential().maxAttempts(2))
          .run(
              (text, run) -> {
                run.metadata().increment("count", 1);
                return text;
              });

  /** Counts in its parent. */
  private static final Task<String, String> CHILD =
      Task.define("child", String.class, String.class)
          .retry(Retry.none())
          .run(
              (text, run) -> {
                run.metadata().parent().increment("count", 1);
                return text;
              });

  private static final Task<String, RunStatus> PARENT =
      Task.define("parent", String.class, RunStatus.class)
          .run(
              (text, run) ->
                  run.triggerAndWait(CHILD, text).ok() ? RunStatus.COMPLETED : RunStatus.FAILED);

  private final InMemoryStore store = new InMemoryStore();
  private TestEngine engine;

  @BeforeEach
  void start() {
    engine = TestEngine.start(store, builder -> builder.register(ECHO, COUNTS, CHILD, PARENT));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private <O> RunHandle<O> delayed(Task<String, O> task, String text) {
    return engine
        .tasks()
        .trigger(task, text, options().delay("1h").tags("t").metadata(Map.of("count", 1)));
  }

  private void damage(RunHandle<?> handle, String metadata) {
    Duration none = Duration.ZERO;
    engine.close(none);
    try (RunStore rows = store.open()) {
      LabelRow row = new LabelRow(Ids.parseRun(handle.id()), List.of("t"), metadata);
      rows.commit(changes().labels(row).build());
    }
    start();
  }

  @Test
  void itsRunIsShownAndListedAndOnlyItsMetadataIsNot() throws IOException {
    RunHandle<String> damaged = delayed(ECHO, "damaged");
    RunHandle<String> sound = delayed(ECHO, "sound");
    damage(damaged, "{\"count\":");
    Run<?> run = engine.runs().retrieve(damaged.id());
    assertThat(run.tags()).containsExactly("t");
    assertThatThrownBy(run::metadata)
        .isInstanceOf(UnreadableValueException.class)
        .hasMessageContaining(damaged.id());
    assertThatThrownBy(() -> engine.runs().metadata(damaged.id()).current())
        .isInstanceOf(UnreadableValueException.class)
        .hasMessageContaining(damaged.id());
    assertThat(engine.runs().list(RunQuery.all().tags("t")).items())
        .extracting(Run::id)
        .containsExactly(sound.id(), damaged.id());
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    assertThat(engine.runs().export(RunQuery.all(), lines)).isEqualTo(2);
    assertThat(lines.toString(StandardCharsets.UTF_8))
        .contains("\"metadata\":{\"count\":1}")
        .contains("\"metadataBase64\":\"eyJjb3VudCI6\"");
  }

  @Test
  void whoeverChangesItIsTold() {
    RunHandle<String> damaged = delayed(ECHO, "damaged");
    RunHandle<String> sound = delayed(ECHO, "sound");
    damage(damaged, "[1]");
    assertThatThrownBy(() -> engine.runs().metadata(damaged.id()).increment("count", 1))
        .isInstanceOf(UnreadableValueException.class)
        .hasMessageContaining(damaged.id());
    engine.runs().addTags(damaged.id(), "new");
    assertThat(engine.runs().retrieve(damaged.id()).tags()).containsExactly("t", "new");
    engine.runs().metadata(sound.id()).increment("count", 1);
    assertThat(engine.runs().metadata(sound.id()).current()).containsEntry("count", 2);
    engine.advance(Duration.ofHours(1));
    assertThat(engine.runs().stream(RunQuery.all()))
        .allMatch(run -> run.status() == RunStatus.COMPLETED);
  }

  @Test
  void itIsMendedByReplacingIt() {
    RunHandle<String> damaged = delayed(ECHO, "damaged");
    damage(damaged, "nothing");
    engine.runs().metadata(damaged.id()).replace(Map.of("count", 7));
    engine.runs().metadata(damaged.id()).increment("count", 1);
    assertThat(engine.runs().retrieve(damaged.id()).metadata()).containsEntry("count", 8);
    assertThat(engine.runs().retrieve(damaged.id()).tags()).containsExactly("t");
  }

  @Test
  void aBodyThatNeedsItFailsAndNoOther() {
    RunHandle<String> damaged = delayed(COUNTS, "damaged");
    RunHandle<String> sound = delayed(COUNTS, "sound");
    damage(damaged, "null");
    engine.advance(Duration.ofHours(2));
    assertThat(engine.runs().retrieve(sound.id()).status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(engine.runs().retrieve(damaged.id()))
        .satisfies(
            run -> {
              assertThat(run.status()).isEqualTo(RunStatus.FAILED);
              assertThat(run.attemptCount()).isEqualTo(2);
              assertThat(run.error().message()).contains(damaged.id(), "metadata");
            });
    assertThat(engine.health().isUp()).isTrue();
  }

  @Test
  void aChildThatCountsInItIsTold() {
    RunHandle<RunStatus> parent = delayed(PARENT, "damaged");
    damage(parent, "");
    engine.advance(Duration.ofHours(2));
    assertThat(engine.runs().retrieve(parent.id()).output()).isEqualTo(RunStatus.FAILED);
    assertThat(engine.health().isUp()).isTrue();
  }

  @Test
  void aTriggerThatChangesADebouncedRunKeepsOrReplacesIt() {
    Debounce quiet = Debounce.key("k").delay("1h").trailing();
    RunHandle<String> damaged =
        engine.tasks().trigger(ECHO, "a", options().debounce(quiet).metadata(Map.of("a", 1)));
    damage(damaged, "{");
    engine.tasks().trigger(ECHO, "b", options().debounce(quiet).tags("b"));
    assertThat(engine.runs().retrieve(damaged.id()).tags()).containsExactly("b");
    assertThatThrownBy(() -> engine.runs().retrieve(damaged.id()).metadata())
        .isInstanceOf(UnreadableValueException.class);
    RunHandle<String> again =
        engine.tasks().trigger(ECHO, "c", options().debounce(quiet).metadata(Map.of("c", 3)));
    assertThat(again.id()).isEqualTo(damaged.id());
    engine.advance(Duration.ofHours(1));
    Run<?> run = engine.runs().retrieve(damaged.id());
    assertThat(run.output()).isEqualTo("c");
    assertThat(run.metadata()).containsOnlyKeys("c");
  }

  @Test
  void aReplayTakesWhatItWasTriggeredWith() {
    RunHandle<String> damaged = delayed(ECHO, "damaged");
    damage(damaged, "{");
    RunHandle<?> replay = engine.runs().replay(damaged.id());
    engine.settle();
    assertThat(engine.runs().retrieve(replay.id()).metadata()).containsEntry("count", 1);
  }
}
