package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.RedoJournal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the journal from growing: once it is larger than the database, the database is copied, and
 * what the copy holds is dropped from the journal. So the folder takes at most about three times
 * what the database does, four while a copy is made.
 *
 * <p>The copy is of the database between two transactions. It is made by a thread of its own, while
 * others follow, which only append to the file until it is made.
 */
final class Tidying {
  private static final Logger log = LoggerFactory.getLogger(Tidying.class);
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final Database database;
  private final Copies copies;
  private final RedoJournal journal;
  private final RedoBounds bounds;
  private final Pending pending;

  /** Held while files are deleted, and by whoever needs them. */
  private final ReentrantLock cutting = new ReentrantLock();

  private volatile @Nullable Thread copier;

  /** Whether the database is being read, so that it may only be appended to. */
  private volatile boolean reading;

  /** The database that is only appended to; used by the thread that writes to it. */
  private Database.@Nullable Writing appendedTo;

  private volatile long notBeforeBytes;

  /** Why the last copy has failed; null where it has not. */
  private volatile @Nullable String failure;

  Tidying(
      Database database, Copies copies, RedoJournal journal, RedoBounds bounds, Pending pending) {
    this.database = database;
    this.copies = copies;
    this.journal = journal;
    this.bounds = bounds;
    this.pending = pending;
  }

  /** Begins to make a copy if it is time; called while nobody writes to the database. */
  void tidyIfNeeded() {
    Database.Writing writing = appendedTo;
    if (writing != null && !reading) {
      appendedTo = null;
      writing.reuseSpace();
    }
    if (copier == null && isNeeded()) {
      beginCopy();
    }
  }

  private void beginCopy() {
    long seq = pending.appliedSeq();
    try {
      Database.Writing writing = database.writing();
      writing.onlyAppend();
      appendedTo = writing;
      Copies.Moment moment = copies.now();
      Thread thread =
          new Thread(
              () -> copy(seq, moment, writing), "pawl-h2-copier-" + THREADS.incrementAndGet());
      thread.setDaemon(true);
      copier = thread;
      reading = true;
      thread.start();
    } catch (IOException | SQLException | RuntimeException | Error e) {
      copier = null;
      reading = false;
      failed(e);
    }
  }

  private boolean isNeeded() {
    long bytes = journal.bytes();
    if (bytes < notBeforeBytes) {
      return false;
    }
    if (journal.files() > bounds.mostFiles()) {
      return true;
    }
    try {
      return bytes > bounds.copyAfterBytes() && bytes > copies.databaseBytes();
    } catch (IOException e) {
      return false; // the file is away; there is nothing to copy
    }
  }

  private void copy(long seq, Copies.Moment moment, Database.Writing writing) {
    try {
      keep(seq, read(moment, writing));
      notBeforeBytes = 0;
      failure = null;
    } catch (IOException | RuntimeException | Error e) {
      failed(e);
    } finally {
      copier = null;
    }
  }

  private int read(Copies.Moment moment, Database.Writing writing) throws IOException {
    try {
      int crc32c = copies.copy(moment);
      if (!writing.isOpen()) {
        copies.discard();
        throw new IOException("the database was opened again while it was copied");
      }
      return crc32c;
    } finally {
      reading = false;
    }
  }

  private void keep(long seq, int crc32c) throws IOException {
    cutting.lock();
    try {
      copies.keep(seq, crc32c);
      journal.dropThrough(seq);
    } finally {
      cutting.unlock();
    }
  }

  /**
   * Deletes no copy and no file of the journal until the same thread calls {@link #keepNoLonger}.
   * Copies go on being made; that the last one counts has to wait.
   */
  void keepAll() {
    cutting.lock();
  }

  /** Undoes {@link #keepAll}. */
  void keepNoLonger() {
    cutting.unlock();
  }

  private void failed(Throwable e) {
    log.warn("The database could not be copied; its journal grows until that succeeds", e);
    failure = String.valueOf(e);
    notBeforeBytes = journal.bytes() + bounds.copyAfterBytes() / 4;
  }

  /** Why the journal grows, though it should have been cut; null where it should not. */
  @Nullable String failure() {
    return failure;
  }

  /** Makes a copy now, and returns when it is kept. */
  void tidyNow(long seq) throws IOException {
    copies.keep(seq, copies.copy(copies.now()));
    journal.dropThrough(seq);
  }

  /** Waits until nothing is being copied, whether the thread is interrupted or not. */
  void close() {
    Thread thread = copier;
    boolean interrupted = false;
    while (thread != null && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
