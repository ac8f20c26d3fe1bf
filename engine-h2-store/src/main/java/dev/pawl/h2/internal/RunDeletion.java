package dev.pawl.h2.internal;

import dev.pawl.spi.BatchItemRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deletes runs with every row that is kept under them. A table with rows that are keyed by a run
 * belongs in here.
 */
final class RunDeletion {
  private RunDeletion() {}

  /**
   * Deletes.
   *
   * @param freed gets the keys of the large values that belong to nobody from now on
   */
  static void delete(Statements statements, List<Long> runIds, List<Long> freed)
      throws SQLException {
    if (runIds.isEmpty()) {
      return;
    }
    EndedTable.remove(statements, ends(statements, runIds));
    RunOfTaskTable.remove(statements, runIds);
    for (long id : runIds) {
      if (HookTable.contains(statements, id)) {
        throw new IllegalStateException("the hooks of run " + id + " are owed; it is not deleted");
      }
      giveUpValues(statements, id, freed);
      deleteOne(statements, RunTable.DELETE, "deleting run", id);
      deleteOne(statements, ResultTable.DELETE, "deleting the result of run", id);
      deleteAll(statements, AttemptTable.DELETE, id);
      deleteAll(statements, JournalTable.DELETE, id);
      deleteAll(statements, LabelTable.DELETE, id);
      deleteAll(statements, IdempotencyTable.DELETE_OF, id);
      deleteFromBatches(statements, id);
    }
  }

  private static Map<EndedTable.End, Set<Long>> ends(Statements statements, List<Long> runIds)
      throws SQLException {
    PreparedStatement select = statements.prepare(ResultTable.END);
    Map<EndedTable.End, Set<Long>> ends = new LinkedHashMap<>();
    for (long id : runIds) {
      select.setLong(1, id);
      try (ResultSet rows = select.executeQuery()) {
        if (!rows.next()) {
          throw new IllegalStateException("run " + id + " has no result and cannot be deleted");
        }
        EndedTable.End end = new EndedTable.End(rows.getString(1), rows.getLong(2));
        ends.computeIfAbsent(end, unused -> new HashSet<>()).add(id);
      }
    }
    return ends;
  }

  private static void giveUpValues(Statements statements, long runId, List<Long> freed)
      throws SQLException {
    for (long key : LargeValueTable.ofRun(statements, runId)) {
      LargeValueTable.delete(statements, key);
      freed.add(key);
    }
  }

  private static void deleteFromBatches(Statements statements, long runId) throws SQLException {
    List<Long> batchIds = BatchItemTable.batchesOf(statements, runId, 0, Integer.MAX_VALUE);
    if (batchIds.isEmpty()) {
      return;
    }
    deleteAll(statements, BatchItemTable.DELETE_OF_RUN, runId);
    for (long batchId : batchIds) {
      List<BatchItemRow> left = BatchItemTable.after(statements, batchId, Integer.MIN_VALUE, 1);
      if (left.isEmpty()) {
        BatchDeletion.deleteRows(statements, batchId);
      }
    }
  }

  private static void deleteOne(Statements statements, String delete, String what, long id)
      throws SQLException {
    PreparedStatement statement = statements.prepare(delete);
    statement.setLong(1, id);
    Statements.changeOne(statement, what, id);
  }

  private static void deleteAll(Statements statements, String delete, long runId)
      throws SQLException {
    PreparedStatement statement = statements.prepare(delete);
    statement.setLong(1, runId);
    statement.executeUpdate();
  }
}
