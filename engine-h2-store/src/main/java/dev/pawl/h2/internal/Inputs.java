package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.RowBytes;
import dev.pawl.spi.RunInput;
import dev.pawl.spi.RunRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What runs were triggered with, whether they have ended or not. A run is looked for among the
 * unfinished ones first: should it end between the two looks, the second one finds it.
 */
final class Inputs {
  static final String UNFINISHED =
      "select u.id, coalesce(u.input, i.input) from unfinished_run u"
          + " left outer join long_input i on i.run_id = u.id where (u.id = any(?))";

  static final String FINISHED =
      "select f.id, coalesce(f.input, i.input) from finished_run f"
          + " left outer join long_input i on i.run_id = f.id where (f.id = any(?))";

  private Inputs() {}

  static Optional<RunRow> one(Statements statements, long id) throws SQLException {
    List<RunRow> found = among(statements, List.of(id));
    return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
  }

  /** Those of these runs that exist, in no order. */
  static List<RunRow> among(Statements statements, List<Long> ids) throws SQLException {
    List<RunRow> found = new ArrayList<>(ids.size());
    addRows(statements, UNFINISHED, ids, found);
    addRows(statements, FINISHED, without(ids, found, RunRow::id), found);
    return found;
  }

  /** The ids of which nothing was found. */
  static <T> List<Long> without(List<Long> ids, List<T> found, Function<T, Long> id) {
    if (found.size() == ids.size()) {
      return List.of();
    }
    Set<Long> there = found.stream().map(id).collect(Collectors.toSet());
    return ids.stream().filter(one -> !there.contains(one)).toList();
  }

  /** What the bodies of those of these runs that exist begin with, in no order. */
  static List<RunInput> forBodies(Statements statements, List<Long> ids) throws SQLException {
    return among(statements, ids).stream().map(RunInput::of).toList();
  }

  private static void addRows(Statements statements, String sql, List<Long> ids, List<RunRow> found)
      throws SQLException {
    for (List<Long> some : Statements.parts(ids)) {
      try (ResultSet rows = statements.among(sql, some)) {
        while (rows.next()) {
          found.add(map(rows, 2, rows.getLong(1)));
        }
      }
    }
  }

  /** The large value that is the payload of a run; 0 where there is no such run, or value. */
  static long payloadKey(Statements statements, long id) throws SQLException {
    return one(statements, id).map(row -> row.payload().key()).orElse(0L);
  }

  /** Replaces what runs were triggered with. */
  static void update(Statements statements, List<RunRow> rows) throws SQLException {
    for (RunRow row : rows) {
      LongInputTable.delete(statements, row.id());
      byte[] input = LongInputTable.insertIfLong(statements, row);
      if (update(statements, UnfinishedRunTable.UPDATE_INPUT, input, row.id()) == 0
          && update(statements, FinishedRunTable.UPDATE_INPUT, input, row.id()) == 0) {
        throw new IllegalStateException("updating run " + row.id() + ", which does not exist");
      }
    }
  }

  private static int update(Statements statements, String sql, byte @Nullable [] input, long id)
      throws SQLException {
    PreparedStatement update = statements.prepare(sql);
    update.setBytes(1, input);
    update.setLong(2, id);
    return update.executeUpdate();
  }

  /** What a run was triggered with, from the column at {@code at}. */
  static RunRow map(ResultSet rows, int at, long id) throws SQLException {
    return Columns.row(rows, at, RowBytes::run, RunRow::id, "input", id);
  }
}
