package dev.pawl.h2.internal;

import dev.pawl.RunStatus;
import dev.pawl.spi.BatchCounts;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.Micros;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What batches and their runs say of each other. */
final class BatchesOfRuns {
  /** How many items are counted at once. */
  private static final int PAGE = 1_000;

  private BatchesOfRuns() {}

  /** The batches in which a run stands, behind one of them, in the order of their ids. */
  static List<Long> of(Statements statements, long runId, long afterId, int limit)
      throws SQLException {
    Set<Long> found = new TreeSet<>();
    BatchLinkTable.ofRun(statements, runId).forEach(place -> found.add(place.batchId()));
    BatchLinkTable.Place madeAt = madeAt(statements, runId);
    if (BatchItemTable.contains(statements, madeAt, runId)) {
      found.add(madeAt.batchId());
    }
    return found.stream().filter(id -> id > afterId).limit(limit).toList();
  }

  /** As it says itself; one that has ended and is damaged does not tell, and goes all the same. */
  private static BatchLinkTable.Place madeAt(Statements statements, long runId)
      throws SQLException {
    List<FinishedRunTable.Ended> ended = FinishedRunTable.ended(statements, List.of(runId));
    return ended.isEmpty()
        ? Inputs.one(statements, runId)
            .map(run -> new BatchLinkTable.Place(run.batchId(), run.batchIndex()))
            .orElse(BatchLinkTable.Place.NONE)
        : ended.getFirst().madeAt();
  }

  /**
   * The batches in which runs stand, most of which have ended, and those of which they say that
   * they were made there; not more runs than one statement takes, in ascending order.
   */
  static Set<Long> ofAny(Statements statements, List<Long> runIds) throws SQLException {
    Set<Long> found = new HashSet<>();
    if (statements.anyBetween(BatchLinkTable.ANY_BETWEEN, runIds)) {
      for (long id : runIds) {
        BatchLinkTable.ofRun(statements, id).forEach(place -> found.add(place.batchId()));
      }
    }
    Set<Long> unknown = new HashSet<>(runIds);
    for (FinishedRunTable.Ended run : FinishedRunTable.ended(statements, runIds)) {
      found.add(run.madeAt().batchId());
      unknown.remove(run.id());
    }
    Inputs.among(statements, List.copyOf(unknown)).forEach(run -> found.add(run.batchId()));
    found.remove(0L);
    return found;
  }

  /** How many indexes a batch has, and how many have a run that has ended. */
  static BatchCounts counts(Statements statements, long batchId) throws SQLException {
    BatchCounts sum = BatchCounts.NONE;
    List<BatchItemRow> page;
    int last = Integer.MIN_VALUE;
    do {
      page = BatchItemTable.after(statements, batchId, last, PAGE);
      if (!page.isEmpty()) {
        sum = sum(sum, counts(statements, page));
        last = page.getLast().index();
      }
    } while (page.size() == PAGE);
    return sum;
  }

  private static BatchCounts sum(BatchCounts some, BatchCounts more) {
    return new BatchCounts(
        some.items() + more.items(),
        some.succeeded() + more.succeeded(),
        some.failed() + more.failed(),
        Math.max(some.lastFinishedAtMicros(), more.lastFinishedAtMicros()));
  }

  private static BatchCounts counts(Statements statements, List<BatchItemRow> items)
      throws SQLException {
    Set<Long> ids = items.stream().map(BatchItemRow::runId).collect(Collectors.toSet());
    Map<Long, EndedTable.End> ends = ends(statements, ids);
    Set<Long> deleted = deletedAmong(statements, ids, ends);
    int present = 0;
    int succeeded = 0;
    int failed = 0;
    long last = Micros.NONE;
    for (BatchItemRow item : items) {
      EndedTable.End end = ends.get(item.runId());
      if (end != null) {
        boolean completed = end.status().equals(RunStatus.COMPLETED.name());
        succeeded += completed ? 1 : 0;
        failed += completed ? 0 : 1;
        last = Math.max(last, end.finishedAtMicros());
      }
      present += deleted.contains(item.runId()) ? 0 : 1;
    }
    return new BatchCounts(present, succeeded, failed, last);
  }

  private static Map<Long, EndedTable.End> ends(Statements statements, Set<Long> ids)
      throws SQLException {
    Map<Long, EndedTable.End> found = new HashMap<>();
    for (List<Long> some : Statements.parts(List.copyOf(ids))) {
      found.putAll(FinishedRunTable.ends(statements, some));
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
