package dev.pawl.h2.internal;

import dev.pawl.spi.RunRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** What each run was triggered with: inserted once, never changed. */
final class RunTable {
  static final String INSERT =
      "insert into run (id, task_id, payload, payload_crc, created_at_micros, delay_until_micros,"
          + " ttl_micros, max_attempts, priority_micros, queue, concurrency_key, tags, metadata,"
          + " parent_id, root_id, depth, batch_id, batch_index, replay_of)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  /** How many columns {@link #map} reads. */
  static final int COLUMNS = 19;

  private RunTable() {}

  static void insert(Statements statements, List<RunRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement insert = statements.prepare(INSERT);
    for (RunRow row : rows) {
      insert.setLong(1, row.id());
      insert.setString(2, row.taskId());
      Columns.setValue(insert, 3, row.payload());
      insert.setLong(5, row.createdAtMicros());
      Columns.setMicros(insert, 6, row.delayUntilMicros());
      insert.setLong(7, row.ttlMicros());
      insert.setInt(8, row.maxAttempts());
      insert.setLong(9, row.priorityMicros());
      insert.setString(10, row.queue());
      insert.setString(11, row.concurrencyKey());
      Columns.setTexts(insert, 12, row.tags());
      insert.setString(13, row.metadata());
      insert.setLong(14, row.parentId());
      insert.setLong(15, row.rootId());
      insert.setInt(16, row.depth());
      insert.setLong(17, row.batchId());
      insert.setInt(18, row.batchIndex());
      insert.setLong(19, row.replayOf());
      Statements.changeOne(insert, "inserting run", row.id());
    }
  }

  /** The row whose columns begin at {@code at}, in the order of the table. */
  static RunRow map(ResultSet rows, int at) throws SQLException {
    long id = rows.getLong(at);
    return new RunRow(
        id,
        rows.getString(at + 1),
        Columns.present(Columns.value(rows, at + 2), "payload", id),
        rows.getLong(at + 4),
        Columns.micros(rows, at + 5),
        rows.getLong(at + 6),
        rows.getInt(at + 7),
        rows.getLong(at + 8),
        rows.getString(at + 9),
        rows.getString(at + 10),
        Columns.texts(rows, at + 11),
        rows.getString(at + 12),
        rows.getLong(at + 13),
        rows.getLong(at + 14),
        rows.getInt(at + 15),
        rows.getLong(at + 16),
        rows.getInt(at + 17),
        rows.getLong(at + 18));
  }
}
