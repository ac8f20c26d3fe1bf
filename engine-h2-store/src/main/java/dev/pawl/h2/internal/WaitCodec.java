package dev.pawl.h2.internal;

import dev.pawl.spi.WaitRow;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a parked run waits for, as stores of schema version 4 have it: 21 bytes a wait, in the order
 * of the list; null for none.
 */
final class WaitCodec {
  private static final int SIZE = Integer.BYTES + Byte.BYTES + Long.BYTES + Long.BYTES;

  private static final byte RUN = 1;
  private static final byte BATCH = 2;

  private WaitCodec() {}

  static List<WaitRow> decode(byte @Nullable [] bytes) throws SQLException {
    if (bytes == null) {
      return List.of();
    }
    if (bytes.length % SIZE != 0) {
      throw new SQLException("stored waits of " + bytes.length + " bytes are damaged");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<WaitRow> waits = new ArrayList<>(bytes.length / SIZE);
    while (in.hasRemaining()) {
      waits.add(new WaitRow(in.getInt(), kind(in.get()), in.getLong(), in.getLong()));
    }
    return List.copyOf(waits);
  }

  private static WaitRow.Kind kind(byte code) throws SQLException {
    return switch (code) {
      case RUN -> WaitRow.Kind.RUN;
      case BATCH -> WaitRow.Kind.BATCH;
      default -> throw new SQLException("stored waits are damaged: no kind has the code " + code);
    };
  }
}
