package dev.pawl.h2.internal.redo;

import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * How a file of the journal begins.
 *
 * @param store the store that it belongs to, whose database carries the same id
 * @param number its place among the files; the later, the higher
 * @param firstSeq the number of the first group in it
 * @param salt what the checksums of its records begin with, drawn for each file: bytes of another
 *     file, or bytes that look like a record inside of a payload, never pass for one of its records
 * @param boot the start of the operating system during which it was written, all zero where that is
 *     not known
 * @param forced whether each group was forced to disk before it was acknowledged
 * @param opening whether it is the first that was written after the store was opened; by then all
 *     files before it were forced
 * @param anew whether the files before it do not count any more
 */
record SegmentHeader(
    UUID store,
    long number,
    long firstSeq,
    long salt,
    UUID boot,
    boolean forced,
    boolean opening,
    boolean anew) {
  /** How many bytes it takes. */
  static final int SIZE = 80;

  private static final long MAGIC = 0x50_41_57_4c_52_45_44_4fL; // PAWLREDO
  private static final int VERSION = 1;
  private static final int FORCED = 1;
  private static final int OPENING = 2;
  private static final int ANEW = 4;

  private static final int AT_VERSION = 8;
  private static final int AT_FLAGS = 12;
  private static final int AT_STORE = 16;
  private static final int AT_NUMBER = 32;
  private static final int AT_FIRST_SEQ = 40;
  private static final int AT_SALT = 48;
  private static final int AT_BOOT = 56;
  private static final int AT_CRC = 72;

  byte[] bytes() {
    byte[] out = new byte[SIZE];
    Bits.putLong(out, 0, MAGIC);
    Bits.putInt(out, AT_VERSION, VERSION);
    Bits.putInt(out, AT_FLAGS, (forced ? FORCED : 0) | (opening ? OPENING : 0) | (anew ? ANEW : 0));
    put(out, AT_STORE, store);
    Bits.putLong(out, AT_NUMBER, number);
    Bits.putLong(out, AT_FIRST_SEQ, firstSeq);
    Bits.putLong(out, AT_SALT, salt);
    put(out, AT_BOOT, boot);
    Bits.putInt(out, AT_CRC, checksum(out));
    return out;
  }

  /** The header that a file begins with; empty where it is not whole. */
  static Optional<SegmentHeader> of(byte[] file) {
    if (file.length < SIZE
        || Bits.getLong(file, 0) != MAGIC
        || Bits.getInt(file, AT_CRC) != checksum(file)) {
      return Optional.empty();
    }
    int flags = Bits.getInt(file, AT_FLAGS);
    return Optional.of(
        new SegmentHeader(
            uuid(file, AT_STORE),
            Bits.getLong(file, AT_NUMBER),
            Bits.getLong(file, AT_FIRST_SEQ),
            Bits.getLong(file, AT_SALT),
            uuid(file, AT_BOOT),
            (flags & FORCED) != 0,
            (flags & OPENING) != 0,
            (flags & ANEW) != 0));
  }

  /** Whether a whole header was written by a later version, in a form that this one cannot read. */
  static boolean isNewer(byte[] file) {
    return Bits.getInt(file, AT_VERSION) > VERSION;
  }

  private static int checksum(byte[] header) {
    CRC32C crc = new CRC32C();
    crc.update(header, 0, AT_CRC);
    return (int) crc.getValue();
  }

  private static void put(byte[] out, int at, UUID id) {
    Bits.putLong(out, at, id.getMostSignificantBits());
    Bits.putLong(out, at + Long.BYTES, id.getLeastSignificantBits());
  }

  private static UUID uuid(byte[] in, int at) {
    return new UUID(Bits.getLong(in, at), Bits.getLong(in, at + Long.BYTES));
  }
}
