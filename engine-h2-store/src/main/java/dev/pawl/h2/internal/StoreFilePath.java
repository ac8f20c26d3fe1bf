package dev.pawl.h2.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * H2's asynchronous file system, with a list of the channels that it opened. An open of a database
 * that fails in the wrong place leaves its channel open and the file locked until the process ends;
 * who knows the channels can close them.
 *
 * <p>The name of a file is {@code pawl:async:} and its path. {@code async:} because an interrupt of
 * a thread that is in file I/O closes the channel, and so the database, on every other file system
 * of H2. Public, with a public constructor, because H2 makes the instances.
 */
public final class StoreFilePath extends FilePathWrapper {
  /** What a database name begins with. */
  static final String PREFIX = "pawl:async:";

  private static final Map<String, Queue<FileChannel>> OPENED = new ConcurrentHashMap<>();

  /** Makes the prefix known to H2; more than once does no harm. */
  static void register() {
    FilePath.register(new StoreFilePath());
  }

  /** Closes what is still open of a file, once nothing may use it any more. */
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
    return "pawl";
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    FileChannel channel = getBase().open(mode);
    if (name.endsWith(FileLocation.DATABASE_SUFFIX)) {
      OPENED.computeIfAbsent(name, any -> new ConcurrentLinkedQueue<>()).add(channel);
    }
    return channel;
  }
}
