package dev.pawl.h2.internal;

import dev.pawl.TriggerOutcome;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.RunRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The items of batches of a store of schema version 4, where each had a row. They are moved after
 * the runs, which tell where they were made.
 */
final class OldBatchItems {
  private static final String AFTER =
      "select batch_id, idx, run_id, task_id, outcome, payload_differs from batch_item"
          + " where (batch_id, idx) > (?, ?) order by batch_id, idx fetch next ? rows only";

  private OldBatchItems() {}

  /** Moves them all. */
  static void move(Connection connection) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    Statements statements = new Statements(connection);
    List<BatchItemRow> items = after(statements, Long.MIN_VALUE, 0);
    while (!items.isEmpty()) {
      List<Long> ids = items.stream().map(BatchItemRow::runId).distinct().toList();
      List<RunRow> runs = Inputs.among(statements, ids);
      BatchItemTable.insert(statements, items, runs);
      connection.commit();
      BatchItemRow last = items.getLast();
      items = after(statements, last.batchId(), last.index());
    }
    connection.commit();
    connection.setAutoCommit(autoCommit);
  }

  private static List<BatchItemRow> after(Statements statements, long batchId, int index)
      throws SQLException {
    PreparedStatement select = statements.prepare(AFTER);
    select.setLong(1, batchId);
    select.setInt(2, index);
    select.setInt(3, BatchItemTable.MOST);
    List<BatchItemRow> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(
            new BatchItemRow(
                rows.getLong(1),
                rows.getInt(2),
                rows.getLong(3),
                rows.getString(4),
                Columns.constant(TriggerOutcome.class, rows, 5),
                rows.getBoolean(6)));
      }
    }
    return found;
  }
}
