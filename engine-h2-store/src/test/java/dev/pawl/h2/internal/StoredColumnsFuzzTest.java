package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pawl.RunError;
import dev.pawl.h2.internal.redo.RowBytes;
import dev.pawl.h2.internal.redo.UnreadableException;
import dev.pawl.spi.WaitRow;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** What stands in columns of bytes, read from a database that somebody else may have written. */
class StoredColumnsFuzzTest {
  @FuzzTest
  void bytesAreErrorsOrAreRefused(byte[] bytes) throws SQLException {
    RunError error;
    try {
      error = ErrorCodec.decode(bytes);
    } catch (SQLException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertThat(ErrorCodec.decode(ErrorCodec.encode(error))).isEqualTo(error);
    assertThat((long) ErrorCodec.encode(error).length).isLessThanOrEqualTo(ErrorCodec.size(error));
  }

  @FuzzTest
  void bytesAreWaitsOrAreRefused(byte[] bytes) throws SQLException {
    List<WaitRow> waits;
    try {
      waits = WaitCodec.decode(bytes);
    } catch (SQLException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    byte[] again = OldRows.waits(waits);
    assertThat(again == null ? new byte[0] : again).isEqualTo(bytes);
  }

  @FuzzTest
  void bytesAreRowsOrAreRefused(byte[] bytes) {
    RowBytes rows = new RowBytes();
    again(bytes, RowBytes::run, rows::of);
    again(bytes, RowBytes::live, rows::of);
    again(bytes, RowBytes::result, rows::of);
    again(bytes, RowBytes::items, rows::of);
  }

  private static <R> void again(
      byte[] bytes, Function<byte[], R> decode, Function<R, byte[]> encode) {
    R row;
    try {
      row = decode.apply(bytes);
    } catch (UnreadableException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertThat(decode.apply(encode.apply(row))).isEqualTo(row);
  }
}
