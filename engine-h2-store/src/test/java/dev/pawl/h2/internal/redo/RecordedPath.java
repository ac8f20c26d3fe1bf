package dev.pawl.h2.internal.redo;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.message.DbException;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;

/**
 * H2's view of a {@link Recording}: {@code recorded:}, the number of the recording, and the name of
 * a file in it.
 *
 * <p>Public, with a public constructor, because H2 makes the instances.
 */
public final class RecordedPath extends FilePath {
  private static final String SCHEME = "recorded";
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final Map<Long, WeakReference<Recording>> RECORDINGS = new ConcurrentHashMap<>();

  static {
    FilePath.register(new RecordedPath());
  }

  private Recording recording;
  private String file;

  /** How H2 calls a file. */
  static String name(Recording recording, String file) {
    long number = NUMBERS.incrementAndGet();
    RECORDINGS.put(number, new WeakReference<>(recording));
    return SCHEME + ":" + number + "/" + file;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public RecordedPath getPath(String path) {
    RecordedPath made = new RecordedPath();
    made.name = path;
    int slash = path.indexOf('/');
    int end = slash < 0 ? path.length() : slash;
    made.recording = RECORDINGS.get(Long.parseLong(path.substring(SCHEME.length() + 1, end))).get();
    made.file = slash < 0 ? "" : path.substring(slash + 1);
    return made;
  }

  /** What H2 expects to be thrown. */
  private static DbException unchecked(IOException e) {
    return DbException.convertIOException(e, "recorded");
  }

  @Override
  public long size() {
    try {
      return recording.size(recording.file(file));
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public boolean exists() {
    return recording.isFile(file) || isDirectory();
  }

  @Override
  public boolean isDirectory() {
    return recording.isFolder(file);
  }

  @Override
  public boolean isRegularFile() {
    return recording.isFile(file);
  }

  @Override
  public boolean isAbsolute() {
    return true;
  }

  @Override
  public long lastModified() {
    return 0;
  }

  @Override
  public boolean canWrite() {
    return !recording.isReadOnly();
  }

  @Override
  public boolean setReadOnly() {
    return false;
  }

  @Override
  public RecordedPath toRealPath() {
    return this;
  }

  @Override
  public RecordedPath getParent() {
    int slash = name.lastIndexOf('/');
    return slash < 0 ? null : getPath(name.substring(0, slash));
  }

  @Override
  public List<FilePath> newDirectoryStream() {
    try {
      List<FilePath> children = new ArrayList<>(); // H2 changes it
      for (String child : recording.names(file.isEmpty() ? "" : file + "/")) {
        children.add(getPath(name + "/" + child));
      }
      return children;
    } catch (IOException e) {
      throw unchecked(e);
    }
  }

  @Override
  public void createDirectory() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean createFile() {
    try {
      if (recording.isFile(file)) {
        return false;
      }
      recording.create(file);
      return true;
    } catch (IOException e) {
      throw unchecked(e);
    }
  }

  @Override
  public void moveTo(FilePath newName, boolean atomicReplace) {
    try {
      recording.rename(file, ((RecordedPath) newName).file);
    } catch (IOException e) {
      throw unchecked(e);
    }
  }

  @Override
  public void delete() {
    try {
      recording.delete(file);
    } catch (IOException e) {
      throw unchecked(e);
    }
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    boolean writing = mode.contains("w");
    if (writing && !recording.isFile(file)) {
      return new Channel(recording, recording.create(file), true);
    }
    if (writing && recording.isReadOnly()) {
      throw new IOException("Read-only file system");
    }
    return new Channel(recording, recording.file(file), writing);
  }

  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the recording has a lock of its own
  private static final class Channel extends FileBaseDefault {
    private final Recording recording;
    private final int file;
    private final boolean writing;

    Channel(Recording recording, int file, boolean writing) {
      this.recording = recording;
      this.file = file;
      this.writing = writing;
      recording.opened(1);
    }

    @Override
    protected void implCloseChannel() {
      recording.opened(-1);
    }

    @Override
    public long size() {
      return recording.size(file);
    }

    @Override
    public int read(ByteBuffer into, long at) {
      byte[] bytes = new byte[into.remaining()];
      int read = recording.read(file, at, bytes);
      if (read > 0) {
        into.put(bytes, 0, read);
      }
      return read;
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
      requireWriting();
      byte[] bytes = new byte[from.remaining()];
      from.get(bytes);
      recording.write(file, at, bytes, bytes.length);
      return bytes.length;
    }

    @Override
    protected void implTruncate(long size) throws IOException {
      requireWriting();
      if (size < size()) {
        recording.truncate(file, size);
      }
    }

    private void requireWriting() {
      if (!writing) {
        throw new NonWritableChannelException();
      }
    }

    @Override
    public void force(boolean metaData) throws IOException {
      recording.force(file);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      return new FileLock(this, position, size, shared) {
        @Override
        public boolean isValid() {
          return true;
        }

        @Override
        public void release() {}
      };
    }
  }
}
