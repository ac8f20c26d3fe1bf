package dev.pawl.h2.internal;

import dev.pawl.RunError;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chain of errors as bytes: the number of links, then for each, outermost first, four texts with
 * their lengths. Codes stand as names, so that their order may change; bytes never name a class
 * that would be loaded.
 */
final class ErrorCodec {
  /**
   * Longer chains than this are cut when written; the engine keeps fewer. Guards the reader against
   * damaged bytes.
   */
  static final int MAX_LINKS = 1_000;

  private static final int TEXTS = 4;
  private static final int MOST_BYTES_OF_A_CHAR = 3;

  private ErrorCodec() {}

  static byte[] encode(RunError error) {
    List<byte[]> texts = new ArrayList<>();
    int links = 0;
    int size = Integer.BYTES;
    for (RunError link = error; link != null && links < MAX_LINKS; link = link.cause()) {
      links++;
      for (String text :
          List.of(link.code().name(), link.type(), link.message(), link.stackTrace())) {
        byte[] bytes = Texts.encode(text);
        texts.add(bytes);
        size += Integer.BYTES + bytes.length;
      }
    }
    ByteBuffer out = ByteBuffer.allocate(size).putInt(links);
    for (byte[] text : texts) {
      out.putInt(text.length).put(text);
    }
    return out.array();
  }

  /** How many bytes an error takes at most. */
  static long size(RunError error) {
    long size = Integer.BYTES;
    for (RunError link = error; link != null; link = link.cause()) {
      size +=
          TEXTS * (long) Integer.BYTES
              + link.code().name().length()
              + MOST_BYTES_OF_A_CHAR
                  * ((long) link.type().length()
                      + link.message().length()
                      + link.stackTrace().length());
    }
    return size;
  }

  static RunError decode(byte[] bytes) throws SQLException {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      int links = in.getInt();
      if (links < 1 || links > MAX_LINKS) {
        throw damaged(null);
      }
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < links * TEXTS; i++) {
        texts.add(text(in));
      }
      RunError error = null;
      for (int link = links - 1; link >= 0; link--) {
        int at = link * TEXTS;
        error =
            new RunError(
                RunError.Code.valueOf(texts.get(at)),
                texts.get(at + 1),
                texts.get(at + 2),
                texts.get(at + 3),
                error);
      }
      return Columns.present(error, "error", links);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  private static String text(ByteBuffer in) throws SQLException {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw damaged(null);
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return Texts.decode(bytes);
  }

  private static SQLException damaged(@Nullable Throwable cause) {
    return new SQLException("a stored error is damaged", cause);
  }
}
