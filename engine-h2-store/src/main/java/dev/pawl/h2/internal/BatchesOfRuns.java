package dev.pawl.h2.internal;

import dev.pawl.RunStatus;
import dev.pawl.spi.BatchCounts;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunRow;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What batches and their runs say of each other. */
final class BatchesOfRuns {
  private BatchesOfRuns() {}

  /** The batches in which a run stands, behind one of them, in the order of their ids. */
  static List<Long> of(Statements statements, long runId, long afterId, int limit)
      throws SQLException {
    Set<Long> found = new TreeSet<>();
    BatchLinkTable.ofRun(statements, runId).forEach(place -> found.add(place.batchId()));
    Optional<RunRow> run = Inputs.one(statements, runId);
    if (run.isPresent() && BatchItemTable.containsItsOwn(statements, run.get())) {
      found.add(run.get().batchId());
    }
    return found.stream().filter(id -> id > afterId).limit(limit).toList();
  }

  /**
   * The batches in which runs stand, and those of which they say that they were made there; not
   * more runs than one statement takes, in ascending order.
   */
  static Set<Long> ofAny(Statements statements, List<Long> runIds) throws SQLException {
    Set<Long> found = new HashSet<>();
    if (statements.anyBetween(BatchLinkTable.ANY_BETWEEN, runIds)) {
      for (long id : runIds) {
        BatchLinkTable.ofRun(statements, id).forEach(place -> found.add(place.batchId()));
      }
    }
    for (RunRow run : Inputs.among(statements, runIds)) {
      if (run.batchId() != 0) {
        found.add(run.batchId());
      }
    }
    return found;
  }

  /** How many indexes a batch has, and how many have a run that has ended. */
  static BatchCounts counts(Statements statements, long batchId) throws SQLException {
    Map<Long, Long> timesOfRun =
        BatchItemTable.after(statements, batchId, Integer.MIN_VALUE, Integer.MAX_VALUE).stream()
            .collect(
                Collectors.groupingBy(
                    BatchItemRow::runId, LinkedHashMap::new, Collectors.counting()));
    Map<Long, EndedTable.End> ends = ends(statements, timesOfRun.keySet());
    Set<Long> deleted = deletedAmong(statements, timesOfRun.keySet(), ends);
    int items = 0;
    int succeeded = 0;
    int failed = 0;
    long last = Micros.NONE;
    for (Map.Entry<Long, Long> run : timesOfRun.entrySet()) {
      EndedTable.End end = ends.get(run.getKey());
      int times = Math.toIntExact(run.getValue());
      if (end != null) {
        boolean completed = end.status().equals(RunStatus.COMPLETED.name());
        succeeded += completed ? times : 0;
        failed += completed ? 0 : times;
        last = Math.max(last, end.finishedAtMicros());
      }
      items += deleted.contains(run.getKey()) ? 0 : times;
    }
    return new BatchCounts(items, succeeded, failed, last);
  }

  private static Map<Long, EndedTable.End> ends(Statements statements, Set<Long> ids)
      throws SQLException {
    Map<Long, EndedTable.End> found = new LinkedHashMap<>();
    for (List<Long> some : Statements.parts(List.copyOf(ids))) {
      found.putAll(FinishedRunTable.endsById(statements, some));
    }
    return found;
  }

  /**
   * Runs that were deleted, and with them their items, since the items were read; a run that has
   * ended since is added to the ends.
   */
  private static Set<Long> deletedAmong(
      Statements statements, Set<Long> ids, Map<Long, EndedTable.End> ends) throws SQLException {
    Set<Long> without = new HashSet<>(ids);
    without.removeAll(ends.keySet());
    UnfinishedRunTable.among(statements, List.copyOf(without))
        .forEach(row -> without.remove(row.id()));
    if (!without.isEmpty()) {
      Map<Long, EndedTable.End> since = ends(statements, without);
      ends.putAll(since);
      without.removeAll(since.keySet());
    }
    return without;
  }
}
