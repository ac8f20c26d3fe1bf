package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.FileDisk;
import dev.pawl.spi.StoreException;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that a backup is written to. It has another name until everything in it is on the
 * disk, so what has the name of the backup is one; and nothing that was there is ever replaced.
 */
final class BackupFolder {
  private static final Logger log = LoggerFactory.getLogger(BackupFolder.class);
  private static final String UNFINISHED = ".unfinished";
  private static final int BUFFER = 1024 * 1024;

  /** How a file is written; a test lets it fail. */
  @FunctionalInterface
  interface Output {
    OutputStream open(Path file) throws IOException;
  }

  private final Path target;
  private final Path unfinished;
  private final Output output;
  private final BooleanSupplier stopped;
  private long bytes;

  private BackupFolder(Path target, Path unfinished, Output output, BooleanSupplier stopped) {
    this.target = target;
    this.unfinished = unfinished;
    this.output = output;
    this.stopped = stopped;
  }

  /**
   * Makes the folder, under its other name.
   *
   * @param store the folder of the store, which the backup must not be part of
   * @param stopped whether to give up, asked now and then
   * @throws StoreException if there is something where the backup is to be
   */
  static BackupFolder create(Path target, Path store, Output output, BooleanSupplier stopped)
      throws IOException {
    Path absolute = led(target.toAbsolutePath().normalize());
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      throw new StoreException("a backup needs a folder of its own, not " + target, null);
    }
    requireFree(absolute);
    Files.createDirectories(parent);
    Path folder = parent.toRealPath().resolve(name);
    if (folder.startsWith(store)) {
      throw new StoreException(
          "the backup " + target + " would lie in the folder of its own store; use another", null);
    }
    Path unfinished = folder.resolveSibling(name + UNFINISHED);
    try {
      OwnFolder.create(unfinished);
    } catch (FileAlreadyExistsException e) {
      throw new StoreException(
          unfinished
              + " was left by a backup that was cut off, or belongs to one under way; delete it"
              + " once none is",
          e);
    }
    return new BackupFolder(folder, unfinished, output, stopped);
  }

  /**
   * Where a name leads. A link is an operator's way to another disk: a backup goes there, or
   * nowhere while that disk is not mounted; it must not take the place of the link.
   */
  private static Path led(Path target) throws IOException {
    if (!Files.isSymbolicLink(target)) {
      return target;
    }
    if (!Files.exists(target)) {
      throw new StoreException(
          target
              + " is a link to "
              + Files.readSymbolicLink(target)
              + ", where nothing is; make that folder, or mount its disk",
          null);
    }
    return target.toRealPath();
  }

  private static void requireFree(Path target) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (Files.isDirectory(target)) {
      try (Stream<Path> files = Files.list(target)) {
        if (files.findAny().isEmpty()) {
          return;
        }
      }
    }
    throw new StoreException(
        target + " exists already, and a backup replaces nothing; use another folder", null);
  }

  /** Where files are put together. */
  Path unfinished() {
    return unfinished;
  }

  /**
   * Copies the beginning of a file, and forces it.
   *
   * @param name its name in the backup; may be in a folder that exists there
   * @param length how much of it
   * @return the checksum of what was copied
   */
  int copy(Path from, String name, long length) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER];
    Path to = unfinished.resolve(name);
    try (RandomAccessFile in = new RandomAccessFile(from.toFile(), "r");
        OutputStream out = output.open(to)) {
      for (long left = length; left > 0; ) {
        requireNotStopped();
        int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) {
          throw new EOFException(from + " is shorter than it was");
        }
        crc.update(buffer, 0, read);
        out.write(buffer, 0, read);
        left -= read;
      }
    }
    new FileDisk(unfinished).force(name);
    bytes += length;
    return (int) crc.getValue();
  }

  private void requireNotStopped() throws IOException {
    if (stopped.getAsBoolean()) {
      throw new IOException("the store is being closed");
    }
  }

  /** Everything is there: gives the folder its name. */
  void finish() throws IOException {
    requireNotStopped();
    new FileDisk(unfinished).forceFolder();
    Files.deleteIfExists(target); // only where it is an empty folder
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    Path parent = target.getParent();
    if (parent != null) {
      new FileDisk(parent).forceFolder();
    }
  }

  Path target() {
    return target;
  }

  long bytes() {
    return bytes;
  }

  /** Deletes what there is of a backup that will not be finished: it may have filled a disk. */
  void discard() {
    deleteAll(unfinished);
  }

  /** Deletes a folder with all that is in it. */
  static void deleteAll(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.delete(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      log.warn("The folder {} could not be deleted", folder, e);
    }
  }
}
