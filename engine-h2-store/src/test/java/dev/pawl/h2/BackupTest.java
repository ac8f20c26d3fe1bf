package dev.pawl.h2;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Backup;
import dev.pawl.Engine;
import dev.pawl.Limits;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Backups of an engine at work: whole, independent of it, and never in anybody's way. */
class BackupTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((text, run) -> text);

  @TempDir Path folder;

  private Path source() {
    return folder.resolve("jobs");
  }

  private static Engine start(Path store, H2Store.Durability durability) {
    return Engine.builder()
        .store(H2Store.file(store).durability(durability))
        .register(ECHO)
        .limits(Limits.defaults().maxInlineBytes(100))
        .start();
  }

  /** A run with its values, which may be large. */
  private record Seen(RunStatus status, String payload, @Nullable Object output) {
    static Seen of(Run<?> run) {
      boolean completed = run.status() == RunStatus.COMPLETED;
      return new Seen(run.status(), run.payload(String.class), completed ? run.output() : null);
    }
  }

  private static Map<String, Seen> runsOf(Path store) {
    try (Engine engine = Engine.builder().store(H2Store.file(store)).register(ECHO).open()) {
      return engine.runs().stream(RunQuery.all())
          .collect(Collectors.toMap(run -> run.id(), Seen::of));
    }
  }

  /**
   * Several threads trigger while backups are made: each backup has every run whose trigger had
   * returned before, and of each run a whole state.
   */
  @ParameterizedTest
  @EnumSource(names = {"PROCESS", "POWER"})
  void aBackupUnderLoadHoldsAWholeStateWithAllThatWasAcknowledgedBefore(
      H2Store.Durability durability) throws Exception {
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    AtomicBoolean enough = new AtomicBoolean();
    List<Path> backups = new ArrayList<>();
    List<Set<String>> before = new ArrayList<>();
    try (Engine engine = start(source(), durability)) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        callers.add(
            Thread.startVirtualThread(
                () -> {
                  for (int n = 0; !enough.get(); n++) {
                    String payload = n % 10 == 0 ? "large ".repeat(100) : "small";
                    acknowledged.add(engine.tasks().trigger(ECHO, payload).id());
                  }
                }));
      }
      for (int i = 0; i < 3; i++) {
        while (acknowledged.size() < 20 * (i + 1)) {
          Thread.onSpinWait();
        }
        before.add(Set.copyOf(acknowledged));
        Backup backup = engine.backup(folder.resolve("backup-" + i));
        assertThat(backup.bytes()).isPositive();
        backups.add(backup.folder());
      }
      enough.set(true);
      for (Thread caller : callers) {
        caller.join();
      }
    }
    assertThat(before.getLast()).isNotEmpty();
    for (int i = 0; i < backups.size(); i++) {
      Map<String, Seen> runs = runsOf(backups.get(i));
      assertThat(runs.keySet()).containsAll(before.get(i));
      for (Seen run : runs.values()) {
        if (run.status == RunStatus.COMPLETED) {
          assertThat(run.output).isEqualTo(run.payload); // large values are there as well
        }
      }
    }
    assertThat(runsOf(source()).keySet()).containsAll(acknowledged);
  }

  @Test
  void whatIsInABackupGoesOnWhereItWas() throws InterruptedException {
    String large = "x".repeat(10_000);
    RunHandle<String> handle;
    try (Engine engine = start(source(), H2Store.Durability.POWER)) {
      handle = engine.tasks().trigger(ECHO, large, options().delay("1s"));
      engine.backup(folder.resolve("backup"));
      handle.cancel();
    }
    try (Engine restored = start(folder.resolve("backup"), H2Store.Durability.POWER)) {
      assertThat(restored.runs().await(handle.id(), Duration.ofSeconds(20)).unwrap())
          .isEqualTo(large);
      restored.backup(folder.resolve("backup of a backup"));
    }
    assertThat(runsOf(folder.resolve("backup of a backup")).get(handle.id()).output())
        .isEqualTo(large);
    assertThat(runsOf(source()).get(handle.id()).status()).isEqualTo(RunStatus.CANCELED);
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void nobodyElseCanReadAStoreOrItsBackup() throws IOException {
    Path mine = Files.createDirectory(folder.resolve("mine"));
    Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rwxr-x---"));
    try (Engine engine = start(folder.resolve("new").resolve("jobs"), H2Store.Durability.PROCESS);
        Engine shared = start(mine, H2Store.Durability.PROCESS)) {
      engine.tasks().trigger(ECHO, "x".repeat(10_000), options().delay("1h"));
      engine.backup(folder.resolve("backup"));
      shared.tasks().trigger(ECHO, "x", options().delay("1h"));
    }
    assertThat(permissions(folder.resolve("new").resolve("jobs"))).isEqualTo("rwx------");
    assertThat(permissions(folder.resolve("backup"))).isEqualTo("rwx------");
    assertThat(permissions(mine)).as("what somebody has made stays").isEqualTo("rwxr-x---");
  }

  private static String permissions(Path folder) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aLinkIsFollowedOrLeftAlone() throws IOException {
    Path mounted = Files.createDirectory(folder.resolve("mounted"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), mounted);
    Path dangling =
        Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("not mounted"));
    try (Engine engine = start(source(), H2Store.Durability.PROCESS)) {
      String runId = engine.tasks().trigger(ECHO, "x", options().delay("1h")).id();
      assertThatThrownBy(() -> engine.backup(dangling))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("not mounted, where nothing is");
      assertThat(engine.backup(link).folder()).isEqualTo(mounted.toRealPath());
      assertThat(runsOf(mounted)).containsOnlyKeys(runId);
    }
    assertThat(dangling).isSymbolicLink();
    assertThat(link).isSymbolicLink();
  }

  @Test
  void nothingIsEverReplaced() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("taken"));
    Files.writeString(taken.resolve("note"), "mine");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path file = Files.writeString(folder.resolve("file"), "mine");
    try (Engine engine = start(source(), H2Store.Durability.PROCESS)) {
      for (Path target : List.of(taken, file, source(), source().resolve("inside"))) {
        assertThatThrownBy(() -> engine.backup(target)).isInstanceOf(StoreException.class);
      }
      assertThat(engine.backup(empty).folder()).isEqualTo(empty.toRealPath());
      assertThatThrownBy(() -> engine.backup(empty))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("replaces nothing");
    }
    assertThat(taken.resolve("note")).hasContent("mine");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("taken", "empty", "file", "jobs");
    }
  }

  @Test
  void aStoreInMemoryHasNothingToBackUp() {
    try (Engine engine = Engine.builder().store(H2Store.inMemory()).open()) {
      assertThatThrownBy(() -> engine.backup(folder.resolve("backup")))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("no files");
    }
    assertThat(folder.resolve("backup")).doesNotExist();
  }
}
