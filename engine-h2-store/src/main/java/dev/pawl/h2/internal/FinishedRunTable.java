package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.RowBytes;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Each run that has ended: what it was triggered with, and how it ended. */
final class FinishedRunTable {
  static final String INSERT =
      "insert into finished_run (id, status, finished_at_micros, input, result)"
          + " values (?, ?, ?, ?, ?)";

  static final String UPDATE_INPUT =
      "update finished_run set finished_run.input = ? where finished_run.id = ?";

  static final String RESULT = "select result from finished_run where id = ?";

  static final String ENDS =
      "select id, status, finished_at_micros from finished_run where (id = any(?))";

  static final String ENDED =
      "select f.id, f.status, f.finished_at_micros, coalesce(f.input, i.input)"
          + " from finished_run f left outer join long_input i on i.run_id = f.id"
          + " where (f.id = any(?))";

  static final String DELETE = "delete from finished_run where (finished_run.id = any(?))";

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
      Map<Long, byte @Nullable []> inputs = UnfinishedRunTable.inputs(statements, ids);
      for (ResultRow row : some) {
        insert(statements, inputs.get(row.id()), row);
      }
      statements.changeAll(UnfinishedRunTable.DELETE, "moving runs that have ended", ids);
    }
  }

  /** How those of these runs ended that have; not more ids than one statement takes. */
  static Map<Long, EndedTable.End> ends(Statements statements, List<Long> ids) throws SQLException {
    Map<Long, EndedTable.End> found = new LinkedHashMap<>();
    PreparedStatement select = statements.prepare(ENDS);
    select.setObject(1, ids.toArray(Long[]::new));
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.put(rows.getLong(1), new EndedTable.End(rows.getString(2), rows.getLong(3)));
      }
    }
    return found;
  }

  /**
   * How a run has ended, of which task it is, and where it was made, which is batch 0 where it was
   * by itself.
   */
  record Ended(long id, String taskId, BatchLinkTable.Place madeAt, EndedTable.End end) {}

  /** As {@link #ends}, with more of each, in no order. */
  static List<Ended> ended(Statements statements, List<Long> ids) throws SQLException {
    List<Ended> found = new ArrayList<>(ids.size());
    PreparedStatement select = statements.prepare(ENDED);
    select.setObject(1, ids.toArray(Long[]::new));
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        RunRow run = Inputs.map(rows, 4, rows.getLong(1));
        found.add(
            new Ended(
                run.id(),
                run.taskId(),
                new BatchLinkTable.Place(run.batchId(), run.batchIndex()),
                new EndedTable.End(rows.getString(2), rows.getLong(3))));
      }
    }
    return found;
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
