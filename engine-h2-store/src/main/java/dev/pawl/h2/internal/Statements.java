package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.RowBytes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements of one connection, each prepared when it is first needed and kept until
 * the connection is closed. Used by one thread at a time, as its connection is.
 *
 * <p>The SQL of the hot statements is written out in the table classes rather than rendered by jOOQ
 * when the store opens, because the first query that jOOQ renders in a cold JVM costs about a
 * second, which every short-lived process and every single test would pay. A test renders each of
 * them with jOOQ from the generated tables and compares, so that they cannot drift from the schema.
 */
final class Statements {
  /**
   * How many ids one statement is given at the most: H2 finds each row by its key, and then
   * compares it with the ids one by one.
   */
  private static final int IDS_AT_ONCE = 100;

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private @Nullable RowBytes bytes;

  Statements(Connection connection) {
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  /** What makes the bytes of rows that are written by this connection. */
  RowBytes bytes() {
    RowBytes made = bytes;
    if (made == null) {
      made = new RowBytes();
      bytes = made;
    }
    return made;
  }

  /** The statement of this text; the text is one of the constants, never built from values. */
  PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    return statement;
  }

  /** The ids that a statement with these three parameters selects. */
  static List<Long> ids(PreparedStatement select, long of, long after, int limit)
      throws SQLException {
    select.setLong(1, of);
    select.setLong(2, after);
    select.setInt(3, limit);
    List<Long> ids = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
    }
    return ids;
  }

  /**
   * Whether a table has any row of the runs from the first to the last of these, which ascend. Runs
   * that end together were mostly made together, and few runs have rows in most tables, so that one
   * look tells of many that they have none there.
   */
  boolean anyBetween(String sql, List<Long> ids) throws SQLException {
    PreparedStatement select = prepare(sql);
    select.setLong(1, ids.getFirst());
    select.setLong(2, ids.getLast());
    try (ResultSet rows = select.executeQuery()) {
      return rows.next();
    }
  }

  /** Runs a statement whose one parameter are ids; not more of them than a statement is given. */
  ResultSet among(String sql, List<Long> ids) throws SQLException {
    PreparedStatement select = prepare(sql);
    select.setObject(1, ids.toArray(Long[]::new));
    return select.executeQuery();
  }

  /** Parts of many ids, or of what has some, for one statement each. */
  static <T> List<List<T>> parts(List<T> ids) {
    List<List<T>> parts = new ArrayList<>(ids.size() / IDS_AT_ONCE + 1);
    for (int from = 0; from < ids.size(); from += IDS_AT_ONCE) {
      parts.add(ids.subList(from, Math.min(from + IDS_AT_ONCE, ids.size())));
    }
    return parts;
  }

  /**
   * Runs a statement that must change exactly one row: anything else means that the engine and the
   * store disagree.
   */
  static void changeOne(PreparedStatement statement, String what, long id) throws SQLException {
    int changed = statement.executeUpdate();
    if (changed != 1) {
      throw notAsMany(changed, 1, what, id);
    }
  }

  /** As {@link #changeOne(PreparedStatement, String, long)}, for a row that has no id. */
  static void changeOne(PreparedStatement statement, String what, Object key) throws SQLException {
    change(1, statement, what, key);
  }

  /** As {@link #changeOne(PreparedStatement, String, long)}, for a number of rows. */
  static void change(int rows, PreparedStatement statement, String what, Object which)
      throws SQLException {
    int changed = statement.executeUpdate();
    if (changed != rows) {
      throw notAsMany(changed, rows, what, which);
    }
  }

  /** As {@link #change}, for the rows with these ids, each of which there must be. */
  void changeAll(String sql, String what, List<Long> ids) throws SQLException {
    PreparedStatement statement = prepare(sql);
    statement.setObject(1, ids.toArray(Long[]::new));
    change(ids.size(), statement, what, ids);
  }

  private static IllegalStateException notAsMany(int changed, int rows, String what, Object which) {
    return new IllegalStateException(
        what + " " + which + " changed " + changed + " rows instead of " + rows);
  }
}
