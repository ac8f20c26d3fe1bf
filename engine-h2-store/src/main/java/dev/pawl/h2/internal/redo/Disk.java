package dev.pawl.h2.internal.redo;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The folder in which a store keeps its files, and the only way to them: the seam at which tests
 * record what is written, fail it, or take the power away. No call may react to an interrupt of its
 * thread.
 */
public interface Disk {
  /** How many bytes are copied at once. */
  int BUFFER = 1024 * 1024;

  /**
   * The names of all files in the folder, in no order.
   *
   * @throws java.nio.file.NoSuchFileException if the folder is not there
   */
  List<String> names() throws IOException;

  /** Whether there is certainly something of that name. */
  boolean exists(String name);

  /** Whether there is certainly nothing of that name. */
  boolean isMissing(String name);

  /** Whether there is a file of that name. */
  boolean isFile(String name);

  /** Whether this process may read and write a file. */
  boolean isAccessible(String name);

  /** How many bytes a file has. */
  long size(String name) throws IOException;

  /** Makes a file and opens it for writing; one of that name must not be there. */
  OpenFile create(String name) throws IOException;

  byte[] read(String name) throws IOException;

  /**
   * Opens a file for reading from its beginning.
   *
   * @throws java.nio.file.NoSuchFileException if there is none of that name
   */
  InputStream open(String name) throws IOException;

  /** Cuts a file to a size, and forces it. */
  void truncate(String name, long size) throws IOException;

  /**
   * Forces what was written to a file.
   *
   * @throws java.nio.file.NoSuchFileException if there is none of that name
   */
  void force(String name) throws IOException;

  /** Gives a file another name, in one step; a file that has that name is replaced. */
  void rename(String from, String to) throws IOException;

  /** Deletes a file; one that is not there is deleted already. */
  void delete(String name) throws IOException;

  /** Forces which files there are: without it, a power loss can undo that one was made. */
  void forceFolder() throws IOException;

  /**
   * Makes a folder inside of this one.
   *
   * @return false if it is there already
   */
  boolean makeFolder(String name) throws IOException;

  /** A folder inside of this one, which may not be there; links in it are not followed. */
  Disk folder(String name);

  /** Where the folder's files are, for messages. */
  String place(String name);

  /** How H2 calls a file of this folder: the prefix of one of its file systems, and the path. */
  String h2Name(String name);

  /**
   * Copies a file; one that has the other name is replaced, and not in one step.
   *
   * @return the checksum of what was copied
   */
  default int copy(String from, String to) throws IOException {
    return copy(from, new byte[0], size(from), to);
  }

  /**
   * Copies the first bytes of a file, of which those at the beginning are given rather than read.
   *
   * @param length how many bytes the copy has
   * @return the checksum of the copy
   * @throws EOFException when the file has become shorter
   */
  default int copy(String from, byte[] head, long length, String to) throws IOException {
    delete(to);
    try (InputStream in = open(from);
        OpenFile out = create(to)) {
      in.skipNBytes(head.length);
      CRC32C crc = new CRC32C();
      crc.update(head, 0, head.length);
      out.write(0, head, head.length);
      byte[] buffer = new byte[BUFFER];
      for (long at = head.length; at < length; ) {
        int read = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, length - at));
        if (read == 0) {
          throw new EOFException(place(from) + " ends after " + at + " bytes, not " + length);
        }
        crc.update(buffer, 0, read);
        out.write(at, buffer, read);
        at += read;
      }
      return (int) crc.getValue();
    }
  }

  /** Reads a file for its checksum, a CRC32C. */
  default int checksum(String name) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = open(name)) {
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        crc.update(buffer, 0, read);
      }
    }
    return (int) crc.getValue();
  }

  /** A file that is being written. */
  interface OpenFile extends AutoCloseable {
    void write(long at, byte[] bytes, int length) throws IOException;

    /** Returns when everything that was written would survive a power loss. */
    void force() throws IOException;

    void truncate(long size) throws IOException;

    @Override
    void close() throws IOException;
  }
}
