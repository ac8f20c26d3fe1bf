package dev.pawl.samples.triggering;

import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Limits;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.h2.H2Store;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** "Large payloads". */
class LargePayloadsTest {
  private static final int MIB = 1 << 20;

  /** Where a file is, instead of what is in it. */
  record Upload(String file) {}

  static final Task<String, Integer> MEASURE =
      Task.define("measure", String.class, Integer.class).run((text, run) -> text.length());

  static final Task<Integer, String> FILL =
      Task.define("fill", Integer.class, String.class).run((length, run) -> "x".repeat(length));

  static final Task<Upload, Long> COUNT_LINES =
      Task.define("count-lines", Upload.class, Long.class)
          .run(
              (upload, run) -> {
                try (var lines = Files.lines(Path.of(upload.file()))) {
                  return lines.count();
                }
              });

  @RegisterExtension
  static final PawlExtension pawl =
      PawlExtension.inMemory().store(H2Store::inMemory).register(MEASURE, FILL, COUNT_LINES);

  @Test
  void aLargePayloadIsTriggeredLikeASmallOne(TestEngine engine) {
    RunHandle<Integer> handle = engine.tasks().trigger(MEASURE, "x".repeat(9 * MIB));
    engine.settle();
    Run<Integer> run = engine.runs().retrieve(handle);
    assertThat(run).hasOutput(9 * MIB);
    assertThat(run.payloadSize()).as("with its two quotes").isEqualTo(9 * MIB + 2);
    assertThat(run.payload(String.class)).hasSize(9 * MIB);
  }

  @Test
  void aLargePayloadIsReadAsAStream(TestEngine engine) throws IOException {
    RunHandle<Integer> handle = engine.tasks().trigger(MEASURE, "x".repeat(9 * MIB));
    engine.settle();
    Run<Integer> run = engine.runs().retrieve(handle);
    try (InputStream payload = engine.runs().openPayload(run.id())) {
      long length = payload.transferTo(OutputStream.nullOutputStream());
      assertThat(length).isEqualTo(run.payloadSize()).isEqualTo(9 * MIB + 2);
    }
  }

  @Test
  void anOutputIsReadAsAStreamToo(TestEngine engine) throws IOException {
    RunHandle<String> handle = engine.tasks().trigger(FILL, 9 * MIB);
    engine.settle();
    try (InputStream output = engine.runs().openOutput(handle.id())) {
      assertThat(output.readAllBytes()).hasSize(9 * MIB + 2);
    }
  }

  @Test
  void moreThanTenMebibytesAreRefused(TestEngine engine) {
    assertThatThrownBy(() -> engine.tasks().trigger(MEASURE, "x".repeat(10 * MIB)))
        .isInstanceOf(PayloadTooLargeException.class);
    assertThat(engine.runs().count(RunQuery.all())).isZero();
  }

  @Test
  void anOutputHasTheSameLimitAndIsNotTriedAgain(TestEngine engine) {
    RunHandle<String> large = engine.tasks().trigger(FILL, 9 * MIB);
    RunHandle<String> tooLarge = engine.tasks().trigger(FILL, 10 * MIB);
    engine.settle();
    assertThat(engine.runs().retrieve(large).output()).hasSize(9 * MIB);
    assertThat(engine.runs().retrieve(tooLarge)).isFailed().hasAttempts(1);
  }

  @Test
  void theLimitsAreSettings() {
    try (TestEngine engine =
        TestEngine.start(
            H2Store.inMemory(),
            builder ->
                builder.register(MEASURE).limits(Limits.defaults().maxPayloadBytes(20 * MIB)))) {
      RunHandle<Integer> handle = engine.tasks().trigger(MEASURE, "x".repeat(12 * MIB));
      engine.settle();
      assertThat(engine.runs().retrieve(handle)).hasOutput(12 * MIB);
    }
  }

  @Test
  void aFileOfAnySizeIsPassedByItsName(TestEngine engine, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("large.json"), "[\n]\n");
    RunHandle<Long> handle = engine.tasks().trigger(COUNT_LINES, new Upload(file.toString()));
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).hasOutput(2L);
  }
}
