package dev.pawl.h2.internal.redo;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A disk in memory that remembers every operation, fails those that it is told to, and shows what a
 * power loss may leave of it: everything before the last force of each file, and of what was
 * written later any sectors, in any combination. A sector is never older than one that was written
 * to the same place before and kept.
 */
final class RecordingDisk implements Disk {
  /** What can be done to a disk. */
  enum Kind {
    CREATE,
    WRITE,
    TRUNCATE,
    FORCE,
    DELETE,
    FORCE_FOLDER
  }

  /** One operation; {@code file} tells files apart that had the same name one after the other. */
  private static final class Operation {
    private final Kind kind;
    private final String name;
    private final int file;
    private final long at;
    private final byte[] bytes;

    Operation(Kind kind, String name, int file, long at, byte[] bytes) {
      this.kind = kind;
      this.name = name;
      this.file = file;
      this.at = at;
      this.bytes = bytes;
    }
  }

  /** Decides which operations fail. */
  interface Fault {
    /** Whether the operation fails, which is the {@code index}-th. */
    boolean fails(int index, Kind kind);
  }

  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Integer> names = new LinkedHashMap<>();
  private final Map<Integer, Content> contents = new LinkedHashMap<>();
  private int files;
  private Fault fault = (index, kind) -> false;
  private int attempted;
  private long capacity = Long.MAX_VALUE;

  /** Bytes that grow. */
  private static final class Content {
    private byte[] bytes = new byte[0];

    void write(long at, byte[] data, int from, int length) {
      int end = (int) at + length;
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, end);
      }
      System.arraycopy(data, from, bytes, (int) at, length);
    }

    void truncate(long size) {
      bytes = Arrays.copyOf(bytes, (int) size);
    }
  }

  /** How many operations there were. */
  int operations() {
    return operations.size();
  }

  /** How many operations were tried, with those that failed. */
  int attempted() {
    return attempted;
  }

  /** How many bytes all files take. */
  long bytes() {
    return names.values().stream().mapToLong(file -> contents.get(file).bytes.length).sum();
  }

  /** Lets no file grow once all of them take so many bytes. */
  void capacity(long bytes) {
    capacity = bytes;
  }

  void failing(Fault which) {
    fault = which;
    attempted = 0;
  }

  private void attempt(Kind kind) throws IOException {
    if (fault.fails(attempted++, kind)) {
      throw new IOException("No space left on device (" + kind + ")");
    }
  }

  private void add(Kind kind, String name, int file, long at, byte[] bytes) {
    operations.add(new Operation(kind, name, file, at, bytes));
  }

  @Override
  public List<String> names() {
    return List.copyOf(names.keySet());
  }

  @Override
  public OpenFile create(String name) throws IOException {
    attempt(Kind.CREATE);
    if (names.containsKey(name)) {
      throw new IOException(name + " exists");
    }
    int file = files++;
    names.put(name, file);
    contents.put(file, new Content());
    add(Kind.CREATE, name, file, 0, new byte[0]);
    return new OpenFile() {
      @Override
      public void write(long at, byte[] bytes, int length) throws IOException {
        byte[] before = contents.get(file).bytes;
        long grows = Math.max(0, at + length - before.length);
        if (grows > 0 && bytes() + grows > capacity) {
          throw new IOException("No space left on device");
        }
        try {
          attempt(Kind.WRITE);
        } catch (IOException e) {
          put(at, bytes, length / 2); // a write that fails may have written a part
          throw e;
        }
        put(at, bytes, length);
      }

      private void put(long at, byte[] bytes, int length) {
        contents.get(file).write(at, bytes, 0, length);
        add(Kind.WRITE, name, file, at, Arrays.copyOf(bytes, length));
      }

      @Override
      public void force() throws IOException {
        attempt(Kind.FORCE);
        add(Kind.FORCE, name, file, 0, new byte[0]);
      }

      @Override
      public void truncate(long size) throws IOException {
        attempt(Kind.TRUNCATE);
        contents.get(file).truncate(size);
        add(Kind.TRUNCATE, name, file, size, new byte[0]);
      }

      @Override
      public void close() {}
    };
  }

  private int file(String name) throws IOException {
    Integer file = names.get(name);
    if (file == null) {
      throw new NoSuchFileException(name);
    }
    return file;
  }

  @Override
  public byte[] read(String name) throws IOException {
    return contents.get(file(name)).bytes.clone();
  }

  /** Replaces what is in a file, behind everybody's back. */
  void damage(String name, byte[] bytes) throws IOException {
    contents.get(file(name)).bytes = bytes;
  }

  @Override
  public void truncate(String name, long size) throws IOException {
    attempt(Kind.TRUNCATE);
    contents.get(file(name)).truncate(size);
    add(Kind.TRUNCATE, name, file(name), size, new byte[0]);
    force(name);
  }

  @Override
  public void force(String name) throws IOException {
    attempt(Kind.FORCE);
    add(Kind.FORCE, name, file(name), 0, new byte[0]);
  }

  @Override
  public void delete(String name) throws IOException {
    attempt(Kind.DELETE);
    Integer file = names.remove(name);
    if (file != null) {
      add(Kind.DELETE, name, file, 0, new byte[0]);
    }
  }

  @Override
  public void forceFolder() throws IOException {
    attempt(Kind.FORCE_FOLDER);
    add(Kind.FORCE_FOLDER, "", -1, 0, new byte[0]);
  }

  @Override
  public String place(String name) {
    return "recorded/" + name;
  }

  /** A copy of the present state, without its history. */
  RecordingDisk copy() {
    RecordingDisk copy = new RecordingDisk();
    names.forEach((name, file) -> copy.begin(name, contents.get(file).bytes.clone()));
    return copy;
  }

  /** Begins with a file that is on the disk for certain. */
  private void begin(String name, byte[] bytes) {
    int file = files++;
    Content content = new Content();
    content.bytes = bytes;
    names.put(name, file);
    contents.put(file, content);
    add(Kind.CREATE, name, file, 0, new byte[0]);
    add(Kind.WRITE, name, file, 0, bytes.clone());
    add(Kind.FORCE, name, file, 0, new byte[0]);
    add(Kind.FORCE_FOLDER, "", -1, 0, new byte[0]);
  }

  /**
   * What is there after a power loss.
   *
   * @param count after how many operations it comes; the last of them may have been under way
   * @param kept how probable it is that a sector which was not forced is there
   */
  RecordingDisk afterPowerLoss(int count, int sector, double kept, Random random) {
    List<Operation> before = operations.subList(0, count);
    int folderForced = last(before, Kind.FORCE_FOLDER, -1);
    Map<String, Integer> entries = new LinkedHashMap<>();
    Map<Integer, Content> states = new LinkedHashMap<>();
    Map<Integer, Integer> forced = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      Operation operation = before.get(i);
      if (operation.kind == Kind.FORCE) {
        forced.put(operation.file, i);
      }
    }
    for (int i = 0; i < count; i++) {
      Operation operation = before.get(i);
      boolean entryCertain = i < folderForced;
      boolean certain = i < forced.getOrDefault(operation.file, -1);
      Content content = states.computeIfAbsent(operation.file, any -> new Content());
      switch (operation.kind) {
        case CREATE -> {
          if (entryCertain || random.nextDouble() < kept) {
            entries.put(operation.name, operation.file);
          }
        }
        case DELETE -> {
          boolean same = Integer.valueOf(operation.file).equals(entries.get(operation.name));
          if (same && (entryCertain || random.nextDouble() < kept)) {
            entries.remove(operation.name);
          }
        }
        case WRITE -> write(content, operation, certain ? 2 : kept, sector, random);
        case TRUNCATE -> {
          if (certain || random.nextDouble() < kept) {
            content.truncate(operation.at);
          }
        }
        case FORCE, FORCE_FOLDER -> {}
      }
    }
    RecordingDisk image = new RecordingDisk();
    entries.forEach((name, file) -> image.begin(name, states.get(file).bytes));
    return image;
  }

  private static int last(List<Operation> operations, Kind kind, int otherwise) {
    for (int i = operations.size() - 1; i >= 0; i--) {
      if (operations.get(i).kind == kind) {
        return i;
      }
    }
    return otherwise;
  }

  private static void write(
      Content content, Operation operation, double kept, int sector, Random random) {
    byte[] bytes = operation.bytes;
    for (int from = 0; from < bytes.length; ) {
      int inSector = sector - (int) ((operation.at + from) % sector);
      int length = Math.min(inSector, bytes.length - from);
      if (random.nextDouble() < kept) {
        content.write(operation.at + from, bytes, from, length);
      }
      from += length;
    }
  }

  /**
   * What is there after a power loss now, if nothing of what was not forced is. An image keeps as
   * certain what it began with.
   */
  RecordingDisk afterRestartWithNothingUnforced() {
    return afterPowerLoss(operations.size(), 512, 0, new Random(0));
  }
}
