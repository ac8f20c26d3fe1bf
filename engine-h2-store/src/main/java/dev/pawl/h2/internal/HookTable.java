package dev.pawl.h2.internal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Runs that have ended and whose hooks were not run: empty where no task has any. */
final class HookTable {
  static final String INSERT = "insert into owed_hook (run_id) values (?)";

  static final String DELETE = "delete from owed_hook where owed_hook.run_id = ?";

  static final String AFTER =
      "select run_id from owed_hook where run_id > ? order by run_id fetch next ? rows only";

  static final String ONE = "select run_id from owed_hook where run_id = ?";

  static final String ANY_BETWEEN =
      "select run_id from owed_hook where run_id between ? and ? fetch next 1 rows only";

  private HookTable() {}

  static void insert(Statements statements, List<Long> runIds) throws SQLException {
    if (runIds.isEmpty()) {
      return;
    }
    PreparedStatement insert = statements.prepare(INSERT);
    for (long runId : runIds) {
      insert.setLong(1, runId);
      Statements.changeOne(insert, "owing the hooks of run", runId);
    }
  }

  static void delete(Statements statements, List<Long> runIds) throws SQLException {
    if (runIds.isEmpty()) {
      return;
    }
    PreparedStatement delete = statements.prepare(DELETE);
    for (long runId : runIds) {
      delete.setLong(1, runId);
      Statements.changeOne(delete, "paying the hooks of run", runId);
    }
  }

  static boolean contains(Statements statements, long runId) throws SQLException {
    PreparedStatement select = statements.prepare(ONE);
    select.setLong(1, runId);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next();
    }
  }

  static List<Long> after(Statements statements, long afterId, int limit) throws SQLException {
    PreparedStatement select = statements.prepare(AFTER);
    select.setLong(1, afterId);
    select.setInt(2, limit);
    List<Long> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(rows.getLong(1));
      }
    }
    return found;
  }
}
