package dev.pawl.h2.internal;

import dev.pawl.spi.BatchItemRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

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
    List<Long> ascending = runIds.stream().sorted().toList();
    for (List<Long> some : Statements.parts(ascending)) {
      deleteSome(statements, some, freed);
    }
  }

  private static void deleteSome(Statements statements, List<Long> ids, List<Long> freed)
      throws SQLException {
    List<FinishedRunTable.Ended> runs = ends(statements, ids);
    EndedTable.remove(statements, idsBy(runs, FinishedRunTable.Ended::end));
    RunOfTaskTable.remove(statements, idsBy(runs, FinishedRunTable.Ended::taskId));
    requireHooksPaid(statements, ids);
    if (statements.anyBetween(LargeValueTable.ANY_BETWEEN, ids)) {
      for (long id : ids) {
        giveUpValues(statements, id, freed);
      }
    }
    statements.changeAll(FinishedRunTable.DELETE, "deleting the runs", ids);
    deleteAll(statements, LongInputTable.ANY_BETWEEN, LongInputTable.DELETE, ids);
    deleteAll(statements, AttemptTable.ANY_BETWEEN, AttemptTable.DELETE, ids);
    deleteAll(statements, JournalTable.ANY_BETWEEN, JournalTable.DELETE, ids);
    deleteAll(statements, LabelTable.ANY_BETWEEN, LabelTable.DELETE, ids);
    deleteAll(statements, IdempotencyTable.ANY_BETWEEN, IdempotencyTable.DELETE_OF, ids);
    if (statements.anyBetween(BatchItemTable.ANY_BETWEEN, ids)) {
      for (long id : ids) {
        deleteFromBatches(statements, id);
      }
    }
  }

  private static List<FinishedRunTable.Ended> ends(Statements statements, List<Long> ids)
      throws SQLException {
    List<FinishedRunTable.Ended> runs = FinishedRunTable.ends(statements, ids);
    if (runs.size() < ids.size()) {
      Set<Long> without = new HashSet<>(ids);
      runs.forEach(run -> without.remove(run.id()));
      throw new IllegalStateException("runs " + without + " have no result and cannot be deleted");
    }
    return runs;
  }

  private static <K> Map<K, Set<Long>> idsBy(
      List<FinishedRunTable.Ended> runs, Function<FinishedRunTable.Ended, K> key) {
    Map<K, Set<Long>> ids = new LinkedHashMap<>();
    for (FinishedRunTable.Ended run : runs) {
      ids.computeIfAbsent(key.apply(run), unused -> new TreeSet<>()).add(run.id());
    }
    return ids;
  }

  private static void requireHooksPaid(Statements statements, List<Long> ids) throws SQLException {
    if (statements.anyBetween(HookTable.ANY_BETWEEN, ids)) {
      for (long id : ids) {
        if (HookTable.contains(statements, id)) {
          throw new IllegalStateException(
              "the hooks of run " + id + " are owed; it is not deleted");
        }
      }
    }
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

  /** Deletes all rows of the runs, in a table where few have any. */
  private static void deleteAll(
      Statements statements, String anyBetween, String deleteOfRun, List<Long> ids)
      throws SQLException {
    if (statements.anyBetween(anyBetween, ids)) {
      for (long id : ids) {
        deleteAll(statements, deleteOfRun, id);
      }
    }
  }

  private static void deleteAll(Statements statements, String delete, long runId)
      throws SQLException {
    PreparedStatement statement = statements.prepare(delete);
    statement.setLong(1, runId);
    statement.executeUpdate();
  }
}
