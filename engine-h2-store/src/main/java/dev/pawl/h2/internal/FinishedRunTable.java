package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.RowBytes;
import dev.pawl.h2.internal.redo.UnreadableException;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Each run that has ended: what it was triggered with, and how it ended. */
final class FinishedRunTable {
  private static final Logger log = LoggerFactory.getLogger(FinishedRunTable.class);

  static final String INSERT =
      "insert into finished_run (id, status, finished_at_micros, input, result)"
          + " values (?, ?, ?, ?, ?)";

  static final String UPDATE_INPUT =
      "update finished_run set finished_run.input = ? where finished_run.id = ?";

  static final String RESULT = "select result from finished_run where id = ?";

  static final String AMONG = "select id from finished_run where (id = any(?))";

  static final String ENDS =
      "select f.id, f.status, f.finished_at_micros, coalesce(f.input, i.input)"
          + " from finished_run f left outer join long_input i on i.run_id = f.id"
          + " where (f.id = any(?))";

  static final String DELETE = "delete from finished_run where (finished_run.id = any(?))";

  /** What was triggered of runs that end, as it stands in their rows. */
  static final String ENDING = "select id, input from unfinished_run where (id = any(?))";

  private FinishedRunTable() {}

  /**
   * Inserts a run.
   *
   * @param input what it was triggered with; null where that is long and kept apart
   */
  static void insert(Statements statements, byte @Nullable [] input, ResultRow row)
      throws SQLException {
    PreparedStatement insert = statements.prepare(INSERT);
    insert.setLong(1, row.id());
    insert.setString(2, row.status().name());
    insert.setLong(3, row.finishedAtMicros());
    insert.setBytes(4, input);
    insert.setBytes(5, statements.bytes().of(row));
    Statements.changeOne(insert, "inserting the result of run", row.id());
  }

  /** Moves runs here that have not ended before. */
  static void end(Statements statements, List<ResultRow> rows) throws SQLException {
    for (List<ResultRow> some : Statements.parts(rows)) {
      List<Long> ids = some.stream().map(ResultRow::id).toList();
      Map<Long, byte @Nullable []> inputs = inputs(statements, ids);
      for (ResultRow row : some) {
        insert(statements, inputs.get(row.id()), row);
      }
      statements.changeAll(UnfinishedRunTable.DELETE, "moving runs that have ended", ids);
    }
  }

  private static Map<Long, byte @Nullable []> inputs(Statements statements, List<Long> ids)
      throws SQLException {
    PreparedStatement select = statements.prepare(ENDING);
    select.setObject(1, ids.toArray(Long[]::new));
    Map<Long, byte @Nullable []> inputs = new HashMap<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        inputs.put(rows.getLong(1), rows.getBytes(2));
      }
    }
    return inputs;
  }

  /** Those of these runs that have ended; not more ids than one statement takes. */
  static List<Long> among(Statements statements, List<Long> ids) throws SQLException {
    List<Long> found = new ArrayList<>(ids.size());
    PreparedStatement select = statements.prepare(AMONG);
    select.setObject(1, ids.toArray(Long[]::new));
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(rows.getLong(1));
      }
    }
    return found;
  }

  /** How, and of which task, a run has ended. */
  record Ended(long id, String taskId, EndedTable.End end) {}

  /** As {@link #among}, in no order. */
  static List<Ended> ends(Statements statements, List<Long> ids) throws SQLException {
    List<Ended> found = new ArrayList<>(ids.size());
    PreparedStatement select = statements.prepare(ENDS);
    select.setObject(1, ids.toArray(Long[]::new));
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        long id = rows.getLong(1);
        found.add(
            new Ended(
                id,
                taskId(statements, rows.getBytes(4), id),
                new EndedTable.End(rows.getString(2), rows.getLong(3))));
      }
    }
    return found;
  }

  /** A run whose input is damaged is deleted all the same: nothing could be written after it. */
  private static String taskId(Statements statements, byte @Nullable [] input, long id)
      throws SQLException {
    if (input != null) {
      try {
        RunRow row = RowBytes.run(input);
        if (row.id() == id) {
          return row.taskId();
        }
      } catch (UnreadableException e) {
        log.warn("The input of run {}, which is deleted, is damaged", id, e);
      }
    }
    return RunOfTaskTable.taskNotedWith(statements, id);
  }

  static Optional<ResultRow> result(Statements statements, long id) throws SQLException {
    PreparedStatement select = statements.prepare(RESULT);
    select.setLong(1, id);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? Optional.of(map(rows, 1, id)) : Optional.empty();
    }
  }

  /** How a run ended, from the column at {@code at}. */
  static ResultRow map(ResultSet rows, int at, long id) throws SQLException {
    return Columns.row(rows, at, RowBytes::result, ResultRow::id, "result", id);
  }
}
