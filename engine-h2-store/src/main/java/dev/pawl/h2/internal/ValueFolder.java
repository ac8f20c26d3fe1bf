package dev.pawl.h2.internal;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Large values as files, one each, in a folder beside the database. A file gets its name only once
 * all of it is on the disk, so what has the name of a value is whole.
 *
 * <p>A name is made of a number and nothing else, and links are not followed: whatever stands in
 * the database, no file outside of the folder is read, written or deleted. Files with other names
 * are left alone.
 *
 * <p>Old-fashioned streams, because an interrupt closes a channel in the middle of its work.
 */
final class ValueFolder implements ValueKeeper {
  private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})\\.(value|unfinished)");
  private static final String FINISHED = ".value";
  private static final String UNFINISHED = ".unfinished";

  private final Path folder;

  /** Whether the folder's own name is known to be durable. */
  private volatile boolean forced;

  ValueFolder(Path folder) {
    this.folder = folder;
  }

  @Override
  public boolean write(long key, byte[] value) throws IOException {
    makeFolder();
    Path finished = path(key, FINISHED);
    if (Files.exists(finished, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Path unfinished = path(key, UNFINISHED);
    boolean kept = false;
    Files.createFile(unfinished); // follows no link and opens nothing that is there
    try {
      try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
        out.write(value);
        out.getFD().sync();
      }
      Files.move(unfinished, finished, StandardCopyOption.ATOMIC_MOVE);
      force(folder);
      kept = true;
      return true;
    } finally {
      if (!kept) {
        delete(key);
      }
    }
  }

  /**
   * Any number of threads may come with the first value, and each needs the folder's name forced.
   */
  private void makeFolder() throws IOException {
    try {
      Files.createDirectory(folder);
      forced = false;
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(folder + " is no folder of this store's; move it away", e);
      }
    }
    Path parent = folder.getParent();
    if (!forced && parent != null) {
      force(parent);
      forced = true;
    }
  }

  /**
   * Makes the names in a folder durable. Only a channel can do that, and an interrupt closes it:
   * then it is done once more, and the flag is set again.
   */
  private static void force(Path folder) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      boolean forced = false;
      while (!forced) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
          forced = true;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public InputStream open(long key) throws IOException {
    Path finished = path(key, FINISHED);
    requireThere(finished);
    try {
      return new BufferedInputStream(new FileInputStream(finished.toFile()), 1 << 16);
    } catch (FileNotFoundException e) {
      requireThere(finished); // it was deleted just now; otherwise e says something else
      throw e;
    }
  }

  private static void requireThere(Path file) throws NoSuchFileException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(file.toString());
    }
  }

  @Override
  public void delete(long key) throws IOException {
    Files.deleteIfExists(path(key, FINISHED));
    Files.deleteIfExists(path(key, UNFINISHED));
  }

  @Override
  public List<Long> keys() throws IOException {
    List<Long> keys = new ArrayList<>();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return keys;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (name.matches()) {
          keys.add(HexFormat.fromHexDigitsToLong(name.group(1)));
        }
      }
    }
    return keys;
  }

  @Override
  public long bytes() throws IOException {
    long bytes = 0;
    for (long key : keys()) {
      Path finished = path(key, FINISHED);
      bytes += Files.isRegularFile(finished, LinkOption.NOFOLLOW_LINKS) ? Files.size(finished) : 0;
    }
    return bytes;
  }

  @Override
  public void copyAll(BackupFolder to) throws IOException {
    List<Long> keys = keys();
    if (keys.isEmpty()) {
      return;
    }
    String name = folder.getFileName() + "/";
    Path copies = Files.createDirectory(to.unfinished().resolve(name));
    for (long key : keys) {
      Path finished = path(key, FINISHED);
      if (Files.isRegularFile(finished, LinkOption.NOFOLLOW_LINKS)) {
        to.copy(finished, name + finished.getFileName(), Files.size(finished));
      }
    }
    force(copies);
  }

  private Path path(long key, String suffix) {
    return folder.resolve(HexFormat.of().toHexDigits(key) + suffix);
  }
}
