package dev.pawl.h2.internal.redo;

import dev.pawl.spi.Changes;
import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.OptionalInt;
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

  private static final byte[] ZEROS = new byte[LEAST_ROOM];

  private final Disk disk;
  private final Settings settings;
  private final boolean anew;
  private final Sink sink = new Sink();

  /** Apart, because a file may be finished while a group is ready to be appended to the next. */
  private final Sink mark = new Sink();

  private final SplittableRandom salts = new SplittableRandom();

  /** All files, oldest first. */
  private final CopyOnWriteArrayList<Stretch> stretches = new CopyOnWriteArrayList<>();

  private @Nullable Writing current;

  /** A file whose last write may have failed. */
  private @Nullable Writing givenUp;

  private boolean opened;
  private volatile boolean inDoubt;
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

  private RedoJournal(Disk disk, Settings settings, boolean anew, long lastSeq) {
    this.disk = disk;
    this.settings = settings;
    this.anew = anew;
    this.lastSeq = lastSeq;
  }

  /**
   * Goes on with a journal: what a former process has left is cut to its whole records and forced,
   * so that nothing new can stand on something that a power loss would still take away.
   */
  public static RedoJournal open(Found found, Settings settings) throws IOException {
    RedoJournal journal =
        new RedoJournal(found.disk(), settings, false, found.isEmpty() ? 0 : found.lastSeq());
    for (Segment segment : found.segments()) {
      if (segment.end() < segment.size()) {
        found.disk().truncate(segment.name(), segment.end());
      } else {
        found.disk().force(segment.name());
      }
      journal.stretches.add(
          new Stretch(
              segment.name(), segment.header().firstSeq(), segment.lastSeq(), segment.end()));
      journal.nextNumber = segment.header().number() + 1;
    }
    for (String name : found.dropped()) {
      found.disk().delete(name);
    }
    Writing begun = journal.begin();
    journal.closingUnlessDone(begun, journal::deleteEmpty);
    return journal;
  }

  /** Makes the first file of a new store's journal, with which {@link #open} goes on. */
  public static void prepare(Found found, Settings settings) throws IOException {
    for (String name : found.dropped()) {
      found.disk().delete(name);
    }
    closeQuietly(new RedoJournal(found.disk(), settings, true, 0).begin().open);
  }

  /**
   * Begins a journal that has nothing to do with the one before, which is deleted.
   *
   * @param lastSeq the group that the database ends with
   */
  public static RedoJournal beginAnew(Found found, Settings settings, long lastSeq)
      throws IOException {
    RedoJournal journal = new RedoJournal(found.disk(), settings, true, lastSeq);
    for (String name : found.dropped()) {
      found.disk().delete(name);
    }
    if (!found.isEmpty()) {
      journal.nextNumber = found.segments().getLast().header().number() + 1;
    }
    Writing begun = journal.begin();
    journal.closingUnlessDone(
        begun,
        () -> {
          for (Segment segment : found.segments()) {
            found.disk().delete(segment.name());
          }
        });
    return journal;
  }

  /** The last step of an opening. */
  private interface LastStep {
    void take() throws IOException;
  }

  private void closingUnlessDone(Writing begun, LastStep step) throws IOException {
    boolean done = false;
    try {
      step.take();
      done = true;
    } finally {
      if (!done) {
        closeQuietly(begun.open);
      }
    }
  }

  /** A store that is opened and closed again and again without a commit leaves no files. */
  private void deleteEmpty() throws IOException {
    for (Stretch stretch : stretches) {
      if (stretch.lastSeq < stretch.firstSeq && stretch != stretches.getLast()) {
        disk.delete(stretch.name);
        stretches.remove(stretch);
      }
    }
  }

  /**
   * Appends a group. Where this fails and {@link #inDoubt()} says so, the caller gives the same
   * number and the same changes again before anything else.
   *
   * @param seq the number after that of the last group
   * @return how many bytes it takes
   */
  public int append(long seq, Changes changes) throws IOException {
    if (seq != lastSeq + 1) {
      throw new IllegalStateException("group " + seq + " cannot follow group " + lastSeq);
    }
    Frame.begin(sink);
    ChangesCodec.write(sink, changes);
    int length = sink.size() - Frame.HEAD;
    sink.pad(Frame.UNIT);
    Writing file = withRoom(sink.size());
    Frame.end(sink, length, Frame.GROUP, seq, file.header.salt());
    // From here on nothing is known until it has succeeded, whatever fails, memory included.
    inDoubt = true;
    current = null;
    givenUp = file;
    file.append(sink);
    if (settings.forced()) {
      file.open.force();
    }
    file.stretch.lastSeq = seq;
    lastSeq = seq;
    current = file;
    givenUp = null;
    inDoubt = false;
    return length;
  }

  /**
   * Forces every group that was appended before this call, where {@link #append} does not: for what
   * goes with a group, stands elsewhere, and must not go sooner than it.
   */
  public void force() throws IOException {
    if (settings.forced()) {
      return;
    }
    for (Stretch stretch : stretches) {
      boolean full = stretch != stretches.getLast();
      if (!stretch.forced) {
        try {
          disk.force(stretch.name);
        } catch (NoSuchFileException e) {
          log.debug("{} was dropped, and needs no force", stretch.name, e);
        }
        stretch.forced = full;
      }
    }
  }

  /** Whether the group after the last one may be in the journal. */
  public boolean inDoubt() {
    return inDoubt;
  }

  private Writing withRoom(int bytes) throws IOException {
    Writing file = current;
    if (file == null) {
      file = begin();
    } else if (file.stretch.end >= settings.segmentBytes()) {
      Writing full = file;
      file = begin();
      finish(full, Frame.CONTINUED, OptionalInt.empty());
    }
    file.makeRoom(bytes);
    return file;
  }

  /** Makes the next file, and forces it and its name: then only groups remain to be forced. */
  private Writing begin() throws IOException {
    closeGivenUp();
    SegmentHeader header =
        new SegmentHeader(
            settings.store(),
            nextNumber,
            lastSeq + 1,
            salts.nextLong(),
            settings.boot(),
            settings.forced(),
            !opened,
            anew && !opened);
    String name = Segment.name(nextNumber);
    Writing begun = null;
    Disk.OpenFile file = create(name);
    try {
      Writing made = new Writing(header, file, new Stretch(name, lastSeq + 1, lastSeq, 0));
      file.write(0, header.bytes(), SegmentHeader.SIZE);
      made.makeRoom(0);
      file.force();
      disk.forceFolder();
      stretches.add(made.stretch);
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

  private Disk.OpenFile create(String name) throws IOException {
    try {
      return disk.create(name);
    } catch (FileAlreadyExistsException e) {
      nextNumber++; // left by a try that failed: otherwise it is in the way for ever
      throw e;
    }
  }

  private void closeGivenUp() {
    if (givenUp != null) {
      log.warn("Nothing more is written to the journal file {}", givenUp.stretch.name);
      closeQuietly(givenUp.open);
      givenUp = null;
    }
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
  private void finish(Writing file, int ending, OptionalInt body) {
    try {
      Frame.begin(mark);
      body.ifPresent(mark::fixed);
      int length = mark.size() - Frame.HEAD;
      mark.pad(Frame.UNIT);
      Frame.end(mark, length, ending, lastSeq, file.header.salt());
      file.append(mark);
      file.open.truncate(file.stretch.end);
      if (settings.forced() || ending == Frame.CLOSED) {
        file.open.force();
      }
    } catch (IOException e) {
      log.debug("The end of {} could not be marked", file.stretch.name, e);
    }
    closeQuietly(file.open);
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
    return stretches.stream().mapToLong(stretch -> stretch.end).sum();
  }

  /** The number of the first group that it holds, or would hold. */
  public long firstSeq() {
    return stretches.getFirst().firstSeq;
  }

  /** How many files it has. */
  public int files() {
    return stretches.size();
  }

  /** Deletes the files that hold nothing after a group. */
  public void dropThrough(long seq) throws IOException {
    for (Stretch stretch : stretches) {
      if (stretch.lastSeq > seq || stretch == stretches.getLast()) {
        return;
      }
      // Oldest first, and one by one: whatever a power loss leaves undone, it leaves no gap. Nor
      // does a file that cannot be deleted now: it is forgotten only once it is gone.
      disk.delete(stretch.name);
      stretches.remove(stretch);
      disk.forceFolder();
    }
  }

  /**
   * The whole records of a file.
   *
   * @param length how many bytes they take from the beginning on
   */
  public record Part(String file, long length) {}

  /**
   * The files that hold every group after {@code after} that has been appended by now, and perhaps
   * some that are being appended. For whoever copies them, and sees to it that none is dropped.
   */
  public List<Part> parts(long after) {
    while (true) {
      Stretch last = stretches.getLast();
      List<Part> parts =
          stretches.stream()
              .filter(stretch -> stretch.lastSeq > after || stretch == last)
              .map(stretch -> new Part(stretch.name, stretch.end))
              .toList();
      // A file is marked as continued only after the next one is there: without that, it would
      // say that something is missing.
      if (last == stretches.getLast()) {
        return parts;
      }
    }
  }

  /** Reads groups again that were appended, from the one after {@code after} to {@code last}. */
  public void replay(long after, long last, Found.Replay replay) {
    if (after == last) {
      return;
    }
    if (stretches.getFirst().firstSeq > after + 1) {
      throw new StoreException(
          "the journal " + disk.place("") + " does not go back to group " + (after + 1), null);
    }
    List<String> names =
        stretches.stream()
            .filter(stretch -> stretch.lastSeq > after)
            .map(stretch -> stretch.name)
            .toList();
    Found.replay(disk, names, after, last, replay);
  }

  /** Closes the journal as it is, without a mark. */
  public void close() {
    Writing file = current;
    current = null;
    closeGivenUp();
    if (file != null) {
      closeQuietly(file.open);
    }
  }

  /**
   * Closes the journal where the database has got everything and was forced: it is forced too, and
   * marked.
   *
   * @param database the checksum of the database's file; empty where that is not known
   */
  public void closeClean(OptionalInt database) throws IOException {
    try {
      Writing file = current;
      if (file != null && !settings.forced()) {
        for (Stretch stretch : stretches) {
          disk.force(stretch.name);
        }
      }
      if (file != null) {
        current = null;
        finish(file, Frame.CLOSED, database);
      }
    } finally {
      close();
    }
  }

  /** What a file holds. Written by the thread that appends, read by any. */
  private static final class Stretch {
    private final String name;
    private final long firstSeq;
    private volatile long lastSeq;
    private volatile int end;

    /** Whether everything that will ever be in it is forced; only known where groups are not. */
    private volatile boolean forced;

    Stretch(String name, long firstSeq, long lastSeq, int end) {
      this.name = name;
      this.firstSeq = firstSeq;
      this.lastSeq = lastSeq;
      this.end = end;
    }
  }

  /** The file that groups are appended to. */
  private static final class Writing {
    private final SegmentHeader header;
    private final Disk.OpenFile open;
    private final Stretch stretch;
    private int room = SegmentHeader.SIZE;

    Writing(SegmentHeader header, Disk.OpenFile open, Stretch stretch) {
      this.header = header;
      this.open = open;
      this.stretch = stretch;
      stretch.end = SegmentHeader.SIZE;
    }

    void append(Sink sink) throws IOException {
      int begin = stretch.end;
      sink.writeTo(open, begin);
      int end = begin + sink.size();
      stretch.end = end;
      room = Math.max(room, end);
    }

    void makeRoom(int bytes) throws IOException {
      int end = stretch.end;
      if (room >= end + bytes && room > SegmentHeader.SIZE) {
        return;
      }
      int wanted = end + Math.max(bytes, Math.clamp(end, LEAST_ROOM, MOST_ROOM));
      while (room < wanted) {
        int more = Math.min(ZEROS.length, wanted - room);
        open.write(room, ZEROS, more);
        room += more;
      }
    }
  }
}
