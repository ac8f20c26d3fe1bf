package dev.pawl.h2.internal;

import dev.pawl.spi.BatchRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Batches: one that is triggered as a list is inserted once; one from a stream grows. */
final class BatchTable {
  static final String INSERT =
      "insert into batch (id, parent_id, size, created_at_micros, state, closed_at_micros, hash,"
          + " idempotency_key, abort_reason) values (?, ?, ?, ?, ?, ?, ?, ?, ?)";

  static final String UPDATE =
      "update batch set batch.parent_id = ?, batch.size = ?, batch.created_at_micros = ?,"
          + " batch.state = ?, batch.closed_at_micros = ?, batch.hash = ?,"
          + " batch.idempotency_key = ?, batch.abort_reason = ? where batch.id = ?";

  static final String ONE =
      "select id, parent_id, size, created_at_micros, state, closed_at_micros, hash,"
          + " idempotency_key, abort_reason from batch where id = ?";

  static final String OPEN =
      "select id, parent_id, size, created_at_micros, state, closed_at_micros, hash,"
          + " idempotency_key, abort_reason from batch where state = ? order by state, id";

  private static final int COLUMNS = 9;

  /** One that is open is not deleted. */
  static final String DELETE = "delete from batch where (batch.id = ? and batch.state <> ?)";

  private BatchTable() {}

  static void insert(Statements statements, List<BatchRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement insert = statements.prepare(INSERT);
    for (BatchRow row : rows) {
      insert.setLong(1, row.id());
      bindAllButId(insert, 2, row);
      Statements.changeOne(insert, "inserting batch", row.id());
    }
  }

  static void update(Statements statements, List<BatchRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement update = statements.prepare(UPDATE);
    for (BatchRow row : rows) {
      bindAllButId(update, 1, row);
      update.setLong(COLUMNS, row.id());
      Statements.changeOne(update, "updating batch", row.id());
    }
  }

  private static void bindAllButId(PreparedStatement statement, int at, BatchRow row)
      throws SQLException {
    statement.setLong(at, row.parentId());
    statement.setInt(at + 1, row.size());
    statement.setLong(at + 2, row.createdAtMicros());
    statement.setString(at + 3, row.state().name());
    Columns.setMicros(statement, at + 4, row.closedAtMicros());
    statement.setLong(at + 5, row.hash());
    statement.setString(at + 6, row.idempotencyKey());
    statement.setString(at + 7, row.abortReason());
  }

  static Optional<BatchRow> one(Statements statements, long id) throws SQLException {
    PreparedStatement select = statements.prepare(ONE);
    select.setLong(1, id);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? Optional.of(map(rows)) : Optional.empty();
    }
  }

  /** The batches that may still grow: few, whatever the number of batches. */
  static List<BatchRow> open(Statements statements) throws SQLException {
    PreparedStatement select = statements.prepare(OPEN);
    select.setString(1, BatchRow.State.OPEN.name());
    List<BatchRow> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(map(rows));
      }
    }
    return found;
  }

  /** Deletes a batch that is closed. */
  static void delete(Statements statements, long id) throws SQLException {
    PreparedStatement delete = statements.prepare(DELETE);
    delete.setLong(1, id);
    delete.setString(2, BatchRow.State.OPEN.name());
    Statements.changeOne(delete, "deleting closed batch", id);
  }

  private static BatchRow map(ResultSet rows) throws SQLException {
    return new BatchRow(
        rows.getLong(1),
        rows.getLong(2),
        rows.getInt(3),
        rows.getLong(4),
        BatchRow.State.valueOf(rows.getString(5)),
        Columns.micros(rows, 6),
        rows.getLong(7),
        rows.getString(8),
        rows.getString(9));
  }
}
