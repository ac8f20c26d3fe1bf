package dev.pawl.h2.internal.redo;

import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows as single values of bytes: the version of their fields, and the fields as the journal has
 * them. They are written by one thread at a time.
 */
public final class RowBytes {
  private final Sink sink = new Sink();

  /** What a run was triggered with. */
  public byte[] of(RunRow row) {
    return bytes(ChangesCodec.RUN, row);
  }

  /** Where a run stands. */
  public byte[] of(LiveRow row) {
    return bytes(ChangesCodec.LIVE, row);
  }

  /** How a run ended. */
  public byte[] of(ResultRow row) {
    return bytes(ChangesCodec.RESULT, row);
  }

  /** Items of one batch. */
  public byte[] of(List<BatchItemRow> rows) {
    sink.reset(0);
    sink.put(ChangesCodec.BATCH_ITEM.version());
    sink.number(rows.size());
    for (BatchItemRow row : rows) {
      ChangesCodec.BATCH_ITEM.write(sink, row);
    }
    return written();
  }

  private <R> byte[] bytes(RowCodec<R> codec, R row) {
    sink.reset(0);
    sink.put(codec.version());
    codec.write(sink, row);
    return written();
  }

  private byte[] written() {
    byte[] bytes = sink.toBytes();
    sink.reset(0); // of a long row nothing is kept
    return bytes;
  }

  /**
   * What a run was triggered with.
   *
   * @throws UnreadableException where the bytes are no such row of this or an earlier version
   */
  public static RunRow run(byte[] bytes) {
    return row(ChangesCodec.RUN, bytes);
  }

  /** Where a run stands; as {@link #run(byte[])}. */
  public static LiveRow live(byte[] bytes) {
    return row(ChangesCodec.LIVE, bytes);
  }

  /** How a run ended; as {@link #run(byte[])}. */
  public static ResultRow result(byte[] bytes) {
    return row(ChangesCodec.RESULT, bytes);
  }

  /** Items of one batch; as {@link #run(byte[])}. */
  public static List<BatchItemRow> items(byte[] bytes) {
    Source in = new Source(bytes, 0, bytes.length);
    int version = version(in, ChangesCodec.BATCH_ITEM);
    int count = in.count();
    List<BatchItemRow> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(ChangesCodec.BATCH_ITEM.read(in, version));
    }
    requireEnd(in);
    return rows;
  }

  private static <R> R row(RowCodec<R> codec, byte[] bytes) {
    Source in = new Source(bytes, 0, bytes.length);
    R row = codec.read(in, version(in, codec));
    requireEnd(in);
    return row;
  }

  private static int version(Source in, RowCodec<?> codec) {
    int version = in.get();
    if (version < 1 || version > codec.version()) {
      throw new UnreadableException("there is a row of version " + version);
    }
    return version;
  }

  private static void requireEnd(Source in) {
    if (in.hasMore()) {
      throw new UnreadableException("something follows a row");
    }
  }
}
