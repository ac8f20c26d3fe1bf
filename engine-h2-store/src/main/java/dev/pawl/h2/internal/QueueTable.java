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
      "merge into queue (name, declared_limit, limit_override, declared_total_limit,"
          + " total_limit_override, max_queued, paused) key (name) values (?, ?, ?, ?, ?, ?, ?)";

  static final String ALL =
      "select name, declared_limit, limit_override, declared_total_limit, total_limit_override,"
          + " max_queued, paused from queue";

  private QueueTable() {}

  static void put(Statements statements, List<QueueRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement put = statements.prepare(PUT);
    for (QueueRow row : rows) {
      put.setString(1, row.name());
      put.setInt(2, row.declaredLimit());
      put.setInt(3, row.limitOverride());
      put.setInt(4, row.declaredTotalLimit());
      put.setInt(5, row.totalLimitOverride());
      put.setInt(6, row.maxQueued());
      put.setBoolean(7, row.paused());
      put.executeUpdate();
    }
  }

  static List<QueueRow> all(Statements statements) throws SQLException {
    List<QueueRow> found = new ArrayList<>();
    try (ResultSet rows = statements.prepare(ALL).executeQuery()) {
      while (rows.next()) {
        found.add(
            new QueueRow(
                rows.getString(1),
                rows.getInt(2),
                rows.getInt(3),
                rows.getInt(4),
                rows.getInt(5),
                rows.getInt(6),
                rows.getBoolean(7)));
      }
    }
    return found;
  }
}
