package dev.pawl.h2.internal;

import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to use a folder: a file beside the database that is locked as long as the store is
 * open, and says who holds it.
 *
 * <p>H2's own lock is not enough. On POSIX systems a process loses its locks on a file when it
 * closes any handle of it, so whoever merely copies the database file in the same process would let
 * a second one in. Nobody else has a reason to open this file; and since two engines of one process
 * would do so, they are told apart in memory, before the file is touched.
 *
 * <p>What is locked is a byte far behind the content: where locks are mandatory the content could
 * not be read otherwise. The lock goes with the process, so a content left by one that was killed
 * means nothing.
 */
final class StoreLock implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StoreLock.class);
  private static final String FILE = "pawl.lock";
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;
  private static final int MAX_CONTENT = 200;

  /**
   * The folders that are open in this process; static because the process is what they are open in.
   */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  /**
   * Handles of a file that another class loader's copy of this class has locked; closing one would
   * unlock it.
   */
  private static final Queue<RandomAccessFile> NEVER_CLOSED = new ConcurrentLinkedQueue<>();

  private final Path folder;
  private final RandomAccessFile file;

  private StoreLock(Path folder, RandomAccessFile file) {
    this.folder = folder;
    this.file = file;
  }

  /** Locks a folder, given by its real path. */
  static StoreLock take(Path folder) {
    if (!OPEN.add(folder)) {
      throw openHere(folder);
    }
    StoreLock lock = null;
    try {
      lock = lockFile(folder);
      return lock;
    } finally {
      if (lock == null) {
        OPEN.remove(folder);
      }
    }
  }

  // Plain files and tryLock, because neither reacts to an interrupt of the thread, as the other
  // means do.
  private static StoreLock lockFile(Path folder) {
    RandomAccessFile file = null;
    FileLock lock = null;
    try {
      file = new RandomAccessFile(folder.resolve(FILE).toFile(), "rw");
      lock = file.getChannel().tryLock(LOCKED_BYTE, 1, false);
      if (lock == null) {
        throw openElsewhere(folder, file);
      }
      file.setLength(0);
      file.write(holder().getBytes(StandardCharsets.UTF_8));
      return new StoreLock(folder, file);
    } catch (OverlappingFileLockException e) {
      NEVER_CLOSED.add(file);
      file = null;
      throw openHere(folder);
    } catch (IOException e) {
      lock = null;
      throw new StoreException(
          "the store "
              + folder
              + " cannot be locked: "
              + e.getMessage()
              + "; the process must be able to write in this folder, and its file system to lock",
          e);
    } finally {
      if (lock == null && file != null) {
        close(file);
      }
    }
  }

  /**
   * Makes sure that nobody has a store open while it is looked at, without a trace of that: no file
   * is made, none is written.
   */
  static Look look(Path folder) {
    if (OPEN.contains(folder)) {
      throw openHere(folder);
    }
    Path name = folder.resolve(FILE);
    if (!Files.isWritable(name)) {
      return new Look(null); // nobody could lock it either
    }
    RandomAccessFile file = null;
    boolean done = false;
    try {
      file = new RandomAccessFile(name.toFile(), "rw");
      if (file.getChannel().tryLock(LOCKED_BYTE, 1, false) == null) {
        throw openElsewhere(folder, file);
      }
      done = true;
      return new Look(file);
    } catch (OverlappingFileLockException e) {
      NEVER_CLOSED.add(file);
      file = null;
      throw openHere(folder);
    } catch (IOException e) {
      throw new StoreException("the store " + folder + " cannot be locked: " + e, e);
    } finally {
      if (!done && file != null) {
        close(file);
      }
    }
  }

  /** A store that nobody can open for now. */
  record Look(@Nullable RandomAccessFile file) implements AutoCloseable {
    @Override
    public void close() {
      if (file != null) {
        StoreLock.close(file);
      }
    }
  }

  private static String holder() {
    ProcessHandle self = ProcessHandle.current();
    return self.pid() + self.info().startInstant().map(start -> " since " + start).orElse("");
  }

  private static StoreException openElsewhere(Path folder, RandomAccessFile file)
      throws IOException {
    byte[] content = new byte[(int) Math.min(file.length(), MAX_CONTENT)];
    file.readFully(content);
    return new StoreException(
        "the store "
            + folder
            + " is open in process "
            + new String(content, StandardCharsets.UTF_8)
            + "; stop that process, or use another folder",
        null);
  }

  private static StoreException openHere(Path folder) {
    return new StoreException(
        "the store "
            + folder
            + " is already open in this process ("
            + holder()
            + "); close the engine that has it, or use another folder",
        null);
  }

  @Override
  public void close() {
    close(file);
    OPEN.remove(folder);
  }

  private static void close(RandomAccessFile file) {
    try {
      file.close();
    } catch (IOException e) {
      log.warn("The lock file of a store could not be closed", e);
    }
  }
}
