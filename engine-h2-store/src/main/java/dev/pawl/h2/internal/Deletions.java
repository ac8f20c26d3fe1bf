package dev.pawl.h2.internal;

import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.Changes;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What {@link Changes} promise of the runs and batches that they delete, looked up in a database in
 * which nothing is pending: {@link RunDeletion} and {@link BatchDeletion} would refuse the same, at
 * a time when nobody can be told.
 */
final class Deletions {
  private final LookUps lookUps;

  Deletions(LookUps lookUps) {
    this.lookUps = lookUps;
  }

  /**
   * Checks what is deleted.
   *
   * @throws IllegalStateException when a promise is broken
   */
  void require(Changes changes) throws SQLException {
    Set<Long> runs = new HashSet<>();
    Set<Long> paid = new HashSet<>(changes.hooksPaid());
    for (long id : changes.runDeletes()) {
      require(runs.add(id), "run " + id + " is deleted twice");
      require(hasEnded(id), "run " + id + " has no result and cannot be deleted");
      require(
          !owesHooks(id) || paid.contains(id),
          "the hooks of run " + id + " are owed; it is not deleted");
    }
    requireNoOpenBatch(changes, runs);
    Set<Long> batches = new HashSet<>();
    for (long id : changes.batchDeletes()) {
      require(
          batches.add(id) && isClosedAndEmpty(id),
          "batch " + id + " is not one that was closed without items, and is not deleted");
    }
  }

  private boolean hasEnded(long runId) throws SQLException {
    return lookUps.has(ResultTable.END, runId);
  }

  private boolean owesHooks(long runId) throws SQLException {
    return lookUps.has(HookTable.ONE, runId);
  }

  private boolean isClosedAndEmpty(long id) throws SQLException {
    return lookUps
        .read(statements -> BatchTable.one(statements, id))
        .filter(EmptyBatches::contain)
        .isPresent();
  }

  private void requireNoOpenBatch(Changes changes, Set<Long> runs) throws SQLException {
    Map<Long, BatchRow> written = new HashMap<>();
    changes.batches().forEach(row -> written.put(row.id(), row));
    changes.batchUpdates().forEach(row -> written.put(row.id(), row));
    Set<Long> batches = new HashSet<>();
    for (long id : runs) {
      batches.addAll(
          lookUps.read(
              statements -> BatchItemTable.batchesOf(statements, id, 0, Integer.MAX_VALUE)));
    }
    for (BatchItemRow row : changes.batchItems()) {
      if (runs.contains(row.runId())) {
        batches.add(row.batchId());
      }
    }
    for (long id : batches) {
      require(!isOpen(id, written), "a run in batch " + id + ", which is open, is not deleted");
    }
  }

  private boolean isOpen(long batchId, Map<Long, BatchRow> written) throws SQLException {
    BatchRow row = written.get(batchId);
    if (row == null) {
      row = lookUps.read(statements -> BatchTable.one(statements, batchId)).orElse(null);
    }
    return row != null && row.state() == BatchRow.State.OPEN;
  }

  private static void require(boolean kept, String otherwise) {
    if (!kept) {
      throw new IllegalStateException("the changes cannot be stored: " + otherwise);
    }
  }
}
