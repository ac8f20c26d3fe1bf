package dev.pawl.h2.internal.redo;

import dev.pawl.spi.StoredValue;
import org.jspecify.annotations.Nullable;

/**
 * Encoded values, each with the checksum that it was given when it was encoded. Of a large one only
 * what it is called and its size: its bytes are in a file that was forced before.
 */
final class ValueFields {
  private ValueFields() {}

  static void write(Sink out, StoredValue value) {
    out.flag(value.isLarge());
    if (value.isLarge()) {
      out.number(value.key());
      out.number(value.size());
    } else {
      out.block(value.bytes());
    }
    out.fixed(value.crc32c());
  }

  static StoredValue read(Source in) {
    if (!in.flag()) {
      return new StoredValue(in.block(), in.fixed());
    }
    long key = in.number();
    if (key <= 0) {
      throw new UnreadableException("a large value is called " + key);
    }
    return StoredValue.large(key, in.integer(), in.fixed());
  }

  static void writeOptional(Sink out, @Nullable StoredValue value) {
    out.flag(value != null);
    if (value != null) {
      write(out, value);
    }
  }

  static @Nullable StoredValue readOptional(Source in) {
    return in.flag() ? read(in) : null;
  }
}
