package dev.pawl.h2.internal;

import dev.pawl.spi.Changes;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The rows of runs: each has one, among those that have not ended until it ends, and then among
 * those that have. So a run that is triggered costs one row, whatever is kept of it.
 */
final class RunRows {
  private RunRows() {}

  /** Writes what changes say of runs themselves. */
  static void write(Statements statements, Changes changes) throws SQLException {
    List<ResultRow> ends = insert(statements, changes);
    Inputs.update(statements, changes.runUpdates());
    UnfinishedRunTable.update(statements, changes.liveUpdates());
    FinishedRunTable.end(statements, ends);
  }

  /**
   * Inserts the new runs, in the order of their ids.
   *
   * @return the results of the others
   */
  private static List<ResultRow> insert(Statements statements, Changes changes)
      throws SQLException {
    if (changes.runs().isEmpty()) {
      return changes.results();
    }
    List<ResultRow> others = new ArrayList<>();
    Iterator<LiveRow> live = sorted(changes.liveInserts(), LiveRow::id).iterator();
    Iterator<ResultRow> results = sorted(changes.results(), ResultRow::id).iterator();
    LiveRow nextLive = next(live);
    ResultRow nextResult = next(results);
    for (RunRow run : sorted(changes.runs(), RunRow::id)) {
      while (nextResult != null && nextResult.id() < run.id()) {
        others.add(nextResult);
        nextResult = next(results);
      }
      if (nextLive != null && nextLive.id() == run.id()) {
        UnfinishedRunTable.insert(statements, run, nextLive);
        nextLive = next(live);
      } else if (nextResult != null && nextResult.id() == run.id()) {
        byte[] input = LongInputTable.insertIfLong(statements, run);
        FinishedRunTable.insert(statements, input, nextResult);
        nextResult = next(results);
      } else {
        throw new IllegalStateException("run " + run.id() + " is new but neither live nor ended");
      }
    }
    while (nextResult != null) {
      others.add(nextResult);
      nextResult = next(results);
    }
    return others;
  }

  private static <T> @Nullable T next(Iterator<T> rows) {
    return rows.hasNext() ? rows.next() : null;
  }

  private static <T> List<T> sorted(List<T> rows, ToLongFunction<T> id) {
    List<T> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparingLong(id)); // nearly in order already, so that this costs little
    return sorted;
  }
}
