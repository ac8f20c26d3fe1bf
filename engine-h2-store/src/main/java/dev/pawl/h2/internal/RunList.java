package dev.pawl.h2.internal;

import dev.pawl.spi.RunFilter;
import dev.pawl.spi.StoredRun;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lists of runs by any combination of filters, newest first.
 *
 * <p>Each walks one key downwards from where the last page ended, and stops when the page is full:
 * the runs of a batch or of a task, which are looked up in steps, or the unfinished and finished
 * runs side by side. A {@link RunSearch} finds the ids; the runs themselves are read once the page
 * is known.
 */
final class RunList {
  /** How many runs of a batch or a task are looked up at once. */
  private static final int STEP = 200;

  /** How many of all runs are looked at at once where those of the first page are too few. */
  private static final int FAR_STEP = 1_000;

  /** How many at first, where they are read only until the page is full. */
  private static final int FIRST_STEP = 25;

  private static final Comparator<StoredRun> NEWEST_FIRST =
      Comparator.comparingLong((StoredRun run) -> run.run().id()).reversed();

  private RunList() {}

  static List<StoredRun> find(Statements statements, RunFilter filter, long beforeId, int limit)
      throws SQLException {
    RunSearch search = new RunSearch(statements, filter);
    List<StoredRun> found = new ArrayList<>();
    if (filter.batchId() != 0) {
      List<Long> ids = BatchItemTable.runIdsBefore(statements, filter.batchId(), beforeId);
      for (int from = 0; from < ids.size() && found.size() < limit; from += STEP) {
        List<Long> step = ids.subList(from, Math.min(from + STEP, ids.size()));
        add(statements, filter, search.among(step), limit, found);
      }
    } else if (filter.taskIds().isEmpty()) {
      addOfAll(statements, filter, search, beforeId, limit, found);
    } else {
      for (String taskId : filter.taskIds()) {
        List<StoredRun> ofTask = new ArrayList<>();
        addOfTask(statements, filter, search, taskId, beforeId, limit, ofTask);
        found.addAll(ofTask);
      }
      found.sort(NEWEST_FIRST);
    }
    return List.copyOf(found.subList(0, Math.min(limit, found.size())));
  }

  private static void addOfAll(
      Statements statements,
      RunFilter filter,
      RunSearch search,
      long beforeId,
      int limit,
      List<StoredRun> found)
      throws SQLException {
    long before = beforeId;
    int step = Math.clamp(limit, 1, STEP);
    while (found.size() < limit && before != Long.MIN_VALUE) {
      RunSearch.Part part = search.below(before, step);
      add(statements, filter, part.passing(), limit, found);
      before = part.before();
      step = FAR_STEP;
    }
  }

  private static void addOfTask(
      Statements statements,
      RunFilter filter,
      RunSearch search,
      String taskId,
      long beforeId,
      int limit,
      List<StoredRun> found)
      throws SQLException {
    long before = beforeId;
    int step = FIRST_STEP;
    boolean more = true;
    while (more && found.size() < limit) {
      List<Long> ids = RunOfTaskTable.before(statements, taskId, before, step);
      more = !ids.isEmpty() && ids.getLast() > RunSearch.atLeast(filter);
      for (int from = 0; from < ids.size() && found.size() < limit; from += step) {
        List<Long> part = ids.subList(from, Math.min(from + step, ids.size()));
        add(statements, filter, search.among(part), limit, found);
      }
      before = ids.isEmpty() ? before : ids.getLast();
      step = STEP;
    }
  }

  /** Reads runs until the page is full; what has become of them meanwhile may not pass any more. */
  private static void add(
      Statements statements,
      RunFilter filter,
      List<Long> descending,
      int limit,
      List<StoredRun> found)
      throws SQLException {
    int from = 0;
    while (from < descending.size() && found.size() < limit) {
      int to = Math.min(from + limit - found.size(), descending.size());
      StoredRuns.among(statements, descending.subList(from, to)).stream()
          .filter(run -> filter.passes(run.status()) && filter.passes(run.run(), run.tags()))
          .sorted(NEWEST_FIRST)
          .forEach(found::add);
      from = to;
    }
  }
}
