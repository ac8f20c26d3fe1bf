package dev.pawl.h2.internal;

import dev.pawl.spi.BatchRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Batches: inserted once, never changed. */
final class BatchTable {
  static final String INSERT =
      "insert into batch (id, parent_id, size, created_at_micros) values (?, ?, ?, ?)";

  static final String ONE = "select id, parent_id, size, created_at_micros from batch where id = ?";

  static final String DELETE = "delete from batch where batch.id = ?";

  private BatchTable() {}

  static void insert(Statements statements, List<BatchRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement insert = statements.prepare(INSERT);
    for (BatchRow row : rows) {
      insert.setLong(1, row.id());
      insert.setLong(2, row.parentId());
      insert.setInt(3, row.size());
      insert.setLong(4, row.createdAtMicros());
      Statements.changeOne(insert, "inserting batch", row.id());
    }
  }

  static Optional<BatchRow> one(Statements statements, long id) throws SQLException {
    PreparedStatement select = statements.prepare(ONE);
    select.setLong(1, id);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next()
          ? Optional.of(
              new BatchRow(rows.getLong(1), rows.getLong(2), rows.getInt(3), rows.getLong(4)))
          : Optional.empty();
    }
  }
}
