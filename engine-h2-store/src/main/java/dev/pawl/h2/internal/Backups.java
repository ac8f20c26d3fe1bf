package dev.pawl.h2.internal;

import dev.pawl.Backup;
import dev.pawl.h2.internal.redo.Disk;
import dev.pawl.h2.internal.redo.RedoJournal;
import dev.pawl.spi.StoreException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes backups of a store that is at work: the last good copy of its database, the files of its
 * journal from there on, and its large values. Between them they hold every group that was
 * acknowledged before the backup began, and opening them is what is done after a power loss anyway.
 *
 * <p>Nothing waits for a backup: neither commits, which go to the journal's end, nor the thread
 * that writes to the database. What it reads never changes; that it is not deleted meanwhile,
 * {@link Tidying} and {@link LargeValues} are told. So while a backup is made the journal is not
 * cut, and values that rows have given up stay.
 */
final class Backups {
  /** Where the store shares its disk with the backup, this much must be left to it. */
  private static final long LEFT_TO_THE_STORE = 64L * 1024 * 1024;

  private final Path folder;
  private final Disk disk;
  private final String name;
  private final RedoJournal journal;
  private final Copies copies;
  private final Tidying tidying;
  private final LargeValues large;
  private final BackupFolder.Output output;

  /** One at a time, and none once the store is closing. */
  private final ReentrantLock turn = new ReentrantLock();

  private volatile boolean closed;

  Backups(
      Path folder,
      Disk disk,
      String name,
      RedoJournal journal,
      Tidying tidying,
      LargeValues large,
      BackupFolder.Output output) {
    this.folder = folder;
    this.disk = disk;
    this.name = name;
    this.journal = journal;
    this.copies = new Copies(disk);
    this.tidying = tidying;
    this.large = large;
    this.output = output;
  }

  /** With files of the file system. */
  Backups(
      Path folder,
      Disk disk,
      String name,
      RedoJournal journal,
      Tidying tidying,
      LargeValues large) {
    this(folder, disk, name, journal, tidying, large, file -> new FileOutputStream(file.toFile()));
  }

  /** The same with files that are written in another way. */
  Backups writing(BackupFolder.Output output) {
    return new Backups(folder, disk, name, journal, tidying, large, output);
  }

  /**
   * Makes a backup; returns when it is on the disk.
   *
   * @throws StoreException if it could not be made; then nothing is left of it, and the store is as
   *     it was
   */
  Backup write(Path target) {
    turn.lock();
    try {
      BackupFolder to = BackupFolder.create(target, folder, output, () -> closed);
      boolean done = false;
      try {
        copyAll(to);
        to.finish();
        done = true;
      } finally {
        if (!done) {
          to.discard();
        }
      }
      return new Backup(to.target(), to.bytes());
    } catch (IOException e) {
      throw new StoreException(
          "the store "
              + name
              + " could not be backed up to "
              + target
              + ": "
              + e
              + "; the store itself is as it was",
          e);
    } finally {
      turn.unlock();
    }
  }

  private void copyAll(BackupFolder to) throws IOException {
    large.keepAll();
    try {
      tidying.keepAll();
      try {
        Optional<Copies.Copy> copy = copies.newest();
        List<RedoJournal.Part> parts = journal.parts(copy.map(Copies.Copy::seq).orElse(0L));
        requireRoom(to.unfinished(), copy, parts);
        if (copy.isPresent()) {
          copyOfDatabase(to, folder.resolve(copy.get().name()), copy.get().crc32c());
        }
        for (RedoJournal.Part part : parts) {
          to.copy(folder.resolve(part.file()), part.file(), part.length());
        }
      } finally {
        tidying.keepNoLonger();
      }
      large.copyAll(to);
    } finally {
      large.keepNoLonger();
    }
  }

  private static void copyOfDatabase(BackupFolder to, Path copy, int crc32c) throws IOException {
    if (to.copy(copy, String.valueOf(copy.getFileName()), Files.size(copy)) != crc32c) {
      throw new IOException(
          copy + " is damaged; close the store and open it again, which makes another copy");
    }
  }

  /** A backup that cannot succeed must not take the room that the store needs to go on. */
  private void requireRoom(Path to, Optional<Copies.Copy> copy, List<RedoJournal.Part> parts)
      throws IOException {
    long needed = parts.stream().mapToLong(RedoJournal.Part::length).sum() + large.bytes();
    if (copy.isPresent()) {
      needed += disk.size(copy.get().name());
    }
    if (Files.getFileStore(to).equals(Files.getFileStore(folder))) {
      needed += LEFT_TO_THE_STORE;
    }
    long free = Files.getFileStore(to).getUsableSpace();
    if (free < needed) {
      throw new IOException("it needs " + needed + " bytes, and " + free + " are free");
    }
  }

  /** No backup from now on; one that is under way gives up. Returns when none is. */
  @SuppressWarnings("LockNotBeforeTry") // it is only waited for
  void close() {
    closed = true;
    turn.lock();
    turn.unlock();
  }

  boolean isClosed() {
    return closed;
  }
}
