package dev.pawl.h2.internal.redo;

import dev.pawl.spi.StoredValue;
import org.jspecify.annotations.Nullable;

/** Encoded values, each with the checksum that it was given when it was encoded. */
final class ValueFields {
  private ValueFields() {}

  static void write(Sink out, StoredValue value) {
    out.block(value.bytes());
    out.fixed(value.crc32c());
  }

  static StoredValue read(Source in) {
    return new StoredValue(in.block(), in.fixed());
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
