package dev.pawl.h2.internal.redo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a {@link Sink} has put together. The bytes have passed their checksum, so whatever
 * does not read was written by another version; it throws {@link UnreadableException} and never
 * allocates more than the bytes that are there could fill.
 */
final class Source {
  private static final int SEVEN_BITS = 0x7f;
  private static final int MORE = 0x80;

  private final byte[] bytes;
  private final int end;
  private int at;

  Source(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  boolean hasMore() {
    return at < end;
  }

  /** One byte, 0 to 255. */
  int get() {
    need(1);
    return bytes[at++] & 0xff;
  }

  boolean flag() {
    int value = get();
    if (value > 1) {
      throw new UnreadableException("a flag is " + value);
    }
    return value == 1;
  }

  long number() {
    long rest = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = get();
      rest |= (long) (next & SEVEN_BITS) << shift;
      if ((next & MORE) == 0) {
        return (rest >>> 1) ^ -(rest & 1);
      }
    }
    throw new UnreadableException("a number does not end");
  }

  int integer() {
    long value = number();
    if (value != (int) value) {
      throw new UnreadableException(value + " stands where only an int can");
    }
    return (int) value;
  }

  /** How many of something follow, each of which takes a byte at least. */
  int count() {
    int count = integer();
    if (count < 0 || count > end - at) {
      throw new UnreadableException(count + " cannot follow in " + (end - at) + " bytes");
    }
    return count;
  }

  int fixed() {
    need(Integer.BYTES);
    int value = Bits.getInt(bytes, at);
    at += Integer.BYTES;
    return value;
  }

  @Nullable String optionalText() {
    int length = integer();
    if (length == -1) {
      return null;
    }
    if (length < 0 || length > end - at) {
      throw new UnreadableException("a text of " + length + " chars");
    }
    if (isAscii(length)) { // most are, and take a byte a char
      String text = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
      at += length;
      return text;
    }
    char[] chars = new char[length];
    for (int i = 0; i < length; i++) {
      int first = get();
      if (first < 0x80) {
        chars[i] = (char) first;
      } else if (first < 0xe0) {
        chars[i] = (char) (((first & 0x1f) << 6) | (get() & 0x3f));
      } else {
        chars[i] = (char) (((first & 0xf) << 12) | ((get() & 0x3f) << 6) | (get() & 0x3f));
      }
    }
    return new String(chars);
  }

  private boolean isAscii(int length) {
    int seen = 0;
    for (int i = at; i < at + length; i++) {
      seen |= bytes[i];
    }
    return seen >= 0;
  }

  String text() {
    String text = optionalText();
    if (text == null) {
      throw new UnreadableException("a text is missing");
    }
    return text;
  }

  byte[] block() {
    int length = count();
    byte[] block = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return block;
  }

  /** A constant by its name: an order can change unnoticed. */
  <E extends Enum<E>> E constant(Class<E> type) {
    String name = text();
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("no " + type.getSimpleName() + " is named " + name);
    }
  }

  private void need(int more) {
    if (more > end - at) {
      throw new UnreadableException("it ends too early");
    }
  }
}
