package dev.pawl.h2.internal;

import dev.pawl.RunStatus;
import dev.pawl.spi.ResultRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How each run ended: inserted once, never changed. */
final class ResultTable {
  static final String INSERT =
      "insert into result (id, status, attempt, queued_at_micros, started_at_micros,"
          + " attempt_started_at_micros, finished_at_micros, output, output_crc, output_key,"
          + " output_size, error)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  static final String ONE =
      "select id, status, attempt, queued_at_micros, started_at_micros, attempt_started_at_micros,"
          + " finished_at_micros, output, output_crc, output_key,"
          + " output_size, error"
          + " from result where id = ?";

  /** How many columns {@link #map} reads. */
  static final int COLUMNS = 12;

  static final String DELETE = "delete from result where (result.id = any(?))";

  static final String ENDS =
      "select id, status, finished_at_micros from result where (id = any(?))";

  private ResultTable() {}

  static void insert(Statements statements, List<ResultRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement insert = statements.prepare(INSERT);
    for (ResultRow row : rows) {
      insert.setLong(1, row.id());
      insert.setString(2, row.status().name());
      insert.setInt(3, row.attempt());
      Columns.setMicros(insert, 4, row.queuedAtMicros());
      Columns.setMicros(insert, 5, row.startedAtMicros());
      Columns.setMicros(insert, 6, row.attemptStartedAtMicros());
      insert.setLong(7, row.finishedAtMicros());
      Columns.setValue(insert, 8, row.output());
      insert.setBytes(12, row.error() == null ? null : ErrorCodec.encode(row.error()));
      Statements.changeOne(insert, "inserting the result of run", row.id());
    }
  }

  /** How those of these runs ended that have; not more ids than one statement takes. */
  static Map<Long, EndedTable.End> ends(Statements statements, List<Long> ids) throws SQLException {
    PreparedStatement select = statements.prepare(ENDS);
    select.setObject(1, ids.toArray(Long[]::new));
    Map<Long, EndedTable.End> ends = new LinkedHashMap<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        ends.put(rows.getLong(1), new EndedTable.End(rows.getString(2), rows.getLong(3)));
      }
    }
    return ends;
  }

  static Optional<ResultRow> one(Statements statements, long id) throws SQLException {
    PreparedStatement select = statements.prepare(ONE);
    select.setLong(1, id);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? Optional.of(map(rows, 1)) : Optional.empty();
    }
  }

  /** The row whose columns begin at {@code at}, in the order of the table. */
  static ResultRow map(ResultSet rows, int at) throws SQLException {
    byte[] error = rows.getBytes(at + 11);
    return new ResultRow(
        rows.getLong(at),
        Columns.constant(RunStatus.class, rows, at + 1),
        rows.getInt(at + 2),
        Columns.micros(rows, at + 3),
        Columns.micros(rows, at + 4),
        Columns.micros(rows, at + 5),
        rows.getLong(at + 6),
        Columns.value(rows, at + 7),
        error == null ? null : ErrorCodec.decode(error));
  }
}
