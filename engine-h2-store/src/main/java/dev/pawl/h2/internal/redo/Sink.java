package dev.pawl.h2.internal.redo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are put together. Most groups fit into one buffer, which grows and is used again; a
 * large group is a chain of buffers, in which a long block stands as it is, since a copy of it
 * would take as much of the heap once more. Numbers take as few bytes as they need, because most of
 * a row's are zero or small. Used by one thread at a time.
 */
public final class Sink {
  private static final int FIRST_CAPACITY = 8 * 1024;

  /** Beyond this a buffer does not grow: another one follows it. */
  private static final int LARGEST_BUFFER = 1024 * 1024;

  /** A block from this length on is not copied. */
  private static final int LONG_BLOCK = 128 * 1024;

  /** The most that a group may take: it is read as a whole. */
  private static final int MOST = 1_000_000_000;

  private static final int SEVEN_BITS = 0x7f;
  private static final int MORE = 0x80;
  private static final int MOST_BYTES_OF_A_CHAR = 3;
  private static final int MOST_BYTES_OF_A_NUMBER = 10;

  /** What stands before the buffer at hand. */
  private final List<Part> parts = new ArrayList<>(0);

  private byte[] first = new byte[FIRST_CAPACITY];

  /** The buffer at hand. */
  private byte[] bytes = first;

  /** How much of it is used. */
  private int used;

  /** How long everything before it is. */
  private int before;

  /** Some of the bytes, in their order. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Part(byte[] bytes, int length) {}

  /** Forgets everything and leaves room for a head of so many bytes. */
  void reset(int head) {
    if (!parts.isEmpty()) {
      parts.clear();
      bytes = first;
    }
    Arrays.fill(bytes, 0, head, (byte) 0);
    used = head;
    before = 0;
  }

  /** Where the head is: the beginning of everything that was put. */
  byte[] head() {
    return parts.isEmpty() ? bytes : parts.getFirst().bytes;
  }

  /** How many bytes there are. */
  public int size() {
    return before + used;
  }

  /** Adds the {@code length} bytes from {@code from} on to a checksum. */
  void addTo(CRC32C crc, int from, int length) {
    int skip = from;
    int left = length;
    for (Part part : parts) {
      int taken = Math.clamp(part.length - skip, 0, left);
      crc.update(part.bytes, Math.min(skip, part.length), taken);
      skip = Math.max(0, skip - part.length);
      left -= taken;
    }
    crc.update(bytes, skip, left);
  }

  /** Writes everything to a file, from {@code at} on. */
  void writeTo(Disk.OpenFile file, long at) throws IOException {
    long next = at;
    for (Part part : parts) {
      file.write(next, part.bytes, part.length);
      next += part.length;
    }
    file.write(next, bytes, used);
  }

  /** A copy of everything. */
  byte[] toBytes() {
    byte[] all = new byte[size()];
    int at = 0;
    for (Part part : parts) {
      System.arraycopy(part.bytes, 0, all, at, part.length);
      at += part.length;
    }
    System.arraycopy(bytes, 0, all, at, used);
    return all;
  }

  /** Fills up with zeros to a multiple of {@code unit}. */
  void pad(int unit) {
    while (size() % unit != 0) {
      put(0);
    }
  }

  /** One byte. */
  void put(int value) {
    room(1);
    bytes[used++] = (byte) value;
  }

  void flag(boolean value) {
    put(value ? 1 : 0);
  }

  /** A number of either sign: the closer to zero, the fewer bytes. */
  void number(long value) {
    room(MOST_BYTES_OF_A_NUMBER);
    long rest = (value << 1) ^ (value >> (Long.SIZE - 1));
    while ((rest & ~SEVEN_BITS) != 0) {
      bytes[used++] = (byte) ((rest & SEVEN_BITS) | MORE);
      rest >>>= 7;
    }
    bytes[used++] = (byte) rest;
  }

  /** A number in four bytes, for what is not small. */
  void fixed(int value) {
    room(Integer.BYTES);
    Bits.putInt(bytes, used, value);
    used += Integer.BYTES;
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
    int at = used;
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
    used = at;
  }

  /** Bytes that are not changed by anybody from now on. */
  void block(byte[] block) {
    number(block.length);
    if (block.length >= LONG_BLOCK) {
      requireRoom(block.length);
      follow(new byte[FIRST_CAPACITY]);
      parts.add(new Part(block, block.length));
      before += block.length;
      return;
    }
    room(block.length);
    System.arraycopy(block, 0, bytes, used, block.length);
    used += block.length;
  }

  /** Ends the buffer at hand, and goes on with another. */
  private void follow(byte[] next) {
    parts.add(new Part(bytes, used));
    before += used;
    used = 0;
    bytes = next;
  }

  private void room(int more) {
    requireRoom(more);
    int needed = used + more;
    if (needed <= bytes.length) {
      return;
    }
    if (needed > LARGEST_BUFFER) {
      follow(new byte[Math.max(more, LARGEST_BUFFER)]);
      return;
    }
    byte[] larger = Arrays.copyOf(bytes, Math.clamp(2L * bytes.length, needed, LARGEST_BUFFER));
    if (bytes == first) {
      first = larger;
    }
    bytes = larger;
  }

  private void requireRoom(int more) {
    if (more > MOST - size()) {
      throw new IllegalStateException(
          "the changes cannot be stored: they take over " + MOST + " bytes");
    }
  }
}
