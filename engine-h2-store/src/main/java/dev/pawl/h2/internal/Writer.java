package dev.pawl.h2.internal;

import dev.pawl.spi.Changes;
import dev.pawl.spi.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes changes, each in one transaction and exactly once.
 *
 * <p>A commit whose answer was lost, because H2 closed the database underneath, may have taken
 * effect or not. The count that every transaction raises tells: the file is opened again, and if it
 * holds the count that the lost commit would have written, the commit is there; otherwise it is
 * written again. Where the file cannot be opened for now the changes stay unresolved, and the next
 * call settles them first.
 *
 * <p>Runs on the thread that calls, which saves two hand-overs a commit: it is the engine's loop, a
 * platform thread that nobody interrupts. Should it be interrupted all the same, the flag is taken
 * away while H2 works, and an interrupt in the middle finds the file system that does not react to
 * it.
 */
final class Writer implements Committing {
  private static final Logger log = LoggerFactory.getLogger(Writer.class);

  private final Database database;
  private final String name;
  private final ReentrantLock turn = new ReentrantLock();

  /** The count that the last commit wrote. */
  private long count;

  /** The connection of which it is known that it holds that count. */
  private Database.@Nullable Writing verified;

  /** Changes of which it is not known whether they were written under the count that follows. */
  private @Nullable Changes unresolved;

  private boolean unresolvedReachedCommit;

  /** The thread that called {@link #commit} last. */
  private volatile @Nullable Thread committer;

  Writer(Database database, String name) throws SQLException {
    this.database = database;
    this.name = name;
    Database.Writing writing = database.writing();
    this.count = EngineStateTable.commitSeq(writing.statements);
    this.verified = writing;
  }

  @Override
  public void commit(Changes changes, LargeValues large) {
    if (changes.isEmpty()) {
      return;
    }
    ChangesCheck.require(changes);
    committer = Thread.currentThread();
    turn.lock();
    boolean interrupted = Thread.interrupted();
    try {
      List<Long> givenUp = new ArrayList<>(0);
      commitUninterrupted(changes, large, givenUp);
      large.taken(changes);
      large.giveUp(givenUp);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      turn.unlock();
    }
  }

  /** Whether the calling thread is the one that commits. */
  @Override
  public boolean isCommitter() {
    return committer == Thread.currentThread();
  }

  /**
   * Reads on the connection that writes, which costs the thread that commits no hand-over to a
   * reader. It finds whole commits, as every reader does: between two commits no change is pending
   * here, because one that failed was rolled back, or took its connection with it.
   *
   * <p>Tries once and changes nothing in here; a reader tries better.
   */
  @Override
  public <T> T read(Reading<T> reading) throws SQLException {
    turn.lock();
    boolean interrupted = Thread.interrupted();
    try {
      return reading.read(database.writing().statements);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      turn.unlock();
    }
  }

  private void commitUninterrupted(Changes changes, LargeValues large, List<Long> givenUp) {
    Patience patience = new Patience();
    while (true) {
      Database.Writing writing = null;
      try {
        writing = database.writing();
        if (writing != verified && verify(writing, changes)) {
          return;
        }
        givenUp.clear();
        write(writing, changes, large, givenUp);
        return;
      } catch (SQLException e) {
        if (isRefusal(e)) {
          rollBack(writing);
          throw new IllegalStateException(
              "the store " + name + " refuses the changes: " + e.getMessage(), e);
        }
        recover(writing, changes, patience, e);
      } catch (StoreException e) {
        throw e;
      } catch (IllegalStateException e) {
        rollBack(writing);
        throw e;
      } catch (RuntimeException | Error e) {
        recover(writing, changes, patience, e);
      }
    }
  }

  /**
   * Compares the count of a database that was opened again with the one that it must hold, and so
   * finds out about unresolved changes.
   *
   * @return whether those are {@code changes}, and were written
   */
  private boolean verify(Database.Writing writing, Changes changes) throws SQLException {
    long stored = EngineStateTable.commitSeq(writing.statements);
    boolean written = unresolved != null && stored == count + 1;
    if (!written && stored != count) {
      throw new StoreException(
          "the store "
              + name
              + " has gone from commit "
              + count
              + " to commit "
              + stored
              + " while it was closed: acknowledged work is missing, or somebody else wrote to it",
          null);
    }
    boolean same = changes.equals(unresolved);
    count = stored;
    unresolved = null;
    unresolvedReachedCommit = false;
    verified = writing;
    return same && written;
  }

  private void write(
      Database.Writing writing, Changes changes, LargeValues large, List<Long> givenUp)
      throws SQLException {
    TakenValues.require(changes, large, id -> Inputs.payloadKey(writing.statements, id));
    Tables.write(writing.statements, changes, count + 1, givenUp);
    unresolved = changes;
    unresolvedReachedCommit = true;
    writing.connection.commit();
    if (!writing.isOpen()) {
      // H2 returns as if nothing had happened where the file was closed before it could be written.
      throw new SQLException("the database was closed during the commit");
    }
    unresolved = null;
    unresolvedReachedCommit = false;
    count++;
  }

  /**
   * After a failure that says nothing about the changes: prepares another try, or gives up for now.
   */
  private void recover(
      Database.@Nullable Writing writing, Changes changes, Patience patience, Throwable failure) {
    verified = null;
    if (unresolved == null) {
      unresolved = changes;
    }
    if (writing != null) {
      database.abandon(writing);
    }
    log.warn("The store {} failed in a commit and is opened again", name, failure);
    if (!patience.pause()) {
      throw new StoreException(
          "the store "
              + name
              + " cannot write: "
              + failure.getMessage()
              + (unresolvedReachedCommit
                  ? "; whether the changes were stored is not known yet"
                  : ""),
          failure,
          unresolvedReachedCommit);
    }
  }

  /**
   * Whether H2 refused values or keys, as it would again: the engine is wrong, and the database
   * sound.
   */
  static boolean isRefusal(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }

  private void rollBack(Database.@Nullable Writing writing) {
    if (writing == null) {
      return;
    }
    try {
      writing.connection.rollback();
    } catch (SQLException e) {
      log.warn("The store {} could not take back a refused commit and is opened again", name, e);
      database.abandon(writing);
    }
  }
}
