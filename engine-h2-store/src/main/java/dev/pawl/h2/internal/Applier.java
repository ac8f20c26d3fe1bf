package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.RedoJournal;
import dev.pawl.spi.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that brings the database up to its journal: takes what is pending, writes it in one
 * transaction together with the number of the last group in it, and begins anew. It alone writes to
 * the database.
 *
 * <p>A transaction whose answer was lost is settled by that number, which the file holds or does
 * not. A database that was opened again and is further back than what had left {@link Pending} gets
 * the rest from the journal's files before anybody reads it.
 */
final class Applier {
  private static final Logger log = LoggerFactory.getLogger(Applier.class);
  private static final AtomicInteger THREADS = new AtomicInteger();
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** How much of the journal is replayed in one transaction. */
  private static final long REPLAY_BYTES = 4 * 1024 * 1024;

  /** How often an applier tries once the store is closing. */
  private static final int LAST_TRIES = 8;

  private final Database database;
  private final RedoJournal journal;
  private final Pending pending;
  private final String name;
  private final Runnable afterEach;
  private final Thread thread;
  private Consumer<List<Long>> whenGivenUp = keys -> {};

  /** The connection of which it is known that it holds every group before the batch. */
  private Database.@Nullable Writing verified;

  /**
   * The connection of a transaction that has not been seen through to its end. Nothing that it
   * shows counts: it would show its own changes, whether they are stored or not.
   */
  private Database.@Nullable Writing inUse;

  /** The large values that the batch at hand gives up. */
  private final List<Long> givenUp = new ArrayList<>(0);

  private volatile boolean complete;

  /**
   * An applier that has not begun.
   *
   * @param afterEach run between two transactions, when nobody writes to the database
   */
  Applier(
      Database database, RedoJournal journal, Pending pending, String name, Runnable afterEach) {
    this.database = database;
    this.journal = journal;
    this.pending = pending;
    this.name = name;
    this.afterEach = afterEach;
    this.thread = new Thread(this::run, "pawl-h2-writer-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
  }

  /**
   * Brings the database up to its journal as it is now, and does so whenever it is opened again.
   *
   * @throws StoreException when the database and the journal do not belong together
   */
  void catchUp() throws SQLException {
    catchUp(database.writing());
    database.whenOpened(this::catchUp);
  }

  /**
   * Begins to apply what is pending.
   *
   * @param whenGivenUp is told of the large values that no row has any longer; not of those that a
   *     replay finds, which were told before, or are orphans that the opening finds
   */
  void start(Consumer<List<Long>> whenGivenUp) {
    this.whenGivenUp = whenGivenUp;
    thread.start();
  }

  /** Gives a database that was opened what it must have by now. */
  private void catchUp(Database.Writing writing) throws SQLException {
    long stored = EngineStateTable.commitSeq(writing.statements);
    long wanted = pending.appliedSeq();
    if (stored > journal.lastSeq()) {
      throw new StoreException(
          "the store "
              + name
              + " holds group "
              + stored
              + " but its journal ends with group "
              + journal.lastSeq()
              + ": a part of the journal is missing, or somebody else wrote to the database. Put"
              + " the folder back as it was, or open the store once with H2Store.salvaging()",
          null);
    }
    if (stored < wanted) {
      log.info("The store {} replays groups {} to {}", name, stored + 1, wanted);
      replay(writing, stored, wanted, new ArrayList<>());
    }
  }

  private void replay(Database.Writing writing, long stored, long wanted, List<Long> givenUp)
      throws SQLException {
    PendingBatch[] batch = {new PendingBatch()};
    try {
      journal.replay(
          stored,
          wanted,
          (seq, changes, bytes) -> {
            batch[0].add(seq, changes, bytes, Set.of());
            if (batch[0].isIncomplete()) {
              throw new OutOfMemoryError("group " + seq + " cannot be replayed");
            }
            // Nothing follows a deletion in one transaction: it could be about the same id.
            if (batch[0].bytes() >= REPLAY_BYTES || batch[0].deletes()) {
              write(writing, batch[0], givenUp);
              batch[0] = new PendingBatch();
            }
          });
      if (!batch[0].isEmpty()) {
        write(writing, batch[0], givenUp);
      }
    } catch (ReplayException e) {
      throw e.failure;
    }
  }

  private static void write(Database.Writing writing, PendingBatch batch, List<Long> givenUp) {
    try {
      writeAndCommit(writing, batch, givenUp);
    } catch (SQLException e) {
      throw new ReplayException(e);
    }
  }

  /** Carries a failure of the database through the journal. */
  private static final class ReplayException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient SQLException failure;

    ReplayException(SQLException failure) {
      super(failure);
      this.failure = failure;
    }
  }

  private static void writeAndCommit(
      Database.Writing writing, PendingBatch batch, List<Long> givenUp) throws SQLException {
    givenUp.addAll(batch.givenUp());
    Tables.write(writing.statements, batch.changes(), batch.lastSeq(), givenUp);
    writing.connection.commit();
    if (!writing.isOpen()) {
      // H2 returns as if nothing had happened where the file was closed before it could be written.
      throw new SQLException("the database was closed during the commit");
    }
  }

  private void run() {
    try {
      boolean more = true;
      while (more) {
        try {
          more = step();
        } catch (OutOfMemoryError e) {
          // Somebody else's doing, and over soon; wherever it struck, the batch is still there.
          LockSupport.parkNanos(FIRST_PAUSE_NANOS);
        }
      }
    } catch (Throwable e) { // whoever waits for this thread must not wait for ever
      pending.brokenBy(e);
      log.error("The store {} cannot go on", name, e);
    }
  }

  /** Applies one batch; false where there is nothing more to do. */
  private boolean step() {
    Optional<PendingBatch> batch = pending.take();
    if (batch.isEmpty()) {
      complete = true;
      return false;
    }
    if (!apply(batch.get())) {
      return false;
    }
    // In this order: should the first be cut off, the second finds the batch in the database.
    pending.applied();
    inUse = null;
    afterEach();
    return true;
  }

  private void afterEach() {
    try {
      if (!givenUp.isEmpty()) {
        whenGivenUp.accept(givenUp);
        givenUp.clear();
      }
      afterEach.run();
    } catch (RuntimeException | Error e) {
      log.warn("The store {} could not be tidied up and will try again", name, e);
    }
  }

  /** Applies a batch, however often it takes; false where the store closes before it succeeds. */
  private boolean apply(PendingBatch batch) {
    long pauseNanos = FIRST_PAUSE_NANOS;
    int lastTries = 0;
    while (true) {
      Database.Writing writing = null;
      try {
        abandonIfInUse();
        writing = database.writing();
        if (writing != verified) {
          boolean there = EngineStateTable.commitSeq(writing.statements) == batch.lastSeq();
          verified = writing;
          if (there) {
            return true;
          }
        }
        inUse = writing;
        givenUp.clear();
        if (batch.isIncomplete()) {
          replay(writing, EngineStateTable.commitSeq(writing.statements), batch.lastSeq(), givenUp);
        } else {
          writeAndCommit(writing, batch, givenUp);
        }
        return true;
      } catch (SQLException e) {
        if (Writer.isRefusal(e)) {
          throw new IllegalStateException(e);
        }
        giveUp(writing, e);
        lastTries += pending.failed(e, pauseNanos) ? 0 : 1;
      } catch (IllegalStateException e) {
        if (writing == null || writing.isOpen()) {
          throw e; // the changes do not fit to what is stored
        }
        giveUp(writing, e);
        lastTries += pending.failed(e, pauseNanos) ? 0 : 1;
      } catch (RuntimeException | Error e) {
        giveUp(writing, e);
        lastTries += pending.failed(e, pauseNanos) ? 0 : 1;
      }
      if (lastTries >= LAST_TRIES) {
        log.warn("The store {} is closed before its database has everything", name);
        return false;
      }
      pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }
  }

  private void abandonIfInUse() {
    Database.Writing left = inUse;
    if (left != null) {
      verified = null;
      database.abandon(left);
      inUse = null;
    }
  }

  private void giveUp(Database.@Nullable Writing writing, Throwable failure) {
    verified = null;
    if (writing != null) {
      database.abandon(writing);
      inUse = null;
    }
    log.warn("The database of the store {} failed and is opened again", name, failure);
  }

  /**
   * Applies what is still pending and ends.
   *
   * @return whether the database has every group
   */
  boolean close() {
    pending.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return complete;
  }
}
