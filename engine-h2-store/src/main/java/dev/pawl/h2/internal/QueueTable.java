package dev.pawl.h2.internal;

import dev.pawl.spi.QueueRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The settings of queues. */
final class QueueTable {
  static final String PUT =
      "merge into queue (name, concurrency_limit, total_limit, paused) key (name)"
          + " values (?, ?, ?, ?)";

  static final String ALL = "select name, concurrency_limit, total_limit, paused from queue";

  private QueueTable() {}

  static void put(Statements statements, List<QueueRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement put = statements.prepare(PUT);
    for (QueueRow row : rows) {
      put.setString(1, row.name());
      put.setInt(2, row.concurrencyLimit());
      put.setInt(3, row.totalLimit());
      put.setBoolean(4, row.paused());
      put.executeUpdate();
    }
  }

  static List<QueueRow> all(Statements statements) throws SQLException {
    List<QueueRow> found = new ArrayList<>();
    try (ResultSet rows = statements.prepare(ALL).executeQuery()) {
      while (rows.next()) {
        found.add(
            new QueueRow(rows.getString(1), rows.getInt(2), rows.getInt(3), rows.getBoolean(4)));
      }
    }
    return found;
  }
}
