package dev.pawl.h2;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Engine;
import dev.pawl.Limits;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.Verification;
import dev.pawl.Verification.Kind;
import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a deploy can know before it is one. */
class VerifyTest {
  /** As the version has it that is running. */
  record OrderV1(String id, int amount) {}

  /** As the next version has it: an amount can no longer be a number. */
  record OrderV2(String id, Amount amount) {}

  record Amount(String currency, long cents) {}

  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((text, run) -> text);
  private static final Task<String, String> GONE =
      Task.define("gone", String.class, String.class).run((text, run) -> text);
  private static final Task<OrderV1, String> ORDER_V1 =
      Task.define("order", OrderV1.class, String.class).run((order, run) -> order.id());
  private static final Task<OrderV2, String> ORDER_V2 =
      Task.define("order", OrderV2.class, String.class).run((order, run) -> order.id());

  @TempDir Path folder;
  private Engine running;

  private Path store() {
    return folder.resolve("jobs");
  }

  @BeforeEach
  void run() {
    running =
        Engine.builder()
            .store(H2Store.file(store()))
            .register(ECHO, GONE, ORDER_V1)
            .limits(Limits.defaults().maxInlineBytes(1_000))
            .lane("old", Runnable::run)
            .open();
  }

  @AfterEach
  void close() {
    running.close();
  }

  /** Name, size, checksum and time of all files. */
  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        CRC32 crc = new CRC32();
        if (Files.isRegularFile(file)) {
          crc.update(Files.readAllBytes(file));
        }
        contents.put(
            file.toString(), crc.getValue() + " " + Files.getLastModifiedTime(file).toMillis());
      }
    }
    return contents;
  }

  private static Verification verify(Path store, Task<?, ?>... tasks) {
    return Engine.builder().store(H2Store.file(store)).register(tasks).verify();
  }

  @Test
  void whatTheNextVersionCannotRunIsFoundBeforeItIsDeployed() throws IOException {
    running.tasks().trigger(ECHO, "fine");
    running.tasks().trigger(ECHO, "fine too ".repeat(1_000));
    RunHandle<String> gone = running.tasks().trigger(GONE, "x", options().delay("1d"));
    RunHandle<String> order = running.tasks().trigger(ORDER_V1, new OrderV1("a", 5));
    RunHandle<String> lane = running.tasks().trigger(ECHO, "x", options().region("old"));
    RunHandle<String> ended = running.tasks().trigger(GONE, "y");
    ended.cancel();
    running.close();
    Map<String, String> before = contents(store());

    Verification found = verify(store(), ECHO, ORDER_V2);

    assertThat(contents(store())).isEqualTo(before);
    assertThat(found.runs()).isEqualTo(5);
    assertThat(found.isClean()).isFalse();
    assertThat(found.problemCount()).isEqualTo(3);
    assertThat(found.counts())
        .isEqualTo(
            Map.of(Kind.UNKNOWN_TASK, 1L, Kind.UNREADABLE_PAYLOAD, 1L, Kind.UNKNOWN_LANE, 1L));
    assertThat(found.problems()).hasSize(3);
    assertThat(found.problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.runId()).isEqualTo(gone.id());
              assertThat(problem.kind()).isEqualTo(Kind.UNKNOWN_TASK);
              assertThat(problem.status()).isEqualTo(RunStatus.DELAYED);
            })
        .anySatisfy(
            problem -> {
              assertThat(problem.runId()).isEqualTo(order.id());
              assertThat(problem.kind()).isEqualTo(Kind.UNREADABLE_PAYLOAD);
              assertThat(problem.taskId()).isEqualTo("order");
              assertThat(problem.message()).contains("OrderV2");
            })
        .anySatisfy(
            problem -> {
              assertThat(problem.runId()).isEqualTo(lane.id());
              assertThat(problem.kind()).isEqualTo(Kind.UNKNOWN_LANE);
            });
    assertThat(
            Engine.builder()
                .store(H2Store.file(store()))
                .register(ECHO, GONE, ORDER_V1)
                .lane("old", Runnable::run)
                .verify()
                .isClean())
        .isTrue();
  }

  @Test
  void aBackupIsVerifiedWhileTheEngineWorks() throws IOException {
    running.tasks().trigger(GONE, "x".repeat(5_000));
    running.backup(folder.resolve("backup"));
    Map<String, String> before = contents(folder.resolve("backup"));
    assertThat(verify(folder.resolve("backup"), GONE).isClean()).isTrue();
    assertThat(verify(folder.resolve("backup"), ECHO).counts())
        .isEqualTo(Map.of(Kind.UNKNOWN_TASK, 1L));
    assertThat(contents(folder.resolve("backup"))).isEqualTo(before);
  }

  @Test
  void aLargePayloadThatIsLostIsFound() throws IOException {
    running.tasks().trigger(ECHO, "x".repeat(5_000));
    running.backup(folder.resolve("backup"));
    try (Stream<Path> values = Files.list(folder.resolve("backup").resolve("pawl.values"))) {
      Files.delete(values.findFirst().orElseThrow());
    }
    Verification found = verify(folder.resolve("backup"), ECHO);
    assertThat(found.counts()).isEqualTo(Map.of(Kind.UNREADABLE_PAYLOAD, 1L));
    assertThat(found.problems().getFirst().message()).contains("missing");
  }

  @Test
  void aStoreThatIsOpenOrNotThereIsRefused() {
    assertThatThrownBy(() -> verify(store(), ECHO))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("already open");
    assertThatThrownBy(() -> verify(folder.resolve("nowhere"), ECHO))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("there is no store");
    assertThat(folder.resolve("nowhere")).doesNotExist();
    assertThatThrownBy(() -> Engine.builder().store(H2Store.inMemory()).verify())
        .isInstanceOf(StoreException.class);
  }
}
