package dev.pawl.h2.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Texts as UTF-8, but for halves of surrogate pairs, which UTF-8 has no bytes for: they stand one
 * by one, as three bytes each, so that a broken text comes back as it was. The journal does the
 * same.
 */
final class Texts {
  private static final int THREE_BYTES = 0xe0;

  private Texts() {}

  static byte[] encode(String text) {
    if (StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text.codePoints()
        .forEach(
            c -> {
              if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                out.write(THREE_BYTES | (c >> 12));
                out.write(0x80 | ((c >> 6) & 0x3f));
                out.write(0x80 | (c & 0x3f));
              } else {
                out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
              }
            });
    return out.toByteArray();
  }

  /** Bytes that {@link #encode} has not written read as some text, with a mark for each fault. */
  static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return withHalves(bytes);
    }
  }

  private static String withHalves(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int at = 0; at + 2 < bytes.length; at++) {
      char half =
          (char) ((bytes[at] << 12) | ((bytes[at + 1] & 0x3f) << 6) | (bytes[at + 2] & 0x3f));
      if ((bytes[at] & 0xff) == (THREE_BYTES | 0xd)
          && Character.isSurrogate(half)
          && bytes[at + 1] < (byte) 0xc0
          && bytes[at + 2] < (byte) 0xc0) {
        text.append(new String(bytes, from, at - from, StandardCharsets.UTF_8)).append(half);
        from = at + 3;
        at += 2;
      }
    }
    return text.append(new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8))
        .toString();
  }
}
