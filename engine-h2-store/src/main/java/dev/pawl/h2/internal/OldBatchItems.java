package dev.pawl.h2.internal;

import dev.pawl.TriggerOutcome;
import dev.pawl.spi.BatchItemRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The items of batches of a store of schema version 4, where each had a row. They are moved after
 * the runs, which tell where they were made, and in the order of their places.
 */
final class OldBatchItems {
  /** Of a run nothing is read but whether it was made there: it may have half a MB. */
  private static final String OF_BATCH =
      "select i.batch_id, i.idx, i.run_id, i.task_id, i.outcome, i.payload_differs, r.id"
          + " from batch_item i left outer join run r on r.id = i.run_id"
          + " and r.batch_id = i.batch_id and r.batch_index = i.idx"
          + " where (i.batch_id = ? and i.idx > ?)"
          + " order by i.batch_id, i.idx fetch next ? rows only";

  /** With a comparison of both columns at once H2 would begin with the first item of the batch. */
  private static final String NEXT_BATCH =
      "select batch_id from batch_item where batch_id > ? order by batch_id"
          + " fetch next 1 rows only";

  private final Connection connection;
  private final Statements statements;

  /** Where the last item stands that was moved. */
  private BatchLinkTable.Place last = BatchLinkTable.Place.NONE;

  private int sinceCommit;

  private OldBatchItems(Connection connection) {
    this.connection = connection;
    this.statements = new Statements(connection);
  }

  /** Moves them all. */
  static void move(Connection connection) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    OldBatchItems items = new OldBatchItems(connection);
    boolean more = true;
    while (more) {
      more = items.moveSome(items.last) || items.moveSome(items.nextBatch());
    }
    connection.commit();
    connection.setAutoCommit(autoCommit);
  }

  private BatchLinkTable.Place nextBatch() throws SQLException {
    PreparedStatement select = statements.prepare(NEXT_BATCH);
    select.setLong(1, last.batchId());
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? new BatchLinkTable.Place(rows.getLong(1), Integer.MIN_VALUE) : last;
    }
  }

  /** Moves items that stand behind a place in its batch; false where there is none. */
  private boolean moveSome(BatchLinkTable.Place after) throws SQLException {
    PreparedStatement select = statements.prepare(OF_BATCH);
    select.setLong(1, after.batchId());
    select.setInt(2, after.index());
    select.setInt(3, BatchItemTable.MOST);
    List<BatchItemRow> items = new ArrayList<>();
    Set<BatchItemRow> made = new HashSet<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        BatchItemRow item = item(rows);
        items.add(item);
        rows.getLong(7);
        if (!rows.wasNull()) {
          made.add(item);
        }
      }
    }
    if (items.isEmpty()) {
      return false;
    }
    BatchItemTable.insert(statements, items, made::contains);
    last = new BatchLinkTable.Place(after.batchId(), items.getLast().index());
    sinceCommit += items.size();
    if (sinceCommit >= BatchItemTable.MOST) {
      connection.commit();
      sinceCommit = 0;
    }
    return true;
  }

  private static BatchItemRow item(ResultSet rows) throws SQLException {
    return new BatchItemRow(
        rows.getLong(1),
        rows.getInt(2),
        rows.getLong(3),
        rows.getString(4),
        Columns.constant(TriggerOutcome.class, rows, 5),
        rows.getBoolean(6));
  }
}
