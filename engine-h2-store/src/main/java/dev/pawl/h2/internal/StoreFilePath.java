package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.FileDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * One of H2's file systems, in which each opening of a file has a name of its own and a list of its
 * channels.
 *
 * <p>The name is {@code pawl:}, a number, a colon and the name below, which is that of {@link
 * dev.pawl.h2.internal.redo.Disk#h2Name}. The number because H2 finds open databases by name: when
 * a late statement finds its database closed, H2 strikes out the database of that name, which by
 * then would be the one that was opened in its place. The list because an open that fails in the
 * wrong place leaves its channel open, and the file locked until the process ends.
 *
 * <p>Public, with a public constructor, because H2 makes the instances.
 */
public final class StoreFilePath extends FilePathWrapper {
  private static final String SCHEME = "pawl";
  private static final AtomicLong OPENINGS = new AtomicLong();

  private static final Map<String, Queue<FileChannel>> OPENED = new ConcurrentHashMap<>();

  /** Makes the prefix known to H2; more than once does no harm. */
  static void register() {
    FilePath.register(new StoreFilePath());
  }

  /** A name for a new opening of a file, given by its name on the file system below. */
  static String newName(String below) {
    return SCHEME + ":" + OPENINGS.incrementAndGet() + ":" + below;
  }

  /** Closes what is still open of an opening, once nothing may use it any more. */
  static void closeAll(String name) throws IOException {
    Queue<FileChannel> channels = OPENED.remove(name);
    if (channels != null) {
      for (FileChannel channel : channels) {
        channel.close();
      }
    }
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  protected FilePath unwrap(String path) {
    return FilePath.get(path.substring(prefixLength(path)));
  }

  @Override
  protected String getPrefix() {
    return name.substring(0, prefixLength(name));
  }

  /** Up to and with the second colon. */
  private static int prefixLength(String path) {
    return path.indexOf(':', SCHEME.length() + 1) + 1;
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    FileChannel channel = openBelow(mode);
    if (name.endsWith(FileLocation.DATABASE_SUFFIX)) {
      OPENED.computeIfAbsent(name, any -> new ConcurrentLinkedQueue<>()).add(channel);
    }
    return channel;
  }

  private FileChannel openBelow(String mode) throws IOException {
    FilePath below = getBase();
    FileChannel channel = below.open(mode);
    return below.getScheme().equals(FileDisk.H2_SCHEME)
        ? ReadByCaller.on(channel, below.toString().substring(FileDisk.H2_SCHEME.length() + 1))
        : channel;
  }
}
