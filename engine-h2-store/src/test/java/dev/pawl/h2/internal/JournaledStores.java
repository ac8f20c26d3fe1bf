package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.h2.internal.redo.Disk;
import dev.pawl.h2.internal.redo.FileDisk;
import dev.pawl.h2.internal.redo.RedoJournal;
import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Stores with a journal, opened with the bounds, the disk and the start of a test's choice. */
final class JournaledStores {
  /** Nothing is applied until somebody reads, so that much is left to replay. */
  static final RedoBounds LAZY =
      new RedoBounds(
          Duration.ofHours(1),
          1L << 40,
          1L << 40,
          1L << 40,
          RedoJournal.Settings.SEGMENT_BYTES,
          1L << 40,
          1_000);

  static final UUID BOOT = new UUID(7, 7);
  static final UUID NEXT_BOOT = new UUID(8, 8);

  private JournaledStores() {}

  static H2RunStore open(Path folder, RedoMode mode, RedoBounds bounds, UUID boot) {
    return open(folder, mode, bounds, boot, new FileDisk(folder));
  }

  static H2RunStore open(Path folder, RedoMode mode, RedoBounds bounds, UUID boot, Disk disk) {
    Options pinned = Options.pinned(1, mode);
    Options options =
        new Options(1, pinned.writeDelayMillis(), pinned.retentionMillis(), mode, false, bounds);
    Location.Claim claim = new FileLocation(folder, path -> disk).claim();
    boolean done = false;
    try {
      H2RunStore store =
          H2RunStore.openJournaled(
              claim,
              "opening",
              options,
              new JournaledOpening(
                  claim, disk, () -> boot, "opening", options, Migrations.builtIn()));
      done = true;
      return store;
    } catch (SQLException | IOException e) {
      throw new StoreException("the store cannot be opened: " + e.getMessage(), e);
    } finally {
      if (!done) {
        claim.close();
      }
    }
  }

  /**
   * Copies the folder of a store that is at work: what is there after the process was killed. A
   * copy of the database may be kept meanwhile, and the journal behind it be dropped; then what was
   * taken is of no one moment, and is taken again.
   */
  static Path killed(Path folder, Path copy) throws IOException {
    Set<String> before;
    Set<String> after = copiesAndJournal(folder);
    do {
      before = after;
      Folders.delete(copy);
      copyAll(folder, copy);
      after = copiesAndJournal(folder);
    } while (!before.equals(after));
    return copy;
  }

  private static Set<String> copiesAndJournal(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("pawl-copy-") || name.endsWith(".redo"))
          .collect(Collectors.toSet());
    }
  }

  private static void copyAll(Path folder, Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Path to = copy.resolve(folder.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          copyUnlessDeleted(file, to);
        }
      }
    }
  }

  /** A large value may go while it is copied: that it is gone is one of the states of a kill. */
  private static void copyUnlessDeleted(Path file, Path to) throws IOException {
    try {
      Files.copy(file, to);
    } catch (NoSuchFileException e) {
      Files.deleteIfExists(to);
    }
  }

  /** The group that the database ends with, whatever is pending. */
  static long applied(H2RunStore store) {
    try (var connection = store.database().reading()) {
      return EngineStateTable.commitSeq(new Statements(connection));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until the database was copied, and what the copy has is gone from the journal. */
  static void awaitCut(Path folder) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (copiesAndJournal(folder).contains("pawl-0000000001.redo")) {
      assertThat(System.nanoTime()).as("the journal is cut").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** The names of the files in which large values are. */
  static List<String> valueFiles(Path folder) throws IOException {
    Path values = folder.resolve("pawl.values");
    if (Files.notExists(values)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(values)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
