package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Engine;
import dev.pawl.Health;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.StoreUnavailableException;
import dev.pawl.Task;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.h2.internal.redo.Disk;
import dev.pawl.h2.internal.redo.FileDisk;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreFigures;
import dev.pawl.spi.StoreState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine tells of a store whose disk fails, and that it goes on by itself. */
class StoreHealthTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((text, run) -> text);

  @TempDir Path folder;

  /** A folder of the file system, whose disk can be filled and made room on. */
  private static final class FullDisk implements Disk {
    private final Disk disk;
    private volatile boolean full;

    FullDisk(Path folder) {
      disk = new FileDisk(folder);
    }

    private void requireRoom() throws IOException {
      if (full) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public List<String> names() throws IOException {
      return disk.names();
    }

    @Override
    public OpenFile create(String name) throws IOException {
      requireRoom();
      OpenFile file = disk.create(name);
      return new OpenFile() {
        @Override
        public void write(long at, byte[] bytes, int length) throws IOException {
          requireRoom();
          file.write(at, bytes, length);
        }

        @Override
        public void force() throws IOException {
          requireRoom();
          file.force();
        }

        @Override
        public void truncate(long size) throws IOException {
          file.truncate(size);
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }

    @Override
    public boolean exists(String name) {
      return disk.exists(name);
    }

    @Override
    public boolean isMissing(String name) {
      return disk.isMissing(name);
    }

    @Override
    public boolean isFile(String name) {
      return disk.isFile(name);
    }

    @Override
    public boolean isAccessible(String name) {
      return disk.isAccessible(name);
    }

    @Override
    public long size(String name) throws IOException {
      return disk.size(name);
    }

    @Override
    public InputStream open(String name) throws IOException {
      return disk.open(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      disk.rename(from, to);
    }

    @Override
    public boolean makeFolder(String name) throws IOException {
      requireRoom();
      return disk.makeFolder(name);
    }

    @Override
    public Disk folder(String name) {
      return disk.folder(name);
    }

    @Override
    public String h2Name(String name) {
      return disk.h2Name(name);
    }

    @Override
    public byte[] read(String name) throws IOException {
      return disk.read(name);
    }

    @Override
    public void truncate(String name, long size) throws IOException {
      disk.truncate(name, size);
    }

    @Override
    public void force(String name) throws IOException {
      disk.force(name);
    }

    @Override
    public void delete(String name) throws IOException {
      disk.delete(name);
    }

    @Override
    public void forceFolder() throws IOException {
      disk.forceFolder();
    }

    @Override
    public String place(String name) {
      return disk.place(name);
    }
  }

  @Test
  void aFullDiskIsReportedRefusesTriggersAndIsOverByItself() throws InterruptedException {
    FullDisk disk = new FullDisk(folder);
    try (Engine engine =
        Engine.builder()
            .store(
                () ->
                    JournaledStores.open(
                        folder, RedoMode.FORCED, RedoBounds.PINNED, JournaledStores.BOOT, disk))
            .register(ECHO)
            .start()) {
      RunHandle<String> before = engine.tasks().trigger(ECHO, "before");
      before.await(Duration.ofSeconds(20)).unwrap();
      disk.full = true;
      assertThatThrownBy(() -> engine.tasks().trigger(ECHO, "lost or not"))
          .isInstanceOf(OutcomeUnknownException.class);
      assertThatThrownBy(() -> engine.tasks().trigger(ECHO, "refused"))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("No space left on device");
      assertThat(engine.health().status()).isEqualTo(Health.Status.STORE_UNAVAILABLE);
      assertThat(engine.health().reason()).contains("No space left on device");
      disk.full = false;
      RunHandle<String> after = triggerOnceThereIsRoom(engine);
      assertThat(after.await(Duration.ofSeconds(20)).unwrap()).isEqualTo("after");
      assertThat(engine.health().isUp()).isTrue();
      assertThat(engine.awaitIdle(Duration.ofSeconds(20))).isTrue();
      assertThat(engine.runs().stream(RunQuery.all()).map(run -> run.payload(String.class)))
          .containsExactly("after", "lost or not", "before");
    }
  }

  private static RunHandle<String> triggerOnceThereIsRoom(Engine engine) {
    for (int tries = 0; tries < 1_000; tries++) {
      try {
        return engine.tasks().trigger(ECHO, "after");
      } catch (StoreUnavailableException e) {
        LockSupport.parkNanos(10_000_000);
      }
    }
    throw new AssertionError("the engine does not go on");
  }

  @Test
  @SuppressWarnings("try") // what it tells once it is closed is looked at
  void aStoreTellsWhatItTakes() {
    RunStore closed;
    try (RunStore store = H2Store.file(folder).open()) {
      store.commit(ChangesBuilder.changes().create(Rows.run(1)).build());
      StoreFigures figures = store.figures();
      assertThat(figures.dataBytes()).isPositive();
      assertThat(figures.journalBytes()).isPositive();
      assertThat(figures.freeBytes()).isPositive();
      assertThat(figures.concerns().stream().map(Health.Concern::kind))
          .doesNotContain(Health.Kind.JOURNAL_GROWS, Health.Kind.DATABASE_BEHIND);
      closed = store;
    }
    assertThat(closed.figures()).isEqualTo(StoreFigures.NONE);
  }

  @Test
  void aJournalThatGrowsSinceTheDatabaseCannotBeCopiedIsAConcern() throws IOException {
    // Each application of a group is followed by a copy.
    RedoBounds eager = new RedoBounds(Duration.ofMillis(1), 1, 1, 1L << 40, 1_000, 0, 0);
    Path inTheWay = folder.resolve("pawl-copy-unfinished");
    try (H2RunStore store =
        JournaledStores.open(folder, RedoMode.WRITTEN, eager, JournaledStores.BOOT)) {
      Files.createDirectories(inTheWay.resolve("not empty"));
      assertThat(concern(store, Health.Kind.JOURNAL_GROWS, true).orElseThrow().message())
          .contains("grows until the database can be copied");
      Files.delete(inTheWay.resolve("not empty")); // so that the next copy replaces the folder
      assertThat(concern(store, Health.Kind.JOURNAL_GROWS, false)).isEmpty();
    }
  }

  /** Commits until a concern is there, or is not. */
  private static Optional<Health.Concern> concern(
      H2RunStore store, Health.Kind kind, boolean wanted) {
    Optional<Health.Concern> found = Optional.empty();
    for (int i = 0; i < 10_000; i++) {
      long id = store.state().lastId() + 1;
      store.commit(
          ChangesBuilder.changes().create(Rows.run(id)).state(new StoreState(1, id, id)).build());
      store.live(id, 1); // which waits until that is in the database
      found =
          store.figures().concerns().stream().filter(concern -> concern.kind() == kind).findFirst();
      if (found.isPresent() == wanted) {
        return found;
      }
    }
    return found;
  }
}
