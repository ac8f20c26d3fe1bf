package dev.pawl.h2.internal.redo;

import dev.pawl.spi.Changes;
import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open journal. Each opening of the store, and each group after a file has grown to its size,
 * begins a new file; nothing is ever written behind something that a former process, or a write
 * that failed, may have left.
 *
 * <p>Room is made ahead with zeros: a force then has no length of a file to write, and a full disk
 * is noticed while the group is certainly not there yet.
 *
 * <p>After a write or a force that failed, nobody knows what of it is on the disk, and a force that
 * is tried again may report success for data that the system has dropped. So that file is given up
 * as it is, and the same group is written again, to a new one.
 *
 * <p>{@link #append} and {@link #close} are called by one thread at a time, the other methods by
 * any.
 */
public final class RedoJournal {
  private static final Logger log = LoggerFactory.getLogger(RedoJournal.class);

  private static final int LEAST_ROOM = 64 * 1024;
  private static final int MOST_ROOM = 1024 * 1024;

  private final Disk disk;
  private final Settings settings;
  private final Sink sink = new Sink();
  private final SplittableRandom salts = new SplittableRandom();

  /** Files that are full or given up, oldest first. */
  private final CopyOnWriteArrayList<Segment> done = new CopyOnWriteArrayList<>();

  private volatile @Nullable Writing current;
  private boolean opened;
  private long nextNumber;
  private volatile long lastSeq;

  /**
   * How a journal is written.
   *
   * @param store the store that it belongs to
   * @param boot the present start of the operating system, all zero where that is not known
   * @param forced whether a group is forced before {@link #append} returns
   * @param segmentBytes the size from which on a file is full
   */
  public record Settings(UUID store, UUID boot, boolean forced, int segmentBytes) {
    /** Small enough to be read at once and dropped soon, large enough to be begun rarely. */
    public static final int SEGMENT_BYTES = 8 * 1024 * 1024;
  }

  private RedoJournal(Disk disk, Settings settings, long lastSeq) {
    this.disk = disk;
    this.settings = settings;
    this.lastSeq = lastSeq;
  }

  /**
   * Goes on with a journal: what a former process has left is cut to its whole records and forced,
   * so that nothing new can stand on something that a power loss would still take away.
   *
   * @param lastSeq the number of the last group, for a journal that is empty
   */
  public static RedoJournal open(Found found, Settings settings, long lastSeq) throws IOException {
    RedoJournal journal =
        new RedoJournal(
            found.disk(), settings, found.isEmpty() ? lastSeq : found.lastSeq());
    for (Segment segment : found.segments()) {
      if (segment.end() < segment.size()) {
        found.disk().truncate(segment.name(), segment.end());
      } else {
        found.disk().force(segment.name());
      }
      journal.done.add(segment);
      journal.nextNumber = segment.header().number() + 1;
    }
    for (String name : found.dropped()) {
      found.disk().delete(name);
    }
    journal.begin();
    journal.deleteEmpty();
    return journal;
  }

  /** A store that is opened and closed again and again without a commit leaves no files. */
  private void deleteEmpty() throws IOException {
    for (Segment segment : done) {
      if (segment.isEmpty()) {
        disk.delete(segment.name());
        done.remove(segment);
      }
    }
  }

  /**
   * Appends a group. The caller gives {@code seq} and {@code changes} again if this fails with
   * {@link AppendException#mayBeThere()}.
   *
   * @param seq the number after that of the last group
   * @return how many bytes it takes
   */
  public int append(long seq, Changes changes) throws AppendException {
    if (seq != lastSeq + 1) {
      throw new IllegalStateException("group " + seq + " cannot follow group " + lastSeq);
    }
    Frame.begin(sink);
    ChangesCodec.write(sink, changes);
    int length = sink.size() - Frame.HEAD;
    sink.pad(Frame.UNIT);
    Writing file = withRoom(sink.size());
    try {
      Frame.end(sink, length, Frame.GROUP, seq, file.header.salt());
      file.append(sink);
      if (settings.forced()) {
        file.open.force();
      }
    } catch (IOException e) {
      giveUp(file);
      throw new AppendException(e, true);
    }
    lastSeq = seq;
    return length;
  }

  private Writing withRoom(int bytes) throws AppendException {
    try {
      Writing file = current;
      if (file == null) {
        file = begin();
      } else if (file.end >= settings.segmentBytes()) {
        Writing full = file;
        file = begin();
        finish(full, Frame.CONTINUED);
      }
      file.makeRoom(bytes);
      return file;
    } catch (IOException e) {
      throw new AppendException(e, false);
    }
  }

  /** Makes the next file, and forces it and its name: then only groups remain to be forced. */
  private Writing begin() throws IOException {
    SegmentHeader header =
        new SegmentHeader(
            settings.store(),
            nextNumber,
            lastSeq + 1,
            salts.nextLong(),
            settings.boot(),
            settings.forced(),
            !opened);
    String name = Segment.name(nextNumber);
    Writing begun = null;
    Disk.OpenFile file = disk.create(name);
    try {
      Writing made = new Writing(name, header, file);
      file.write(0, header.bytes(), SegmentHeader.SIZE);
      made.makeRoom(0);
      file.force();
      disk.forceFolder();
      begun = made;
    } finally {
      if (begun == null) {
        discard(name, file);
      }
    }
    nextNumber++;
    opened = true;
    current = begun;
    return begun;
  }

  private void discard(String name, Disk.OpenFile file) {
    closeQuietly(file);
    try {
      disk.delete(name);
    } catch (IOException e) {
      log.debug("The unfinished file {} could not be deleted", name, e);
      nextNumber++; // it is in the way
    }
  }

  /** Marks the end of a file; no group depends on the mark. */
  private void finish(Writing file, int ending) {
    try {
      Frame.begin(sink);
      sink.pad(Frame.UNIT);
      Frame.end(sink, 0, ending, lastSeq, file.header.salt());
      file.append(sink);
      file.open.truncate(file.end);
      if (settings.forced() || ending == Frame.CLOSED) {
        file.open.force();
      }
    } catch (IOException e) {
      log.debug("The end of {} could not be marked", file.name, e);
    }
    done.add(file.found(file.header.firstSeq() > lastSeq ? 0 : ending, lastSeq));
    closeQuietly(file.open);
  }

  private void giveUp(Writing file) {
    log.warn("The journal file {} cannot be written to any more", file.name);
    done.add(file.found(0, lastSeq));
    closeQuietly(file.open);
    current = null;
  }

  private static void closeQuietly(Disk.OpenFile file) {
    try {
      file.close();
    } catch (IOException e) {
      log.debug("A journal file could not be closed", e);
    }
  }

  /** The number of the last group. */
  public long lastSeq() {
    return lastSeq;
  }

  /** How many bytes all its files take. */
  public long bytes() {
    Writing writing = current;
    return done.stream().mapToLong(Segment::end).sum() + (writing == null ? 0 : writing.end);
  }

  /** How many files it has. */
  public int files() {
    return done.size() + 1;
  }

  /** Deletes the files that hold nothing after a group. */
  public void dropThrough(long seq) throws IOException {
    for (Segment segment : done) {
      if (segment.lastSeq() > seq) {
        return;
      }
      // Oldest first: whatever of this a power loss leaves undone, what is left has no gap.
      disk.delete(segment.name());
      done.remove(segment);
    }
  }

  /** Reads groups again that were appended, from the one after {@code after} to {@code last}. */
  public void replay(long after, long last, Found.Replay replay) {
    if (after == last) {
      return;
    }
    List<Segment> all = new ArrayList<>(done);
    Writing writing = current;
    if (writing != null) {
      all.add(writing.found(0, last));
    }
    if (all.isEmpty() || all.getFirst().header().firstSeq() > after + 1) {
      throw new StoreException(
          "the journal " + disk.place("") + " does not go back to group " + (after + 1), null);
    }
    Found.replay(disk, all, after, last, replay);
  }

  /**
   * Closes the journal.
   *
   * @param clean whether the database has got everything and was forced: then the journal is forced
   *     too, and marked
   */
  public void close(boolean clean) throws IOException {
    Writing file = current;
    current = null;
    if (file == null) {
      return;
    }
    if (!clean) {
      closeQuietly(file.open);
      return;
    }
    if (!settings.forced()) {
      for (Segment segment : done) {
        disk.force(segment.name());
      }
    }
    finish(file, Frame.CLOSED);
  }

  /** The file that groups are appended to. */
  private static final class Writing {
    private final String name;
    private final SegmentHeader header;
    private final Disk.OpenFile open;
    private volatile int end = SegmentHeader.SIZE;
    private int room = SegmentHeader.SIZE;

    Writing(String name, SegmentHeader header, Disk.OpenFile open) {
      this.name = name;
      this.header = header;
      this.open = open;
    }

    void append(Sink sink) throws IOException {
      open.write(end, sink.array(), sink.size());
      end += sink.size();
      room = Math.max(room, end);
    }

    void makeRoom(int bytes) throws IOException {
      if (room >= end + bytes && room > SegmentHeader.SIZE) {
        return;
      }
      int more = Math.max(bytes, Math.clamp(end, LEAST_ROOM, MOST_ROOM));
      open.write(room, new byte[more], more);
      room += more;
    }

    Segment found(int ending, long lastSeq) {
      return new Segment(name, header, lastSeq, end, end, ending, false, false);
    }
  }
}
