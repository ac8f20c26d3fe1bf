package dev.pawl.h2.internal.redo;

import dev.pawl.spi.Changes;
import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal that a folder holds, as it was found before anything in it was changed.
 *
 * <p>What may be missing at its end, and what may not: a group is acknowledged when it has been
 * written (and, where the file says so, forced), and groups are written one after the other. So
 * where a whole record follows one that is not, that one was whole, and acknowledged: it has been
 * damaged since, and opening is refused. Where nothing whole follows, it is the record that was
 * being written when the process ended, and is cut off.
 *
 * <p>Files that were not forced are different after a restart of the operating system: then any of
 * their writes may be missing. The groups before the first hole are a whole earlier state, and what
 * comes later is cut off with it.
 */
public final class Found {
  private static final Logger log = LoggerFactory.getLogger(Found.class);

  private final Disk disk;
  private final List<Segment> segments;
  private final List<String> dropped;
  private final boolean sameBoot;

  private Found(Disk disk, List<Segment> segments, List<String> dropped, boolean sameBoot) {
    this.disk = disk;
    this.segments = segments;
    this.dropped = dropped;
    this.sameBoot = sameBoot;
  }

  /**
   * Reads all files of a journal.
   *
   * @param boot the present start of the operating system, all zero where that is not known
   * @param salvage whether a journal that is damaged ends before the damage, instead of being
   *     refused
   * @throws StoreException naming the file and the place that is damaged
   */
  public static Found in(Disk disk, UUID boot, boolean salvage) {
    try {
      List<Segment> segments = new ArrayList<>();
      List<String> dropped = new ArrayList<>();
      List<String> names = disk.names().stream().filter(Segment::isName).sorted().toList();
      for (String name : names) {
        byte[] file = disk.read(name);
        Optional<Segment> segment = Segment.read(name, file, (seq, bytes, from, to) -> {});
        if (segment.isPresent()) {
          if (segment.get().header().anew()) {
            segments.forEach(before -> dropped.add(before.name()));
            segments.clear();
          }
          segments.add(segment.get());
        } else if (isUnborn(file)) {
          dropped.add(name);
        } else if (salvage) {
          dropped.addAll(names.subList(names.indexOf(name), names.size()));
          break;
        } else {
          throw damaged(disk, name, file, 0, "it does not begin as a file of a journal");
        }
      }
      return judged(disk, segments, dropped, boot, salvage);
    } catch (IOException e) {
      throw new StoreException("the journal " + disk.place("") + " cannot be read: " + e, e);
    }
  }

  /** Whether a file was given up while it was made: its head is forced before anything follows. */
  private static boolean isUnborn(byte[] file) {
    return Bits.allZero(file, Math.min(SegmentHeader.SIZE, file.length), file.length);
  }

  private static Found judged(
      Disk disk, List<Segment> segments, List<String> dropped, UUID boot, boolean salvage) {
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      Segment next = i + 1 < segments.size() ? segments.get(i + 1) : null;
      String fault = fault(segment, next);
      if (fault == null) {
        continue;
      }
      if (!salvage && !mayHaveHoles(segments.subList(i, segments.size()), boot)) {
        throw damaged(disk, segment.name(), new byte[0], segment.end(), fault);
      }
      log.warn(
          "The journal ends at group {}: {} is not whole from byte {} ({})",
          segment.lastSeq(),
          disk.place(segment.name()),
          segment.end(),
          fault);
      segments.subList(i + 1, segments.size()).forEach(later -> dropped.add(later.name()));
      segments.subList(i + 1, segments.size()).clear();
    }
    boolean sameBoot =
        !segments.isEmpty() && isKnown(boot) && segments.getLast().header().boot().equals(boot);
    return new Found(disk, segments, dropped, sameBoot);
  }

  /** What is wrong with a file, or between it and the next one; null if nothing is. */
  private static @Nullable String fault(Segment segment, @Nullable Segment next) {
    if (segment.gap()) {
      return "group " + (segment.lastSeq() + 1) + " is damaged";
    }
    if (next == null) {
      return segment.ending() == Frame.CONTINUED ? "the file that it goes on in is missing" : null;
    }
    if (!next.header().store().equals(segment.header().store())) {
      return "the next file belongs to another store";
    }
    long follows = next.header().firstSeq();
    // A file whose last write failed may hold that group all the same; it was written again.
    boolean writtenAgain = segment.ending() == 0 && follows == segment.lastSeq();
    if (follows != segment.lastSeq() + 1 && !writtenAgain) {
      return "the next file begins with group "
          + follows
          + ", but group "
          + (segment.lastSeq() + 1)
          + " is missing";
    }
    return null;
  }

  private static boolean mayHaveHoles(List<Segment> rest, UUID boot) {
    for (Segment segment : rest) {
      if (segment.header().forced()
          || segment.ending() == Frame.CLOSED
          || (segment != rest.getFirst() && segment.header().opening())
          || (isKnown(boot) && segment.header().boot().equals(boot))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isKnown(UUID boot) {
    return !boot.equals(new UUID(0, 0));
  }

  private static StoreException damaged(Disk disk, String name, byte[] file, int at, String fault) {
    boolean newer =
        file.length >= SegmentHeader.SIZE
            && SegmentHeader.of(file).isPresent()
            && SegmentHeader.isNewer(file);
    return newer
        ? new StoreException(
            disk.place(name)
                + " was written by a newer version of the engine; nothing was changed: use that"
                + " version",
            null)
        : new StoreException(
            "the journal file "
                + disk.place(name)
                + " is damaged at byte "
                + at
                + ": "
                + fault
                + ". Nothing was changed. Put the file back from a backup of the whole folder, or"
                + " open the store once with H2Store.salvaging(), which gives up what comes after"
                + " the damage",
            null);
  }

  /** Whether there is no journal. */
  public boolean isEmpty() {
    return segments.isEmpty();
  }

  /** The store that the journal belongs to. */
  public UUID store() {
    return segments.getFirst().header().store();
  }

  /** The number of the first group that the journal holds, or would hold. */
  public long firstSeq() {
    return segments.getFirst().header().firstSeq();
  }

  /** The number of the last group that the journal holds. */
  public long lastSeq() {
    return segments.getLast().lastSeq();
  }

  /** Whether the store was closed, and everything forced. */
  public boolean wasClosed() {
    return segments.getLast().ending() == Frame.CLOSED;
  }

  /** The checksum that the database had when the store was closed; empty where it is not known. */
  public OptionalInt databaseWhenClosed() {
    return segments.getLast().database();
  }

  /** Whether its last group was forced before it was acknowledged. */
  public boolean wasForced() {
    return segments.getLast().header().forced();
  }

  /** Whether the operating system has not been started again since the journal was written. */
  public boolean sameBoot() {
    return sameBoot;
  }

  List<Segment> segments() {
    return segments;
  }

  /** Files that hold nothing that counts. */
  List<String> dropped() {
    return dropped;
  }

  Disk disk() {
    return disk;
  }

  /** Reads groups again, from the one after {@code after} to {@code last}. */
  public void replay(long after, long last, Replay replay) {
    replay(disk, segments.stream().map(Segment::name).toList(), after, last, replay);
  }

  static void replay(Disk disk, List<String> names, long after, long last, Replay replay) {
    long[] reached = {after};
    for (String name : names) {
      try {
        Segment.read(
            name,
            disk.read(name),
            (seq, file, from, to) -> {
              if (seq == reached[0] + 1 && seq <= last) {
                replay.group(seq, decoded(disk, name, seq, file, from, to), to - from);
                reached[0] = seq;
              }
            });
      } catch (IOException e) {
        throw new StoreException("the journal " + disk.place(name) + " cannot be read: " + e, e);
      }
    }
    if (reached[0] != last) {
      throw new StoreException(
          "the journal " + disk.place("") + " has lost group " + (reached[0] + 1), null);
    }
  }

  private static Changes decoded(Disk disk, String name, long seq, byte[] file, int from, int to) {
    try {
      return ChangesCodec.read(new Source(file, from, to));
    } catch (UnreadableException e) {
      throw new StoreException(
          "group "
              + seq
              + " in "
              + disk.place(name)
              + " does not read: "
              + e.getMessage()
              + "; it was written by another version of the engine: use that version",
          e);
    }
  }

  /** Is told of groups, in order. */
  @FunctionalInterface
  public interface Replay {
    /**
     * One group.
     *
     * @param bytes how many it takes in the journal
     */
    void group(long seq, Changes changes, int bytes);
  }
}
