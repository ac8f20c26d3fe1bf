package dev.pawl.h2.internal;

import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.EndedRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@link Changes} promise of the runs and batches that they delete: {@link RunDeletion} and
 * {@link BatchDeletion} would refuse the same, at a time when nobody can be told. It is looked up
 * in the database, once nothing is pending of what is deleted: runs are deleted long after the last
 * change of them, so that this seldom means to wait.
 */
final class Deletions {
  /** How many ended runs are known at least: as many as are found before they are deleted. */
  private static final int KNOWN_ENDED = 1_000;

  private final Pending pending;
  private final LookUps lookUps;

  /** Runs that have ended. */
  private final RecentIds ended = new RecentIds(KNOWN_ENDED);

  Deletions(Pending pending, LookUps lookUps) {
    this.pending = pending;
    this.lookUps = lookUps;
  }

  /**
   * Checks what is deleted.
   *
   * @return the batches in which runs stand that are deleted
   * @throws IllegalStateException when a promise is broken
   */
  Set<Long> require(Changes changes) throws SQLException {
    List<Long> runs = changes.runDeletes().stream().sorted().toList();
    requireEachOnce(runs);
    for (long id : runs) {
      pending.awaitWhatGoesWith(id);
    }
    requireEnded(runs);
    requireNoneOwed(runs, Set.copyOf(changes.hooksPaid()));
    requireEmptyBatches(changes.batchDeletes());
    return runs.isEmpty() ? Set.of() : closedBatchesOf(runs, changes);
  }

  /** Remembers runs that the database was found to show as ended, by the thread that commits. */
  void foundEnded(List<EndedRow> rows) {
    rows.forEach(row -> ended.add(row.id()));
  }

  /** Forgets what may be deleted from now on. */
  void deletes(Changes changes) {
    ended.removeAll(changes.runDeletes());
  }

  private static void requireEachOnce(List<Long> ascending) {
    for (int i = 1; i < ascending.size(); i++) {
      long id = ascending.get(i);
      require(id != ascending.get(i - 1), "run " + id + " is deleted twice");
    }
  }

  private void requireEnded(List<Long> runs) throws SQLException {
    List<Long> unknown = runs.stream().filter(id -> !ended.contains(id)).toList();
    for (List<Long> some : Statements.parts(unknown)) {
      Set<Long> found =
          lookUps.read(statements -> FinishedRunTable.ends(statements, some).keySet());
      for (long id : some) {
        require(found.contains(id), "run " + id + " has no result and cannot be deleted");
      }
    }
  }

  private void requireNoneOwed(List<Long> runs, Set<Long> paid) throws SQLException {
    for (long id : among(runs, HookTable.ANY_BETWEEN)) {
      require(
          paid.contains(id) || !lookUps.has(HookTable.ONE, id),
          "the hooks of run " + id + " are owed; it is not deleted");
    }
  }

  /** Those of ascending runs that may have rows in a table where few have any. */
  private List<Long> among(List<Long> runs, String anyBetween) throws SQLException {
    List<Long> found = new ArrayList<>(0);
    for (List<Long> some : Statements.parts(runs)) {
      if (lookUps.read(statements -> statements.anyBetween(anyBetween, some))) {
        found.addAll(some);
      }
    }
    return found;
  }

  private void requireEmptyBatches(List<Long> ids) throws SQLException {
    Set<Long> batches = new HashSet<>();
    for (long id : ids) {
      pending.awaitWhatGoesWith(id);
      require(
          batches.add(id) && isClosedAndEmpty(id),
          "batch " + id + " is not one that was closed without items, and is not deleted");
    }
  }

  private boolean isClosedAndEmpty(long id) throws SQLException {
    return lookUps
        .read(statements -> BatchTable.one(statements, id))
        .filter(EmptyBatches::contain)
        .isPresent();
  }

  private Set<Long> closedBatchesOf(List<Long> runs, Changes changes) throws SQLException {
    Map<Long, BatchRow> written = new HashMap<>();
    changes.batches().forEach(row -> written.put(row.id(), row));
    changes.batchUpdates().forEach(row -> written.put(row.id(), row));
    Set<Long> batches = new HashSet<>();
    for (List<Long> some : Statements.parts(runs)) {
      batches.addAll(lookUps.read(statements -> BatchesOfRuns.ofAny(statements, some)));
    }
    for (BatchItemRow row : changes.batchItems()) {
      if (Collections.binarySearch(runs, row.runId()) >= 0) {
        batches.add(row.batchId());
      }
    }
    for (long id : batches) {
      // It may go with the run: what is pending of it would be found all the same.
      pending.awaitWrittenBatch(id);
      require(!isOpen(id, written), "a run in batch " + id + ", which is open, is not deleted");
    }
    return batches;
  }

  private boolean isOpen(long batchId, Map<Long, BatchRow> written) throws SQLException {
    Optional<BatchRow> row = Optional.ofNullable(written.get(batchId));
    if (row.isEmpty()) {
      row = lookUps.read(statements -> BatchTable.one(statements, batchId));
    }
    return row.filter(batch -> batch.state() == BatchRow.State.OPEN).isPresent();
  }

  private static void require(boolean kept, String otherwise) {
    if (!kept) {
      throw new IllegalStateException("the changes cannot be stored: " + otherwise);
    }
  }
}
