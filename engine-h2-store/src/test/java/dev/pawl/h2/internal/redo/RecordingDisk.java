package dev.pawl.h2.internal.redo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;

/**
 * A disk in memory that remembers every operation, fails those that it is told to, and shows what a
 * power loss may leave of it. H2's files are on it as well.
 */
public final class RecordingDisk implements Disk {
  private final Recording recording;
  private final String folder;

  /** An empty disk. */
  public RecordingDisk() {
    this(new Recording(), "");
  }

  private RecordingDisk(Recording recording, String folder) {
    this.recording = recording;
    this.folder = folder;
  }

  /** How many operations there were. */
  public int operations() {
    return recording.operations();
  }

  /** How many operations were tried, with those that failed. */
  public int attempted() {
    return recording.attempted();
  }

  /** How many files are open for writing, H2's among them. */
  public int openFiles() {
    return recording.open();
  }

  /** How many bytes all files take. */
  public long bytes() {
    return recording.bytes();
  }

  /** Lets no file grow once all of them take so many bytes. */
  public void capacity(long bytes) {
    recording.capacity(bytes);
  }

  /** Says which operations fail from now on, counted from zero. */
  public void failing(Recording.Fault which) {
    recording.failing(which);
  }

  /** Lets everything fail that changes something, or no longer. */
  public void readOnly(boolean is) {
    recording.readOnly(is);
  }

  @Override
  public List<String> names() throws IOException {
    return recording.names(folder);
  }

  @Override
  public boolean exists(String name) {
    return isFile(name) || recording.isFolder(folder + name);
  }

  @Override
  public boolean isMissing(String name) {
    return !exists(name);
  }

  @Override
  public boolean isFile(String name) {
    return recording.isFile(folder + name);
  }

  @Override
  public boolean isAccessible(String name) {
    return isFile(name) && !recording.isReadOnly();
  }

  @Override
  public long size(String name) throws IOException {
    return recording.size(recording.file(folder + name));
  }

  @Override
  public OpenFile create(String name) throws IOException {
    int file = recording.create(folder + name);
    recording.opened(1);
    return new OpenFile() {
      private boolean closed;

      @Override
      public void write(long at, byte[] bytes, int length) throws IOException {
        recording.write(file, at, bytes, length);
      }

      @Override
      public void force() throws IOException {
        recording.force(file);
      }

      @Override
      public void truncate(long size) throws IOException {
        recording.truncate(file, size);
      }

      @Override
      public void close() {
        if (!closed) {
          closed = true;
          recording.opened(-1);
        }
      }
    };
  }

  @Override
  public byte[] read(String name) throws IOException {
    return recording.content(recording.file(folder + name));
  }

  @Override
  public InputStream open(String name) throws IOException {
    return new ByteArrayInputStream(read(name));
  }

  /** Replaces what is in a file, behind everybody's back. */
  public void damage(String name, byte[] bytes) throws IOException {
    recording.damage(folder + name, bytes);
  }

  @Override
  public void truncate(String name, long size) throws IOException {
    int file = recording.file(folder + name);
    recording.truncate(file, size);
    recording.force(file);
  }

  @Override
  public void force(String name) throws IOException {
    recording.force(recording.file(folder + name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    recording.rename(folder + from, folder + to);
  }

  @Override
  public void delete(String name) throws IOException {
    recording.delete(folder + name);
  }

  @Override
  public void forceFolder() throws IOException {
    recording.forceFolder(folder);
  }

  @Override
  public boolean makeFolder(String name) throws IOException {
    return recording.makeFolder(folder + name);
  }

  @Override
  public RecordingDisk folder(String name) {
    return new RecordingDisk(recording, folder + name + "/");
  }

  @Override
  public String place(String name) {
    return "recorded/" + folder + name;
  }

  @Override
  public String h2Name(String name) {
    return RecordedPath.name(recording, folder + name);
  }

  /** A copy of the present state, without its history. */
  public RecordingDisk copy() {
    return new RecordingDisk(recording.copy(), folder);
  }

  /**
   * What is there after a power loss.
   *
   * @param count after how many operations it comes; the last of them may have been under way
   * @param kept how probable it is that a sector which was not forced is there
   */
  public RecordingDisk afterPowerLoss(int count, int sector, double kept, Random random) {
    return new RecordingDisk(
        new PowerLoss(recording.operations(count), sector, kept, random).image(), folder);
  }

  /**
   * What is there after a power loss now, if nothing of what was not forced is. An image keeps as
   * certain what it began with.
   */
  public RecordingDisk afterRestartWithNothingUnforced() {
    return afterPowerLoss(operations(), 512, 0, new Random(0));
  }
}
