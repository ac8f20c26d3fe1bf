package dev.pawl.h2.internal.redo;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A file system in memory that remembers every operation, in the order in which they were done.
 * Names are those of files, or of files in a folder. Any thread may use it.
 */
public final class Recording {
  /** What can be done to a disk. */
  public enum Kind {
    CREATE,
    WRITE,
    TRUNCATE,
    FORCE,
    RENAME,
    DELETE,
    MAKE_FOLDER,
    FORCE_FOLDER
  }

  /** One operation. */
  static final class Operation {
    final Kind kind;
    final String name;

    /** The new name of a file that is renamed. */
    final String to;

    /** Tells files apart that had the same name one after the other; -1 for a folder. */
    final int file;

    /** Where something is written, or the size that a file is cut to. */
    final long at;

    final byte[] bytes;

    Operation(Kind kind, String name, String to, int file, long at, byte[] bytes) {
      this.kind = kind;
      this.name = name;
      this.to = to;
      this.file = file;
      this.at = at;
      this.bytes = bytes;
    }
  }

  /** Decides which operations fail. */
  public interface Fault {
    /** Whether the operation fails, which is the {@code index}-th. */
    boolean fails(int index, Kind kind);
  }

  private static final byte[] NOTHING = new byte[0];

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Integer> names = new TreeMap<>();
  private final Set<String> folders = new HashSet<>();
  private final Map<Integer, Content> contents = new HashMap<>();
  private int files;
  private Fault fault = (index, kind) -> false;
  private int attempted;
  private long capacity = Long.MAX_VALUE;
  private boolean readOnly;
  private int open;

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Something that may fail. */
  private interface Step<T> {
    T done() throws IOException;
  }

  private <T> T step(Step<T> step) throws IOException {
    lock.lock();
    try {
      return step.done();
    } finally {
      lock.unlock();
    }
  }

  /** The first operations. */
  List<Operation> operations(int count) {
    return locked(() -> List.copyOf(operations.subList(0, count)));
  }

  /** How many operations there were. */
  int operations() {
    return locked(operations::size);
  }

  /** How many operations were tried since faults were set, with those that failed. */
  int attempted() {
    return locked(() -> attempted);
  }

  /** How many bytes all files take. */
  long bytes() {
    return locked(() -> names.values().stream().mapToLong(file -> contents.get(file).size()).sum());
  }

  void capacity(long bytes) {
    locked(() -> capacity = bytes);
  }

  void failing(Fault which) {
    locked(
        () -> {
          fault = which;
          attempted = 0;
          return null;
        });
  }

  /** How many files are open. */
  int open() {
    return locked(() -> open);
  }

  void opened(int more) {
    locked(() -> open += more);
  }

  void readOnly(boolean is) {
    locked(() -> readOnly = is);
  }

  boolean isReadOnly() {
    return locked(() -> readOnly);
  }

  private void attempt(Kind kind) throws IOException {
    if (readOnly) {
      throw new IOException("Read-only file system (" + kind + ")");
    }
    if (fault.fails(attempted++, kind)) {
      throw new IOException("No space left on device (" + kind + ")");
    }
  }

  private void add(Kind kind, String name, int file) {
    operations.add(new Operation(kind, name, "", file, 0, NOTHING));
  }

  /** The names in a folder, without those in folders inside of it. */
  List<String> names(String folder) throws IOException {
    return step(
        () -> {
          if (!folder.isEmpty() && !folders.contains(folder)) {
            throw new NoSuchFileException(folder);
          }
          return names.keySet().stream()
              .filter(name -> name.startsWith(folder) && name.indexOf('/', folder.length()) < 0)
              .map(name -> name.substring(folder.length()))
              .toList();
        });
  }

  boolean isFile(String name) {
    return locked(() -> names.containsKey(name));
  }

  boolean isFolder(String name) {
    return locked(() -> name.isEmpty() || folders.contains(name + "/"));
  }

  /** The file that has a name now. */
  int file(String name) throws IOException {
    return step(() -> require(name));
  }

  private int require(String name) throws NoSuchFileException {
    Integer file = names.get(name);
    if (file == null) {
      throw new NoSuchFileException(name);
    }
    return file;
  }

  int create(String name) throws IOException {
    return step(
        () -> {
          attempt(Kind.CREATE);
          if (names.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
          }
          String folder = folder(name);
          if (!folder.isEmpty() && !folders.contains(folder)) {
            throw new NoSuchFileException(folder);
          }
          int file = files++;
          names.put(name, file);
          contents.put(file, new Content());
          add(Kind.CREATE, name, file);
          return file;
        });
  }

  /** The folder of a name: empty, or with a slash at its end. */
  static String folder(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  void write(int file, long at, byte[] bytes, int length) throws IOException {
    step(
        () -> {
          Content content = contents.get(file);
          long grows = Math.max(0, at + length - content.size());
          if (grows > 0 && bytes() + grows > capacity) {
            throw new IOException("No space left on device");
          }
          try {
            attempt(Kind.WRITE);
          } catch (IOException e) {
            if (!readOnly) {
              put(file, content, at, bytes, length / 2); // it may have written a part
            }
            throw e;
          }
          put(file, content, at, bytes, length);
          return null;
        });
  }

  private void put(int file, Content content, long at, byte[] bytes, int length) {
    content.write(at, bytes, 0, length);
    operations.add(new Operation(Kind.WRITE, "", "", file, at, Arrays.copyOf(bytes, length)));
  }

  int read(int file, long at, byte[] into) {
    return locked(() -> contents.get(file).read(at, into));
  }

  byte[] content(int file) {
    return locked(() -> contents.get(file).bytes());
  }

  long size(int file) {
    return locked(() -> (long) contents.get(file).size());
  }

  void truncate(int file, long size) throws IOException {
    step(
        () -> {
          attempt(Kind.TRUNCATE);
          contents.get(file).resize(size);
          operations.add(new Operation(Kind.TRUNCATE, "", "", file, size, NOTHING));
          return null;
        });
  }

  void force(int file) throws IOException {
    step(
        () -> {
          attempt(Kind.FORCE);
          add(Kind.FORCE, "", file);
          return null;
        });
  }

  void rename(String from, String to) throws IOException {
    step(
        () -> {
          attempt(Kind.RENAME);
          int file = require(from);
          names.remove(from);
          names.put(to, file);
          operations.add(new Operation(Kind.RENAME, from, to, file, 0, NOTHING));
          return null;
        });
  }

  void delete(String name) throws IOException {
    step(
        () -> {
          if (names.containsKey(name) || !readOnly) {
            attempt(Kind.DELETE);
          }
          Integer file = names.remove(name);
          if (file != null) {
            add(Kind.DELETE, name, file);
          }
          return null;
        });
  }

  void forceFolder(String folder) throws IOException {
    step(
        () -> {
          attempt(Kind.FORCE_FOLDER);
          add(Kind.FORCE_FOLDER, folder, -1);
          return null;
        });
  }

  boolean makeFolder(String name) throws IOException {
    return step(
        () -> {
          if (folders.contains(name + "/")) {
            return false;
          }
          attempt(Kind.MAKE_FOLDER);
          folders.add(name + "/");
          add(Kind.MAKE_FOLDER, name + "/", -1);
          return true;
        });
  }

  /** Replaces what is in a file, behind everybody's back. */
  void damage(String name, byte[] bytes) throws IOException {
    step(
        () -> {
          Content content = new Content();
          content.write(0, bytes, 0, bytes.length);
          contents.put(require(name), content);
          return null;
        });
  }

  /** A copy of the present state, without its history. */
  Recording copy() {
    return locked(
        () -> {
          Recording copy = new Recording();
          folders.forEach(copy::beginFolder);
          names.forEach((name, file) -> copy.begin(name, contents.get(file).bytes()));
          return copy;
        });
  }

  /** Begins with a folder that is on the disk for certain. */
  void beginFolder(String folder) {
    folders.add(folder);
    add(Kind.MAKE_FOLDER, folder, -1);
    add(Kind.FORCE_FOLDER, "", -1);
  }

  /** Begins with a file that is on the disk for certain. */
  void begin(String name, byte[] bytes) {
    int file = files++;
    Content content = new Content();
    content.write(0, bytes, 0, bytes.length);
    names.put(name, file);
    contents.put(file, content);
    add(Kind.CREATE, name, file);
    operations.add(new Operation(Kind.WRITE, "", "", file, 0, bytes));
    add(Kind.FORCE, "", file);
    add(Kind.FORCE_FOLDER, folder(name), -1);
  }
}
