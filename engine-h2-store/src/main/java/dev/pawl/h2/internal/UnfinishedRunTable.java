package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.RowBytes;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.RunRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Each run that has not ended: what it was triggered with, and where it stands, which is rewritten
 * at each transition. With its end its row moves to {@link FinishedRunTable}.
 */
final class UnfinishedRunTable {
  static final String INSERT =
      "insert into unfinished_run (id, status, input, state) values (?, ?, ?, ?)";

  static final String UPDATE =
      "update unfinished_run set unfinished_run.status = ?, unfinished_run.state = ?"
          + " where unfinished_run.id = ?";

  static final String UPDATE_INPUT =
      "update unfinished_run set unfinished_run.input = ? where unfinished_run.id = ?";

  static final String DELETE = "delete from unfinished_run where (unfinished_run.id = any(?))";

  static final String AFTER =
      "select id, state from unfinished_run where id > ? order by id fetch next ? rows only";

  static final String AMONG = "select id, state from unfinished_run where (id = any(?))";

  static final String INPUTS = "select id, input from unfinished_run where (id = any(?))";

  private UnfinishedRunTable() {}

  /** Inserts a run. */
  static void insert(Statements statements, RunRow run, LiveRow row) throws SQLException {
    PreparedStatement insert = statements.prepare(INSERT);
    insert.setLong(1, row.id());
    insert.setString(2, row.status().name());
    insert.setBytes(3, LongInputTable.insertIfLong(statements, run));
    insert.setBytes(4, statements.bytes().of(row));
    Statements.changeOne(insert, "inserting run", row.id());
  }

  static void update(Statements statements, List<LiveRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement update = statements.prepare(UPDATE);
    for (LiveRow row : rows) {
      update.setString(1, row.status().name());
      update.setBytes(2, statements.bytes().of(row));
      update.setLong(3, row.id());
      Statements.changeOne(update, "updating where a run stands, run", row.id());
    }
  }

  static List<LiveRow> after(Statements statements, long id, int limit) throws SQLException {
    PreparedStatement select = statements.prepare(AFTER);
    select.setLong(1, id);
    select.setInt(2, limit);
    List<LiveRow> found = new ArrayList<>();
    addRows(select.executeQuery(), found);
    return found;
  }

  /** Those of these runs that have not ended, in no order. */
  static List<LiveRow> among(Statements statements, List<Long> ids) throws SQLException {
    List<LiveRow> found = new ArrayList<>(ids.size());
    for (List<Long> some : Statements.parts(ids)) {
      addRows(statements.among(AMONG, some), found);
    }
    return found;
  }

  /**
   * What those of these runs were triggered with that have not ended, as it stands in their rows:
   * null where it is long and kept apart. Not more ids than one statement takes.
   */
  static Map<Long, byte @Nullable []> inputs(Statements statements, List<Long> ids)
      throws SQLException {
    Map<Long, byte @Nullable []> inputs = new HashMap<>();
    try (ResultSet rows = statements.among(INPUTS, ids)) {
      while (rows.next()) {
        inputs.put(rows.getLong(1), rows.getBytes(2));
      }
    }
    return inputs;
  }

  private static void addRows(ResultSet opened, List<LiveRow> found) throws SQLException {
    try (ResultSet rows = opened) {
      while (rows.next()) {
        found.add(map(rows, 2, rows.getLong(1)));
      }
    }
  }

  /** Where a run stands, from the column at {@code at}. */
  static LiveRow map(ResultSet rows, int at, long id) throws SQLException {
    return Columns.row(rows, at, RowBytes::live, LiveRow::id, "state", id);
  }
}
