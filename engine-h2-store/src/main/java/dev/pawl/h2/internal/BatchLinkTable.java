package dev.pawl.h2.internal;

import dev.pawl.spi.BatchItemRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * At which indexes of batches a run stands that was not made there: what such an item found by its
 * key. Where a run was made, it says so itself.
 */
final class BatchLinkTable {
  static final String INSERT = "insert into batch_link (run_id, batch_id, idx) values (?, ?, ?)";

  static final String OF_RUN = "select batch_id, idx from batch_link where run_id = ?";

  static final String DELETE = "delete from batch_link where batch_link.run_id = ?";

  static final String ANY_BETWEEN =
      "select run_id from batch_link where run_id between ? and ? fetch next 1 rows only";

  private BatchLinkTable() {}

  /** An index of a batch. */
  record Place(long batchId, int index) {
    /** Where a run was made that was made by itself, or does not tell. */
    static final Place NONE = new Place(0, 0);
  }

  static void insert(Statements statements, BatchItemRow row) throws SQLException {
    PreparedStatement insert = statements.prepare(INSERT);
    insert.setLong(1, row.runId());
    insert.setLong(2, row.batchId());
    insert.setInt(3, row.index());
    Statements.changeOne(insert, "noting the batch of run", row.runId());
  }

  static List<Place> ofRun(Statements statements, long runId) throws SQLException {
    PreparedStatement select = statements.prepare(OF_RUN);
    select.setLong(1, runId);
    List<Place> found = new ArrayList<>(0);
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(new Place(rows.getLong(1), rows.getInt(2)));
      }
    }
    return found;
  }
}
