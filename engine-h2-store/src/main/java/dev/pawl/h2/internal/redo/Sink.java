package dev.pawl.h2.internal.redo;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are put together, in a buffer that grows and is used again. Numbers take as few bytes
 * as they need, because most of a row's are zero or small. Used by one thread at a time.
 */
public final class Sink {
  private static final int FIRST_CAPACITY = 8 * 1024;

  /** A buffer that grew beyond this for one large group is not kept. */
  private static final int LARGEST_KEPT = 1024 * 1024;

  /** The most that a group may take, which is read as a whole. */
  private static final int MOST = 1_000_000_000;

  private static final int SEVEN_BITS = 0x7f;
  private static final int MORE = 0x80;
  private static final int MOST_BYTES_OF_A_CHAR = 3;
  private static final int MOST_BYTES_OF_A_NUMBER = 10;

  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int size;

  /** Forgets everything and leaves room for a head of so many bytes. */
  void reset(int head) {
    if (bytes.length > LARGEST_KEPT) {
      bytes = new byte[FIRST_CAPACITY];
    }
    Arrays.fill(bytes, 0, head, (byte) 0);
    size = head;
  }

  /** What was put; valid up to {@link #size()} and until the next change. */
  byte[] array() {
    return bytes;
  }

  /** How many bytes there are. */
  public int size() {
    return size;
  }

  /** Fills up with zeros to a multiple of {@code unit}. */
  void pad(int unit) {
    while (size % unit != 0) {
      put(0);
    }
  }

  /** One byte. */
  void put(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  void flag(boolean value) {
    put(value ? 1 : 0);
  }

  /** A number of either sign: the closer to zero, the fewer bytes. */
  void number(long value) {
    room(MOST_BYTES_OF_A_NUMBER);
    long rest = (value << 1) ^ (value >> (Long.SIZE - 1));
    while ((rest & ~SEVEN_BITS) != 0) {
      bytes[size++] = (byte) ((rest & SEVEN_BITS) | MORE);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** A number in four bytes, for what is not small. */
  void fixed(int value) {
    room(Integer.BYTES);
    Bits.putInt(bytes, size, value);
    size += Integer.BYTES;
  }

  /**
   * A text, char by char: UTF-8 but for surrogates, which are kept one by one, so that any text
   * comes back as it was, a broken one too.
   */
  void text(@Nullable String text) {
    if (text == null) {
      number(-1);
      return;
    }
    number(text.length());
    room((int) Math.min((long) text.length() * MOST_BYTES_OF_A_CHAR, Integer.MAX_VALUE));
    byte[] out = bytes;
    int at = size;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        out[at++] = (byte) c;
      } else if (c < 0x800) {
        out[at++] = (byte) (0xc0 | (c >> 6));
        out[at++] = (byte) (0x80 | (c & 0x3f));
      } else {
        out[at++] = (byte) (0xe0 | (c >> 12));
        out[at++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        out[at++] = (byte) (0x80 | (c & 0x3f));
      }
    }
    size = at;
  }

  void block(byte[] block) {
    number(block.length);
    room(block.length);
    System.arraycopy(block, 0, bytes, size, block.length);
    size += block.length;
  }

  private void room(int more) {
    if (more > MOST - size) {
      throw new IllegalStateException(
          "the changes cannot be stored: they take over " + MOST + " bytes");
    }
    int needed = size + more;
    if (needed > bytes.length) {
      int doubled = bytes.length > Integer.MAX_VALUE / 2 ? needed : 2 * bytes.length;
      bytes = Arrays.copyOf(bytes, Math.max(needed, doubled));
    }
  }
}
