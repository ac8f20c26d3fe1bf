package dev.pawl.h2.internal;

import dev.pawl.spi.BatchRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deletes batches with every row that is kept under them but their items: those go with their runs.
 */
final class BatchDeletion {
  private BatchDeletion() {}

  /** Deletes batches that were closed without items. */
  static void delete(Statements statements, List<Long> batchIds) throws SQLException {
    for (long id : batchIds) {
      BatchRow row = BatchTable.one(statements, id).orElse(null);
      if (row == null || !EmptyBatches.contain(row)) {
        throw new IllegalStateException(
            "batch " + id + " is not one that was closed without items, and is not deleted");
      }
      EndedTable.remove(statements, Map.of(EmptyBatches.end(row), Set.of(id)));
      deleteRows(statements, id);
    }
  }

  /** Deletes a closed batch in which no run stands any longer. */
  static void deleteRows(Statements statements, long batchId) throws SQLException {
    PreparedStatement keys = statements.prepare(IdempotencyTable.DELETE_OF);
    keys.setLong(1, batchId);
    keys.executeUpdate();
    BatchTable.delete(statements, batchId);
  }
}
