package dev.pawl.h2.internal;

import dev.pawl.spi.Changes;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredValue;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down which large values belong to rows from this commit on, and which no longer do. */
final class TakenValues {
  private TakenValues() {}

  /**
   * To be called before the rows are written: a payload that is replaced is found in the old one.
   */
  static void take(Statements statements, Changes changes, LargeValues large, List<Long> givenUp)
      throws SQLException {
    for (RunRow row : changes.runs()) {
      take(statements, row.payload(), row.id(), large);
    }
    for (RunRow row : changes.runUpdates()) {
      replace(statements, row, large, givenUp);
    }
    for (ResultRow row : changes.results()) {
      take(statements, row.output(), row.id(), large);
    }
  }

  private static void replace(
      Statements statements, RunRow row, LargeValues large, List<Long> givenUp)
      throws SQLException {
    long before = payloadKey(statements, row.id());
    if (before == row.payload().key()) {
      return;
    }
    if (before != 0) {
      LargeValueTable.delete(statements, before);
      givenUp.add(before);
    }
    take(statements, row.payload(), row.id(), large);
  }

  private static long payloadKey(Statements statements, long runId) throws SQLException {
    PreparedStatement select = statements.prepare(RunTable.PAYLOAD_KEY);
    select.setLong(1, runId);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private static void take(
      Statements statements, @Nullable StoredValue value, long runId, LargeValues large)
      throws SQLException {
    if (value == null || !value.isLarge()) {
      return;
    }
    if (!large.isFree(value.key())) {
      throw new IllegalStateException(
          "the changes cannot be stored: run "
              + runId
              + " refers to large value "
              + value.key()
              + ", which was not written, or belongs to another row");
    }
    LargeValueTable.insert(statements, value.key(), runId);
  }
}
