package dev.pawl.h2.internal.redo;

import java.io.IOException;
import java.util.List;

/**
 * The folder in which a journal keeps its files: the seam at which tests record what is written,
 * fail it, or take the power away. No call may react to an interrupt of its thread.
 */
public interface Disk {
  /** The names of all files in the folder, in no order. */
  List<String> names() throws IOException;

  /** Makes a file and opens it for writing; one of that name must not be there. */
  OpenFile create(String name) throws IOException;

  byte[] read(String name) throws IOException;

  /** Cuts a file to a size, and forces it. */
  void truncate(String name, long size) throws IOException;

  /**
   * Forces what was written to a file.
   *
   * @throws java.nio.file.NoSuchFileException if there is none of that name
   */
  void force(String name) throws IOException;

  /** Deletes a file; one that is not there is deleted already. */
  void delete(String name) throws IOException;

  /** Forces which files there are: without it, a power loss can undo that one was made. */
  void forceFolder() throws IOException;

  /** Where the folder's files are, for messages. */
  String place(String name);

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
