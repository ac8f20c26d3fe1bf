package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.Disk;
import dev.pawl.h2.internal.redo.FileDisk;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
 */
final class ValueFolder implements ValueKeeper {
  private static final Pattern NAME = Pattern.compile("([0-9a-f]{16})\\.(value|unfinished)");
  private static final String FINISHED = ".value";
  private static final String UNFINISHED = ".unfinished";

  private final Disk store;
  private final String name;
  private final Disk folder;

  /** Whether the folder's own name is known to be durable. */
  private volatile boolean forced;

  /**
   * A folder, which is made with the first value.
   *
   * @param store the folder that it is in
   */
  ValueFolder(Disk store, String name) {
    this.store = store;
    this.name = name;
    this.folder = store.folder(name);
  }

  @Override
  public boolean write(long key, byte[] value) throws IOException {
    makeFolder();
    String finished = name(key, FINISHED);
    if (folder.exists(finished)) {
      return false;
    }
    String unfinished = name(key, UNFINISHED);
    boolean kept = false;
    Disk.OpenFile out = folder.create(unfinished);
    try {
      try (out) {
        out.write(0, value, value.length);
        out.force();
      }
      folder.rename(unfinished, finished);
      folder.forceFolder();
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
    if (store.makeFolder(name)) {
      forced = false;
    }
    if (!forced) {
      store.forceFolder();
      forced = true;
    }
  }

  @Override
  public InputStream open(long key) throws IOException {
    return new BufferedInputStream(folder.open(name(key, FINISHED)), 1 << 16);
  }

  @Override
  public void delete(long key) throws IOException {
    folder.delete(name(key, FINISHED));
    folder.delete(name(key, UNFINISHED));
  }

  @Override
  public List<Long> keys() throws IOException {
    List<Long> keys = new ArrayList<>();
    try {
      for (String file : folder.names()) {
        Matcher name = NAME.matcher(file);
        if (name.matches()) {
          keys.add(HexFormat.fromHexDigitsToLong(name.group(1)));
        }
      }
    } catch (NoSuchFileException e) {
      return keys; // there never was a value
    }
    return keys;
  }

  @Override
  public long bytes() throws IOException {
    long bytes = 0;
    for (long key : keys()) {
      String finished = name(key, FINISHED);
      bytes += folder.isFile(finished) ? folder.size(finished) : 0;
    }
    return bytes;
  }

  @Override
  public void copyAll(BackupFolder to) throws IOException {
    List<Long> keys = keys();
    if (keys.isEmpty()) {
      return;
    }
    Path copies = Files.createDirectory(to.unfinished().resolve(name));
    for (long key : keys) {
      String finished = name(key, FINISHED);
      if (folder.isFile(finished)) {
        to.copy(Path.of(folder.place(finished)), name + "/" + finished, folder.size(finished));
      }
    }
    new FileDisk(copies).forceFolder();
  }

  private static String name(long key, String suffix) {
    return HexFormat.of().toHexDigits(key) + suffix;
  }
}
