package dev.pawl.h2.internal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which large values belong to a row, by their keys: a file that is not in here is an orphan.
 * Small, and read only where a file is looked at.
 */
final class LargeValueTable {
  static final String INSERT = "insert into large_value (value_key, run_id) values (?, ?)";
  static final String DELETE = "delete from large_value where large_value.value_key = ?";
  static final String ONE = "select run_id from large_value where value_key = ?";

  static final String OF_RUN = "select value_key from large_value where run_id = ?";

  static final String ANY_BETWEEN =
      "select run_id from large_value where run_id between ? and ? fetch next 1 rows only";

  private LargeValueTable() {}

  static void insert(Statements statements, long key, long runId) throws SQLException {
    PreparedStatement insert = statements.prepare(INSERT);
    insert.setLong(1, key);
    insert.setLong(2, runId);
    Statements.changeOne(insert, "taking a large value for run", runId);
  }

  static void delete(Statements statements, long key) throws SQLException {
    PreparedStatement delete = statements.prepare(DELETE);
    delete.setLong(1, key);
    Statements.changeOne(delete, "giving up large value", key);
  }

  /** The values that the rows of a run have. */
  static List<Long> ofRun(Statements statements, long runId) throws SQLException {
    PreparedStatement select = statements.prepare(OF_RUN);
    select.setLong(1, runId);
    List<Long> keys = new ArrayList<>(0);
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        keys.add(rows.getLong(1));
      }
    }
    return keys;
  }

  static boolean contains(Statements statements, long key) throws SQLException {
    PreparedStatement select = statements.prepare(ONE);
    select.setLong(1, key);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next();
    }
  }
}
