package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.RedoJournal;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits by appending to the journal; the database gets the same changes later.
 *
 * <p>What is in the journal can never be taken back, so everything that the database could refuse
 * is checked before. When an append fails half way, nobody knows whether the group would be found
 * after a crash. Then the same group is appended again, under the same number, before anything
 * else: by the caller's next try, or, should that bring other changes, of its own accord.
 */
final class JournaledWriter implements Committing {
  private static final Logger log = LoggerFactory.getLogger(JournaledWriter.class);

  private final RedoJournal journal;
  private final Pending pending;
  private final LookUps lookUps;
  private final Existence existence;
  private final String name;
  private final ReentrantLock turn = new ReentrantLock();

  /** The group that may be in the journal under the number that follows. */
  private @Nullable Group unresolved;

  /** Changes that were reported as unresolved and have been appended since. */
  private @Nullable Changes settled;

  /** Whether the folder may be somebody else's by now. */
  private boolean closed;

  /**
   * Changes that keep their promises.
   *
   * @param losingBatches the batches in which runs stand that they delete
   */
  private record Group(Changes changes, Set<Long> losingBatches) {}

  /** The thread that called {@link #commit} last. */
  private volatile @Nullable Thread committer;

  JournaledWriter(RedoJournal journal, Pending pending, LookUps lookUps, String name) {
    this.journal = journal;
    this.pending = pending;
    this.lookUps = lookUps;
    this.existence = new Existence(pending, lookUps);
    this.name = name;
  }

  @Override
  public void commit(Changes changes, LargeValues large) {
    if (changes.isEmpty()) {
      return;
    }
    ChangesCheck.require(changes);
    Widths.require(changes);
    committer = Thread.currentThread();
    turn.lock();
    boolean interrupted = Thread.interrupted();
    try {
      commitUninterrupted(changes, large);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      turn.unlock();
    }
  }

  private void commitUninterrupted(Changes changes, LargeValues large) {
    requireOpen();
    pending.requireSound();
    if (unresolved != null && changes.equals(unresolved.changes())) {
      append(unresolved, large);
      settled = null;
      return;
    }
    settle();
    boolean again = changes.equals(settled);
    settled = null;
    if (again) {
      return;
    }
    pending.awaitRoom();
    append(new Group(changes, requirePromises(changes, large)), large);
  }

  /**
   * Whoever has come past the store's own check and waited for its turn while the store was closed
   * must not begin a file in a folder that was given back.
   */
  private void requireOpen() {
    if (closed) {
      throw new StoreException("the store " + name + " is closed", null);
    }
  }

  /** Appends what may be in the journal already, so that it certainly is. */
  private void settle() {
    Group lost = unresolved;
    if (lost != null) {
      append(lost, null);
      settled = lost.changes();
    }
  }

  private Set<Long> requirePromises(Changes changes, LargeValues large) {
    Patience patience = new Patience();
    while (true) {
      try {
        Set<Long> losingBatches = existence.require(changes);
        TakenValues.require(changes, large, existence::payloadKey);
        return losingBatches;
      } catch (IllegalStateException | StoreException e) {
        throw e;
      } catch (SQLException | RuntimeException | Error e) {
        log.debug("A look-up of the store {} failed and is tried again", name, e);
        if (!patience.pause()) {
          throw cannotWrite(e, false);
        }
      }
    }
  }

  /**
   * Appends a group.
   *
   * @param large what was written apart from the rows; null where the group has been tried before,
   *     and have what they refer to
   */
  private void append(Group group, @Nullable LargeValues large) {
    Changes changes = group.changes();
    existence.adds(changes);
    Patience patience = new Patience();
    boolean appended = false;
    while (!appended) {
      long seq = journal.lastSeq() + 1;
      try {
        int bytes = journal.append(seq, changes);
        unresolved = null;
        pending.add(seq, changes, bytes, group.losingBatches());
        appended = true;
      } catch (IllegalStateException e) {
        throw e;
      } catch (IOException | RuntimeException | Error e) {
        if (journal.inDoubt()) {
          unresolved = group;
          take(changes, large); // sooner or later they are stored, whatever the caller believes
        }
        log.warn("The journal of the store {} could not be written", name, e);
        if (!patience.pause()) {
          throw cannotWrite(e, unresolved != null);
        }
      }
    }
    // Outside: whatever fails here, the group is not appended again.
    take(changes, large);
    existence.added(changes);
  }

  private static void take(Changes changes, @Nullable LargeValues large) {
    if (large != null) {
      large.taken(changes);
    }
  }

  private StoreException cannotWrite(Throwable failure, boolean unknown) {
    return new StoreException(
        "the store "
            + name
            + " cannot write: "
            + failure.getMessage()
            + (unknown ? "; whether the changes were stored is not known yet" : ""),
        failure,
        unknown);
  }

  @Override
  public boolean isCommitter() {
    return committer == Thread.currentThread();
  }

  @Override
  public <T> T read(Reading<T> reading) throws SQLException {
    turn.lock();
    try {
      requireOpen();
      return lookUps.read(reading);
    } finally {
      turn.unlock();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The thread that commits must also find what may have been stored by its last commit: it may
   * be about to build its memory anew.
   */
  @Override
  public void awaitAll() {
    if (isCommitter()) {
      turn.lock();
      try {
        requireOpen();
        settle();
      } finally {
        turn.unlock();
      }
    }
    pending.awaitAll();
  }

  @Override
  public void awaitRun(long id) {
    pending.awaitRun(id);
  }

  @Override
  public void awaitBatch(long id) {
    pending.awaitBatch(id);
  }

  @Override
  public void awaitNamed(long id) {
    pending.awaitNamed(id);
  }

  @Override
  public Optional<LabelRow> pendingLabels(long runId) {
    return pending.labels(runId);
  }

  @Override
  public List<BindingRow> pendingBindings(long id) {
    return pending.bindings(id);
  }

  @Override
  public boolean isDeleted(long id) {
    return pending.isDeleted(id);
  }

  @Override
  public boolean takes(long valueKey) {
    return pending.has(batch -> batch.takes(valueKey));
  }

  @Override
  public boolean mayName(long runId) {
    return pending.has(batch -> batch.touchesWhatGoesWith(runId) || batch.names(runId));
  }

  @Override
  public boolean mayDelete(long id) {
    return pending.mayDelete(id);
  }

  @Override
  public long firstPendingEnd() {
    return pending.firstEnd();
  }

  @Override
  public Optional<RunRow> pendingRun(long id) {
    return pending.run(id);
  }

  @Override
  public void foundLive(List<LiveRow> rows) {
    if (isCommitter()) { // of anybody else's rows, some may be gone by now
      existence.foundLive(rows);
    }
  }

  @Override
  public void foundEnded(List<EndedRow> rows) {
    if (isCommitter()) {
      existence.foundEnded(rows);
    }
  }

  @Override
  public Optional<Optional<LiveRow>> pendingLive(long id) {
    return pending.live(id);
  }

  @Override
  public Optional<ResultRow> pendingResult(long id) {
    return pending.result(id);
  }

  @Override
  public Optional<Optional<BindingRow>> pendingBinding(BindingRow.Key key) {
    return pending.binding(key);
  }

  @Override
  public long changesOfPlace() {
    return pending.changesOfPlace();
  }

  @Override
  public void close() {
    turn.lock();
    try {
      closed = true;
      lookUps.close();
    } finally {
      turn.unlock();
    }
  }
}
