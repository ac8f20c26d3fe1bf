package dev.pawl.h2.internal;

import dev.pawl.RunStatus;
import dev.pawl.TriggerOutcome;
import dev.pawl.spi.BatchCounts;
import dev.pawl.spi.BatchItemRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Which run stands at which index of a batch: inserted once, never changed. */
final class BatchItemTable {
  static final String INSERT =
      "insert into batch_item (batch_id, idx, run_id, task_id, outcome, payload_differs)"
          + " values (?, ?, ?, ?, ?, ?)";

  static final String AFTER =
      "select batch_id, idx, run_id, task_id, outcome, payload_differs from batch_item"
          + " where (batch_id = ? and idx > ?) order by batch_id, idx fetch next ? rows only";

  static final String RUNS_BEFORE =
      "select run_id from batch_item where (batch_id = ? and run_id < ?)";

  static final String COUNTS =
      "select count(*), count(e.id), count(case when e.status = ? then 1 end),"
          + " max(e.finished_at_micros) from batch_item i left outer join finished_run e"
          + " on e.id = i.run_id where i.batch_id = ?";
  static final String BATCHES_OF =
      "select distinct batch_id from batch_item where (run_id = ? and batch_id > ?)"
          + " order by batch_id fetch next ? rows only";
  static final String DELETE_OF_RUN = "delete from batch_item where batch_item.run_id = ?";

  static final String ANY_BETWEEN =
      "select run_id from batch_item where run_id between ? and ? fetch next 1 rows only";

  private BatchItemTable() {}

  static void insert(Statements statements, List<BatchItemRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement insert = statements.prepare(INSERT);
    for (BatchItemRow row : rows) {
      insert.setLong(1, row.batchId());
      insert.setInt(2, row.index());
      insert.setLong(3, row.runId());
      insert.setString(4, row.taskId());
      insert.setString(5, row.outcome().name());
      insert.setBoolean(6, row.payloadDiffers());
      Statements.changeOne(insert, "inserting an item of batch", row.batchId());
    }
  }

  static List<BatchItemRow> after(Statements statements, long batchId, int index, int limit)
      throws SQLException {
    PreparedStatement select = statements.prepare(AFTER);
    select.setLong(1, batchId);
    select.setInt(2, index);
    select.setInt(3, limit);
    List<BatchItemRow> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(
            new BatchItemRow(
                rows.getLong(1),
                rows.getInt(2),
                rows.getLong(3),
                rows.getString(4),
                TriggerOutcome.valueOf(rows.getString(5)),
                rows.getBoolean(6)));
      }
    }
    return found;
  }

  /** How many indexes there are, and how many have a run that has ended. */
  static BatchCounts counts(Statements statements, long batchId) throws SQLException {
    PreparedStatement select = statements.prepare(COUNTS);
    select.setString(1, RunStatus.COMPLETED.name());
    select.setLong(2, batchId);
    try (ResultSet rows = select.executeQuery()) {
      rows.next();
      int ended = rows.getInt(2);
      int succeeded = rows.getInt(3);
      return new BatchCounts(rows.getInt(1), succeeded, ended - succeeded, Columns.micros(rows, 4));
    }
  }

  /** The batches in which a run stands; reads the index alone. */
  static List<Long> batchesOf(Statements statements, long runId, long afterId, int limit)
      throws SQLException {
    return Statements.ids(statements.prepare(BATCHES_OF), runId, afterId, limit);
  }

  /** The ids below {@code beforeId} of the runs in a batch, each once, in descending order. */
  static List<Long> runIdsBefore(Statements statements, long batchId, long beforeId)
      throws SQLException {
    PreparedStatement select = statements.prepare(RUNS_BEFORE);
    select.setLong(1, batchId);
    select.setLong(2, beforeId);
    TreeSet<Long> ids = new TreeSet<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
    }
    return List.copyOf(ids.descendingSet());
  }
}
