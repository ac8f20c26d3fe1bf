package dev.pawl.h2.internal.redo;

import java.util.Optional;

/**
 * What was found in a file of the journal.
 *
 * @param name its name
 * @param header how it begins
 * @param lastSeq the number of its last whole group, {@code firstSeq - 1} where there is none
 * @param end where its whole records end
 * @param size how many bytes it has
 * @param ending {@link Frame#CLOSED}, {@link Frame#CONTINUED}, or 0 where the process ended in the
 *     middle of it
 * @param remnant whether something follows the whole records that is none: a record of which only a
 *     part was written, or one that was damaged
 * @param gap whether whole records follow that remnant: then it was whole once
 */
record Segment(
    String name,
    SegmentHeader header,
    long lastSeq,
    int end,
    int size,
    int ending,
    boolean remnant,
    boolean gap) {
  /** How often a file is read in sum, at most, in search of a record behind its last whole one. */
  private static final int MOST_READINGS = 16;

  private static final String PREFIX = "pawl-";
  private static final String SUFFIX = ".redo";

  static String name(long number) {
    return String.format("%s%010d%s", PREFIX, number, SUFFIX);
  }

  static boolean isName(String name) {
    return name.startsWith(PREFIX)
        && name.endsWith(SUFFIX)
        && name.length() > PREFIX.length() + SUFFIX.length()
        && name.substring(PREFIX.length(), name.length() - SUFFIX.length())
            .chars()
            .allMatch(c -> c >= '0' && c <= '9');
  }

  boolean isEmpty() {
    return lastSeq < header.firstSeq();
  }

  /**
   * Reads a file to the end of its whole records; empty where it does not even begin as one.
   *
   * @param visitor told of each group
   */
  static Optional<Segment> read(String name, byte[] file, Visitor visitor) {
    Optional<SegmentHeader> header = SegmentHeader.of(file);
    if (header.isEmpty() || SegmentHeader.isNewer(file)) {
      return Optional.empty();
    }
    long salt = header.get().salt();
    long lastSeq = header.get().firstSeq() - 1;
    int at = SegmentHeader.SIZE;
    int ending = 0;
    while (ending == 0 && Frame.isWhole(file, at, salt)) {
      if (Frame.type(file, at) == Frame.GROUP) {
        if (Frame.seq(file, at) != lastSeq + 1) {
          break;
        }
        visitor.group(++lastSeq, file, at + Frame.HEAD, at + Frame.HEAD + Frame.length(file, at));
      } else {
        ending = Frame.type(file, at);
      }
      at = Frame.next(file, at);
    }
    at = Math.min(at, file.length);
    boolean remnant = !Bits.allZero(file, at, file.length);
    boolean gap = remnant && anyWhole(file, at, salt);
    return Optional.of(
        new Segment(name, header.get(), lastSeq, at, file.length, ending, remnant, gap));
  }

  /**
   * Whether a whole record begins anywhere. Texts in a record that was torn can be full of what
   * looks as heads do, and to compute a checksum for each would take hours; whether a record is
   * among them is not told then, and the file counts as damaged.
   */
  private static boolean anyWhole(byte[] file, int from, long salt) {
    long left = MOST_READINGS * (long) file.length;
    for (int at = from; at <= file.length - Frame.HEAD; at += Frame.UNIT) {
      if (Frame.isHead(file, at)) {
        left -= Frame.length(file, at);
        if (left < 0 || Frame.isWhole(file, at, salt)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Is told of the groups in a file, in order. */
  interface Visitor {
    void group(long seq, byte[] file, int from, int to);
  }
}
