package dev.pawl.h2.internal.redo;

import java.util.zip.CRC32C;

/**
 * How a record stands in a file: a head of 24 bytes, the body, and zeros up to a multiple of eight.
 * The checksum covers the file's salt, the head behind it, and the body.
 */
final class Frame {
  /** How many bytes come before the body. */
  static final int HEAD = 24;

  /** Where records can begin. */
  static final int UNIT = 8;

  /** A group of changes. */
  static final int GROUP = 1;

  /** Nothing more follows in this file: the store was closed, and all files were forced. */
  static final int CLOSED = 2;

  /** Nothing more follows in this file: it goes on in a later one. */
  static final int CONTINUED = 3;

  private static final int MAGIC = 0x52_45_44_4f; // REDO
  private static final int AT_CRC = 4;
  private static final int AT_TYPE = 8;
  private static final int AT_LENGTH = 12;
  private static final int AT_SEQ = 16;

  private Frame() {}

  /** Leaves the room for a head. */
  static void begin(Sink sink) {
    sink.reset(HEAD);
  }

  /** Fills the head in; can be done again for another file. */
  static void end(Sink sink, int length, int type, long seq, long salt) {
    byte[] bytes = sink.array();
    Bits.putInt(bytes, 0, MAGIC);
    Bits.putInt(bytes, AT_TYPE, type);
    Bits.putInt(bytes, AT_LENGTH, length);
    Bits.putLong(bytes, AT_SEQ, seq);
    Bits.putInt(bytes, AT_CRC, checksum(bytes, 0, length, salt));
  }

  /** Whether a whole record begins there. */
  static boolean isWhole(byte[] file, int at, long salt) {
    return isHead(file, at)
        && Bits.getInt(file, at + AT_CRC) == checksum(file, at, length(file, at), salt);
  }

  /** Whether what stands there looks as the head of a record that the file has room for. */
  static boolean isHead(byte[] file, int at) {
    if (file.length - at < HEAD || Bits.getInt(file, at) != MAGIC) {
      return false;
    }
    int length = length(file, at);
    return length >= 0 && length <= file.length - at - HEAD;
  }

  static int type(byte[] file, int at) {
    return Bits.getInt(file, at + AT_TYPE);
  }

  static int length(byte[] file, int at) {
    return Bits.getInt(file, at + AT_LENGTH);
  }

  static long seq(byte[] file, int at) {
    return Bits.getLong(file, at + AT_SEQ);
  }

  /** Where the record after this one begins. */
  static int next(byte[] file, int at) {
    int end = at + HEAD + length(file, at);
    return (end + UNIT - 1) / UNIT * UNIT;
  }

  private static int checksum(byte[] bytes, int at, int length, long salt) {
    byte[] salted = new byte[Long.BYTES];
    Bits.putLong(salted, 0, salt);
    CRC32C crc = new CRC32C();
    crc.update(salted);
    crc.update(bytes, at + AT_TYPE, HEAD - AT_TYPE + length);
    return (int) crc.getValue();
  }
}
