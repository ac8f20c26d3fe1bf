package dev.pawl.h2.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
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
    List<FinishedRunTable.Ended> runs = ended(statements, ids);
    EndedTable.remove(statements, idsBy(runs, FinishedRunTable.Ended::end));
    RunOfTaskTable.remove(statements, idsBy(runs, FinishedRunTable.Ended::taskId));
    requireHooksPaid(statements, ids);
    if (statements.anyBetween(LargeValueTable.ANY_BETWEEN, ids)) {
      for (long id : ids) {
        giveUpValues(statements, id, freed);
      }
    }
    FinishedRunTable.delete(statements, runs);
    deleteAll(statements, LongInputTable.ANY_BETWEEN, LongInputTable.DELETE, ids);
    deleteAll(statements, AttemptTable.ANY_BETWEEN, AttemptTable.DELETE, ids);
    deleteAll(statements, JournalTable.ANY_BETWEEN, JournalTable.DELETE, ids);
    deleteAll(statements, LabelTable.ANY_BETWEEN, LabelTable.DELETE, ids);
    deleteAll(statements, IdempotencyTable.ANY_BETWEEN, IdempotencyTable.DELETE_OF, ids);
    deleteFromBatches(statements, runs);
  }

  private static List<FinishedRunTable.Ended> ended(Statements statements, List<Long> ids)
      throws SQLException {
    List<FinishedRunTable.Ended> runs = FinishedRunTable.ended(statements, ids);
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

  private static void deleteFromBatches(Statements statements, List<FinishedRunTable.Ended> runs)
      throws SQLException {
    Map<Long, NavigableSet<Integer>> places = new LinkedHashMap<>();
    List<Long> ids = runs.stream().map(FinishedRunTable.Ended::id).sorted().toList();
    for (FinishedRunTable.Ended run : runs) {
      if (run.madeAt().batchId() != 0) {
        add(run.madeAt(), places);
      }
    }
    if (statements.anyBetween(BatchLinkTable.ANY_BETWEEN, ids)) {
      for (long id : ids) {
        BatchLinkTable.ofRun(statements, id).forEach(place -> add(place, places));
        deleteAll(statements, BatchLinkTable.DELETE, id);
      }
    }
    for (Map.Entry<Long, NavigableSet<Integer>> batch : places.entrySet()) {
      long id = batch.getKey();
      if (BatchItemTable.remove(statements, id, batch.getValue(), Set.copyOf(ids))
          && BatchItemTable.isEmpty(statements, id)) {
        BatchDeletion.deleteRows(statements, id);
      }
    }
  }

  private static void add(BatchLinkTable.Place place, Map<Long, NavigableSet<Integer>> places) {
    places.computeIfAbsent(place.batchId(), unused -> new TreeSet<>()).add(place.index());
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
