package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.RedoJournal;
import java.time.Duration;

/**
 * How far the database may be behind its journal, and how much of the journal is kept.
 *
 * @param delay how long a group may wait for others before they are applied together
 * @param applyBytes so many bytes of groups are applied without waiting any longer: the more are
 *     applied together, the more of them come to nothing, as a row does that is replaced in
 *     between; what follows is applied apart, so that no transaction is beyond H2's memory
 * @param readerBytes while a reader waits for the database, a commit waits where more than this is
 *     pending, so that no reader stands behind a long queue
 * @param mostBytes a commit waits while more bytes than this are pending
 * @param segmentBytes the size of the journal's files
 * @param copyAfterBytes a copy of the database is made, and the journal before it dropped, once the
 *     journal is larger than this, and than the database
 * @param mostFiles or once it has more files than this
 */
public record RedoBounds(
    Duration delay,
    long applyBytes,
    long readerBytes,
    long mostBytes,
    int segmentBytes,
    long copyAfterBytes,
    int mostFiles) {
  private static final long MEGABYTE = 1024 * 1024;

  /** Those of every store that holds real work. */
  public static final RedoBounds PINNED =
      new RedoBounds(
          Duration.ofMillis(100),
          2 * MEGABYTE,
          MEGABYTE / 4,
          8 * MEGABYTE,
          RedoJournal.Settings.SEGMENT_BYTES,
          64 * MEGABYTE,
          200);
}
