package dev.pawl.h2.internal;

import dev.pawl.RunStatus;
import dev.pawl.spi.AttemptRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The attempts that ended without ending their run. */
final class AttemptTable {
  static final String INSERT =
      "insert into attempt (run_id, number, started_at_micros, finished_at_micros, status, error)"
          + " values (?, ?, ?, ?, ?, ?)";

  static final String OF_RUN =
      "select run_id, number, started_at_micros, finished_at_micros, status, error"
          + " from attempt where run_id = ? order by run_id, number";

  static final String DELETE = "delete from attempt where attempt.run_id = ?";

  static final String ANY_BETWEEN =
      "select run_id from attempt where run_id between ? and ? fetch next 1 rows only";

  private AttemptTable() {}

  static void insert(Statements statements, List<AttemptRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement insert = statements.prepare(INSERT);
    for (AttemptRow row : rows) {
      insert.setLong(1, row.runId());
      insert.setInt(2, row.number());
      Columns.setMicros(insert, 3, row.startedAtMicros());
      insert.setLong(4, row.finishedAtMicros());
      insert.setString(5, row.status().name());
      insert.setBytes(6, ErrorCodec.encode(row.error()));
      Statements.changeOne(insert, "inserting an attempt of run", row.runId());
    }
  }

  static List<AttemptRow> ofRun(Statements statements, long runId) throws SQLException {
    PreparedStatement select = statements.prepare(OF_RUN);
    select.setLong(1, runId);
    List<AttemptRow> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(map(rows));
      }
    }
    return found;
  }

  private static AttemptRow map(ResultSet rows) throws SQLException {
    return new AttemptRow(
        rows.getLong(1),
        rows.getInt(2),
        Columns.micros(rows, 3),
        rows.getLong(4),
        Columns.constant(RunStatus.class, rows, 5),
        ErrorCodec.decode(Columns.present(rows.getBytes(6), "error", rows.getLong(1))));
  }
}
