package dev.pawl.h2.internal;

import dev.pawl.spi.LabelRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The present labels of runs, where they differ from those that the runs were triggered with. */
final class LabelTable {
  static final String PUT =
      "merge into label (run_id, tags, metadata) key (run_id) values (?, ?, ?)";

  static final String ONE = "select run_id, tags, metadata from label where run_id = ?";

  static final String DELETE = "delete from label where label.run_id = ?";

  static final String ANY_BETWEEN =
      "select run_id from label where run_id between ? and ? fetch next 1 rows only";

  private LabelTable() {}

  static void put(Statements statements, List<LabelRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement put = statements.prepare(PUT);
    for (LabelRow row : rows) {
      put.setLong(1, row.runId());
      Columns.setTexts(put, 2, row.tags());
      put.setString(3, row.metadata());
      Statements.changeOne(put, "writing the labels of run", row.runId());
    }
  }

  static Optional<LabelRow> one(Statements statements, long runId) throws SQLException {
    PreparedStatement select = statements.prepare(ONE);
    select.setLong(1, runId);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? Optional.of(map(rows, 1)) : Optional.empty();
    }
  }

  /** The row whose columns begin at {@code at}, in the order of the table. */
  static LabelRow map(ResultSet rows, int at) throws SQLException {
    return new LabelRow(rows.getLong(at), Columns.texts(rows, at + 1), rows.getString(at + 2));
  }
}
