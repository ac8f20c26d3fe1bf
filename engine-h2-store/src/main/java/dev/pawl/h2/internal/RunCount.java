package dev.pawl.h2.internal;

import dev.pawl.spi.RunFilter;
import java.sql.SQLException;
import java.util.List;

/**
 * How many runs pass a filter: the walk of {@link RunList} to its end. Where nothing is asked but
 * statuses H2 counts, and without any filter it knows the number.
 */
final class RunCount {
  /** How many runs are looked at by one query. */
  private static final int STEP = 2_000;

  private RunCount() {}

  static long of(Statements statements, RunFilter filter) throws SQLException {
    RunSearch search = new RunSearch(statements, filter);
    if (filter.batchId() != 0) {
      return search
          .among(BatchItemTable.runIdsBefore(statements, filter.batchId(), Long.MAX_VALUE))
          .size();
    }
    if (!filter.taskIds().isEmpty()) {
      long count = 0;
      for (String taskId : filter.taskIds()) {
        count += ofTask(statements, filter, search, taskId);
      }
      return count;
    }
    return filter.asksOfRuns() ? walked(search) : search.count();
  }

  private static long walked(RunSearch search) throws SQLException {
    long count = 0;
    long before = Long.MAX_VALUE;
    while (before != Long.MIN_VALUE) {
      RunSearch.Part part = search.below(before, STEP);
      count += part.passing().size();
      before = part.before();
    }
    return count;
  }

  private static long ofTask(
      Statements statements, RunFilter filter, RunSearch search, String taskId)
      throws SQLException {
    long atLeast = RunSearch.atLeast(filter);
    if (atLeast == 0 && filter.statuses().isEmpty() && !filter.asksOfRuns()) {
      return RunOfTaskTable.count(statements, taskId);
    }
    long count = 0;
    long before = Long.MAX_VALUE;
    boolean more = true;
    while (more) {
      List<Long> ids = RunOfTaskTable.before(statements, taskId, before, STEP);
      count += search.among(ids).size();
      more = !ids.isEmpty() && ids.getLast() > atLeast;
      before = more ? ids.getLast() : before;
    }
    return count;
  }
}
