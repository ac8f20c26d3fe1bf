package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.Rows;
import dev.pawl.h2.internal.redo.FileDisk;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that cannot be written, or takes long, does the store no harm. */
class BackupFaultTest {
  /** A copy after each group, so that a backup has to hold on to much. */
  private static final RedoBounds EAGER =
      new RedoBounds(Duration.ofMillis(1), 1, 1L << 40, 1_000, 0, 0);

  @TempDir Path folder;

  private Path store() throws IOException {
    return Files.createDirectories(folder.resolve("store")).toRealPath();
  }

  private H2RunStore open(RedoBounds bounds) throws IOException {
    return JournaledStores.open(store(), RedoMode.FORCED, bounds, JournaledStores.BOOT);
  }

  private static void commit(H2RunStore store, long id) {
    RunRow row = Rows.withPayload(Rows.run(id), store.writeLarge(new byte[] {1, 2, (byte) id}));
    store.commit(changes().create(row).build());
  }

  /** A disk that is full after so many bytes. */
  private static BackupFolder.Output fullAfter(long room) {
    long[] left = {room};
    return file ->
        new OutputStream() {
          private final OutputStream out = new FileOutputStream(file.toFile());

          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            left[0] -= length;
            if (left[0] < 0) {
              throw new IOException("No space left on device");
            }
            out.write(bytes, from, length);
          }

          @Override
          public void close() throws IOException {
            out.close();
          }
        };
  }

  /** Wherever the room ends, nothing is left of the backup, and everything of the store. */
  @Test
  void aDiskThatIsFullInTheMiddleOfABackupHarmsNothing() throws IOException {
    try (H2RunStore store = open(RedoBounds.PINNED)) {
      for (long id = 1; id <= 5; id++) {
        commit(store, id);
      }
      long whole = store.backup(folder.resolve("whole")).bytes();
      for (long room : List.of(0L, 1L, whole / 2, whole - 1)) {
        Path target = folder.resolve("backup-" + room);
        assertThatThrownBy(() -> store.backups(fullAfter(room)).write(target))
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("No space left on device")
            .hasMessageContaining("the store itself is as it was");
        assertThat(target).doesNotExist();
        assertThat(target.resolveSibling(target.getFileName() + ".unfinished")).doesNotExist();
      }
      commit(store, 6);
      assertThat(store.live(0, 10)).hasSize(6);
      assertThat(store.backup(folder.resolve("next")).bytes()).isGreaterThan(whole);
    }
    try (H2RunStore backup = open("next")) {
      assertThat(backup.live(0, 10)).hasSize(6);
    }
  }

  private H2RunStore open(String backup) throws IOException {
    Path path = folder.resolve(backup).toRealPath();
    return JournaledStores.open(
        path, RedoMode.FORCED, RedoBounds.PINNED, JournaledStores.NEXT_BOOT, new FileDisk(path));
  }

  private static CompletableFuture<Void> aside(Runnable work) {
    return CompletableFuture.runAsync(work, Thread::startVirtualThread);
  }

  /** A write that waits for a signal before it goes on. */
  private static final class Slow {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    OutputStream open(Path file) throws IOException {
      reached.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return new FileOutputStream(file.toFile());
    }
  }

  @Test
  void commitsAndCopiesGoOnWhileABackupIsMadeAndWhatItNeedsStays() throws Exception {
    try (H2RunStore store = open(EAGER)) {
      for (long id = 1; id <= 5; id++) {
        commit(store, id);
      }
      store.live(0, 10);
      Slow slow = new Slow();
      Path target = folder.resolve("backup");
      CompletableFuture<?> backup = aside(() -> store.backups(slow::open).write(target));
      slow.reached.await();
      for (long id = 6; id <= 40; id++) {
        commit(store, id);
        assertThat(store.live(id - 1, 10)).hasSize(1); // it comes into the database as well
      }
      store.commit(changes().end(Rows.ended(1, RunStatus.COMPLETED)).build());
      store.commit(changes().deleteRun(1).build()); // with its large value
      assertThat(store.live(0, 100)).hasSize(39);
      slow.goOn.countDown();
      backup.get(20, TimeUnit.SECONDS);
    }
    try (H2RunStore backup = open("backup")) {
      assertThat(backup.live(0, 100)).hasSizeBetween(5, 40);
      for (var live : backup.live(0, 100)) {
        var payload = backup.run(live.id()).orElseThrow().run().payload();
        try (var in = backup.openLarge(payload)) {
          assertThat(in.readAllBytes()).containsExactly(1, 2, (int) live.id());
        }
      }
    }
  }

  @Test
  void aBackupUnderWayIsGivenUpWhenTheStoreIsClosed() throws Exception {
    Path target = folder.resolve("backup");
    Slow slow = new Slow();
    CompletableFuture<?> backup;
    CompletableFuture<?> close;
    try (H2RunStore store = open(RedoBounds.PINNED)) {
      commit(store, 1);
      Backups backups = store.backups(slow::open);
      backup = aside(() -> backups.write(target));
      slow.reached.await();
      close = aside(backups::close);
      while (!backups.isClosed()) {
        Thread.onSpinWait();
      }
      slow.goOn.countDown();
      assertThatThrownBy(() -> backup.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("is being closed");
      close.get(20, TimeUnit.SECONDS);
    }
    assertThat(target).doesNotExist();
  }

  @Test
  void aCopyThatIsDamagedIsNotHandedOnAsABackup() throws IOException {
    try (H2RunStore store = open(EAGER)) {
      commit(store, 1);
      store.live(0, 10);
      while (copies().isEmpty()) {
        Thread.onSpinWait();
      }
    }
    Path copy = copies().getFirst();
    byte[] bytes = Files.readAllBytes(copy);
    bytes[bytes.length / 2] ^= 1;
    Files.write(copy, bytes);
    RedoBounds noMoreCopies = RedoBounds.PINNED;
    try (H2RunStore store = open(noMoreCopies)) {
      assertThatThrownBy(() -> store.backup(folder.resolve("backup")))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is damaged");
    }
    assertThat(folder.resolve("backup")).doesNotExist();
  }

  private List<Path> copies() throws IOException {
    try (var files = Files.list(store())) {
      return files
          .filter(file -> file.getFileName().toString().matches("pawl-copy-\\d.*"))
          .toList();
    }
  }
}
