package dev.pawl.h2.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.store.fs.FileBase;

/**
 * A file on H2's asynchronous file system that is read by the thread that calls. An asynchronous
 * channel reads on a thread of its own, so that each page of the database that is not in memory
 * costs two changes of threads, many times what the read itself does. A {@link RandomAccessFile} is
 * as little harmed by interrupts as that channel is.
 */
@SuppressWarnings(
    "UnsynchronizedOverridesSynchronized") // the channel is safe, and writes may be slow
final class ReadByCaller extends FileBase {
  private final FileChannel channel;
  private final RandomAccessFile file;

  /**
   * Held while {@link #file} is where it is to be read, and while it is closed: unlike a channel, a
   * {@link RandomAccessFile} lets a close come between, after which its number may be that of a
   * file of somebody else, which would be put where this one was to be read.
   */
  private final ReentrantLock reading = new ReentrantLock();

  private ReadByCaller(FileChannel channel, RandomAccessFile file) {
    this.channel = channel;
    this.file = file;
  }

  /**
   * A channel that reads so.
   *
   * @param channel an open channel on the file
   */
  static FileChannel on(FileChannel channel, String path) throws IOException {
    RandomAccessFile file = null;
    try {
      file = new RandomAccessFile(path, "r");
      return new ReadByCaller(channel, file);
    } finally {
      if (file == null) {
        channel.close();
      }
    }
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    if (!into.hasArray()) {
      return channel.read(into, position);
    }
    reading.lock();
    try {
      if (!isOpen()) {
        throw new ClosedChannelException();
      }
      file.seek(position);
      int read = file.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
      if (read > 0) {
        into.position(into.position() + read);
      }
      return read;
    } finally {
      reading.unlock();
    }
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    return channel.write(from, position);
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return channel.read(into);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return channel.write(from);
  }

  @Override
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    channel.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    channel.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    channel.force(metaData);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return channel.tryLock(position, size, shared);
  }

  /** Both at once: on many systems a process loses its locks on a file with any close of it. */
  @Override
  protected void implCloseChannel() throws IOException {
    reading.lock();
    try (file) {
      channel.close();
    } finally {
      reading.unlock();
    }
  }

  @Override
  public String toString() {
    return channel.toString();
  }
}
