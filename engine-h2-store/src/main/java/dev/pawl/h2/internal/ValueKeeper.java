package dev.pawl.h2.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Where the bytes of large values are. Any thread may call, and may be interrupted. */
interface ValueKeeper {

  /**
   * Keeps a value; when this returns it is as durable as a file can be. Leaves nothing behind where
   * it fails.
   *
   * @return false if there is a value with this key already
   */
  boolean write(long key, byte[] value) throws IOException;

  /**
   * The bytes of a value.
   *
   * @throws java.nio.file.NoSuchFileException if there is none with this key
   */
  InputStream open(long key) throws IOException;

  /** Deletes a value, finished or not, where there is one. */
  void delete(long key) throws IOException;

  /** What all finished values take. */
  long bytes() throws IOException;

  /** Copies all finished values into a backup. */
  void copyAll(BackupFolder to) throws IOException;

  /** The keys of all values, finished or not. */
  List<Long> keys() throws IOException;
}
