package dev.pawl.h2.internal;

import dev.pawl.spi.RunRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What runs were triggered with, where that is long: in their rows it would be written again at
 * each transition.
 */
final class LongInputTable {
  static final String INSERT = "insert into long_input (run_id, input) values (?, ?)";
  static final String DELETE = "delete from long_input where long_input.run_id = ?";

  static final String ANY_BETWEEN =
      "select run_id from long_input where run_id between ? and ? fetch next 1 rows only";

  /** How many bytes stand in the row of a run at the most: a quarter of what H2 has in a page. */
  static final int MOST_IN_ROW = 4_000;

  private LongInputTable() {}

  /**
   * Puts what a run was triggered with here if it is long.
   *
   * @return what stands in the row of the run: null if it is here
   */
  static byte @Nullable [] insertIfLong(Statements statements, RunRow row) throws SQLException {
    byte[] input = statements.bytes().of(row);
    if (input.length <= MOST_IN_ROW) {
      return input;
    }
    PreparedStatement insert = statements.prepare(INSERT);
    insert.setLong(1, row.id());
    insert.setBytes(2, input);
    Statements.changeOne(insert, "inserting the input of run", row.id());
    return null;
  }

  /** Takes it out, if it is here. */
  static void delete(Statements statements, long runId) throws SQLException {
    PreparedStatement delete = statements.prepare(DELETE);
    delete.setLong(1, runId);
    delete.executeUpdate();
  }
}
