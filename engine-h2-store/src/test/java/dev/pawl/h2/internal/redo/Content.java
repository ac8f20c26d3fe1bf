package dev.pawl.h2.internal.redo;

import java.util.Arrays;

/** Bytes that grow. */
final class Content {
  private byte[] bytes = new byte[0];
  private int size;

  int size() {
    return size;
  }

  /** Reads from a place on, and says how many bytes; -1 where there are none. */
  int read(long at, byte[] into) {
    int length = (int) Math.min(into.length, size - at);
    if (length <= 0) {
      return -1;
    }
    System.arraycopy(bytes, (int) at, into, 0, length);
    return length;
  }

  void write(long at, byte[] data, int from, int length) {
    int end = Math.toIntExact(at + length);
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
    }
    System.arraycopy(data, from, bytes, (int) at, length);
    size = Math.max(size, end);
  }

  void resize(long newSize) {
    if (newSize < size) {
      Arrays.fill(bytes, (int) newSize, size, (byte) 0);
    } else if (newSize > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) newSize);
    }
    size = (int) newSize;
  }

  byte[] bytes() {
    return Arrays.copyOf(bytes, size);
  }
}
