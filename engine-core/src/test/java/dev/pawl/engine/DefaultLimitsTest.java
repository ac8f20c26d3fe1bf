package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.InvalidOptionException;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.RunHandle;
import dev.pawl.Task;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bounds of an engine that nobody has configured, each at its last byte. */
class DefaultLimitsTest {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  /** What JSON adds to a text. */
  private static final int QUOTES = 2;

  /** Gives back a text of so many characters. */
  private static final Task<Integer, String> FILL =
      Task.define("fill", Integer.class, String.class).run((n, run) -> "x".repeat(n));

  private static final Task<String, Integer> MEASURE =
      Task.define("measure", String.class, Integer.class).run((text, run) -> text.length());

  private final InMemoryStore store = new InMemoryStore();
  private final TestEngine engine =
      TestEngine.start(store, builder -> builder.register(FILL, MEASURE));

  @AfterEach
  void close() {
    engine.close();
  }

  private RunHandle<Integer> measure(int encoded) {
    return engine.tasks().trigger(MEASURE, "x".repeat(encoded - QUOTES));
  }

  private Run<String> fill(int encoded) {
    RunHandle<String> handle = engine.tasks().trigger(FILL, encoded - QUOTES);
    engine.settle();
    return engine.runs().retrieve(handle);
  }

  @Test
  void upTo512KibibytesStandInTheRow() {
    measure(512 * KIB);
    fill(512 * KIB);
    assertThat(store.largeValues()).isZero();
    measure(512 * KIB + 1);
    engine.settle();
    assertThat(store.largeValues()).isEqualTo(1);
    fill(512 * KIB + 1);
    assertThat(store.largeValues()).isEqualTo(2);
  }

  @Test
  void upTo10MebibytesAreTaken() {
    RunHandle<Integer> largest = measure(10 * MIB);
    engine.settle();
    assertThat(largest.retrieve().output()).isEqualTo(10 * MIB - QUOTES);
    assertThat(largest.retrieve().payloadSize()).isEqualTo(10 * MIB);
    assertThatThrownBy(() -> measure(10 * MIB + 1))
        .isInstanceOfSatisfying(
            PayloadTooLargeException.class,
            e -> assertThat(e.size()).isEqualTo(e.limit() + 1).isEqualTo(10 * MIB + 1));
    assertThat(fill(10 * MIB).output()).hasSize(10 * MIB - QUOTES);
    Run<String> tooLarge = fill(10 * MIB + 1);
    assertThat(tooLarge.error().code()).isEqualTo(RunError.Code.OUTPUT_NOT_STORABLE);
    assertThat(tooLarge.attempts()).hasSize(1);
  }

  @Test
  void upTo256KibibytesOfMetadataAreTaken() {
    int around = "{\"x\":\"\"}".length();
    String longest = "y".repeat(256 * KIB - around);
    assertThat(
            engine
                .tasks()
                .trigger(FILL, 1, options().metadata(Map.of("x", longest)))
                .retrieve()
                .metadata())
        .containsEntry("x", longest);
    assertThatThrownBy(
            () -> engine.tasks().trigger(FILL, 1, options().metadata(Map.of("x", longest + "y"))))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("262145")
        .hasMessageContaining("maxMetadataBytes is 262144");
  }

  @Test
  void upTo10TagsOf128CharactersAreTaken() {
    String[] ten = IntStream.range(0, 10).mapToObj(i -> i + "t".repeat(127)).toArray(String[]::new);
    assertThat(engine.tasks().trigger(FILL, 1, options().tags(ten)).retrieve().tags())
        .containsExactly(ten);
    String[] eleven = IntStream.range(0, 11).mapToObj(i -> "t" + i).toArray(String[]::new);
    assertThatThrownBy(() -> engine.tasks().trigger(FILL, 1, options().tags(eleven)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("11");
    assertThatThrownBy(() -> engine.tasks().trigger(FILL, 1, options().tags("t".repeat(129))))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("129");
  }

  @Test
  void aBoundOfActiveTimeIsASecondAtLeast() {
    RunHandle<String> shortest = engine.tasks().trigger(FILL, 1, options().maxDuration("1s"));
    assertThat(shortest.retrieve().maxDuration()).isEqualTo(Duration.ofSeconds(1));
    assertThatThrownBy(
            () ->
                engine
                    .tasks()
                    .trigger(FILL, 1, options().maxDuration(Duration.ofSeconds(1).minusNanos(1))))
        .isInstanceOf(InvalidOptionException.class);
  }
}
