package dev.pawl.h2.internal;

import dev.pawl.spi.LabelRow;
import dev.pawl.spi.StoredRun;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs with all that their rows tell. As in {@link Inputs} the unfinished ones are looked at first,
 * so that none is missed; and one that ends in between was as it is found.
 */
final class StoredRuns {
  static final String UNFINISHED =
      "select u.id, coalesce(u.input, i.input), u.state, b.run_id, b.tags, b.metadata"
          + " from unfinished_run u left outer join long_input i on i.run_id = u.id"
          + " left outer join label b on b.run_id = u.id where (u.id = any(?))";

  static final String FINISHED =
      "select f.id, coalesce(f.input, i.input), f.result, b.run_id, b.tags, b.metadata"
          + " from finished_run f left outer join long_input i on i.run_id = f.id"
          + " left outer join label b on b.run_id = f.id where (f.id = any(?))";

  private StoredRuns() {}

  static Optional<StoredRun> one(Statements statements, long id) throws SQLException {
    List<StoredRun> found = among(statements, List.of(id));
    return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
  }

  /** Those of these runs that exist, in no order. */
  static List<StoredRun> among(Statements statements, List<Long> ids) throws SQLException {
    List<StoredRun> found = new ArrayList<>(ids.size());
    for (List<Long> some : Statements.parts(ids)) {
      try (ResultSet rows = statements.among(UNFINISHED, some)) {
        while (rows.next()) {
          long id = rows.getLong(1);
          found.add(
              new StoredRun(
                  Inputs.map(rows, 2, id),
                  UnfinishedRunTable.map(rows, 3, id),
                  null,
                  labels(rows, 4)));
        }
      }
    }
    List<Long> left = Inputs.without(ids, found, run -> run.run().id());
    for (List<Long> some : Statements.parts(left)) {
      try (ResultSet rows = statements.among(FINISHED, some)) {
        while (rows.next()) {
          long id = rows.getLong(1);
          found.add(
              new StoredRun(
                  Inputs.map(rows, 2, id),
                  null,
                  FinishedRunTable.map(rows, 3, id),
                  labels(rows, 4)));
        }
      }
    }
    return found;
  }

  private static @Nullable LabelRow labels(ResultSet rows, int at) throws SQLException {
    rows.getLong(at);
    return rows.wasNull() ? null : LabelTable.map(rows, at);
  }
}
