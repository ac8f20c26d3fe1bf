package dev.pawl.h2.internal;

import dev.pawl.spi.Changes;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredValue;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes down which large values belong to rows from this commit on, and which no longer do. */
final class TakenValues {
  private final LargeValues large;
  private final Set<Long> seen = new HashSet<>();

  private TakenValues(LargeValues large) {
    this.large = large;
  }

  /** The large value that the payload of a run is now; 0 for none. */
  interface PayloadKeys {
    long of(long runId) throws SQLException;
  }

  /**
   * Checks that each large value that a row refers to anew was written, and belongs to no other.
   *
   * @throws IllegalStateException naming one that cannot be taken
   */
  static void require(Changes changes, LargeValues large, PayloadKeys before) throws SQLException {
    TakenValues taken = new TakenValues(large);
    for (RunRow row : changes.runs()) {
      taken.requireFree(row.payload(), row.id());
    }
    for (RunRow row : changes.runUpdates()) {
      if (row.payload().isLarge() && row.payload().key() != before.of(row.id())) {
        taken.requireFree(row.payload(), row.id());
      }
    }
    for (ResultRow row : changes.results()) {
      taken.requireFree(row.output(), row.id());
    }
  }

  private void requireFree(@Nullable StoredValue value, long runId) {
    if (value == null || !value.isLarge()) {
      return;
    }
    if (!large.isFree(value.key()) || !seen.add(value.key())) {
      throw new IllegalStateException(
          "the changes cannot be stored: run "
              + runId
              + " refers to large value "
              + value.key()
              + ", which was not written, or belongs to another row");
    }
  }

  /**
   * To be called before the rows are written: a payload that is replaced is found in the old one.
   *
   * @param givenUp gets the keys of the values that belong to nobody from now on
   */
  static void take(Statements statements, Changes changes, List<Long> givenUp) throws SQLException {
    for (RunRow row : changes.runs()) {
      take(statements, row.payload(), row.id());
    }
    for (RunRow row : changes.runUpdates()) {
      replace(statements, row, givenUp);
    }
    for (ResultRow row : changes.results()) {
      take(statements, row.output(), row.id());
    }
  }

  private static void replace(Statements statements, RunRow row, List<Long> givenUp)
      throws SQLException {
    long before = Inputs.payloadKey(statements, row.id());
    if (before == row.payload().key()) {
      return;
    }
    if (before != 0) {
      LargeValueTable.delete(statements, before);
      givenUp.add(before);
    }
    take(statements, row.payload(), row.id());
  }

  private static void take(Statements statements, @Nullable StoredValue value, long runId)
      throws SQLException {
    if (value != null && value.isLarge()) {
      LargeValueTable.insert(statements, value.key(), runId);
    }
  }
}
