package dev.pawl.h2.internal;

import dev.pawl.spi.JournalRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The calls that bodies made to the engine. */
final class JournalTable {
  static final String PUT =
      "merge into journal (run_id, seq, generation, kind, task_id, match_hash, target_id,"
          + " answer) key (run_id, seq) values (?, ?, ?, ?, ?, ?, ?, ?)";

  static final String OF_RUN =
      "select run_id, seq, generation, kind, task_id, match_hash, target_id, answer"
          + " from journal where (run_id = ? and generation = ?) order by run_id, seq";

  static final String NAMED_BY =
      "select distinct run_id from journal where (target_id = ? and run_id > ?)"
          + " order by run_id fetch next ? rows only";
  static final String DELETE = "delete from journal where journal.run_id = ?";

  static final String ANY_BETWEEN =
      "select run_id from journal where run_id between ? and ? fetch next 1 rows only";

  static final String ANY_NAMED_BETWEEN =
      "select target_id from journal where target_id between ? and ? fetch next 1 rows only";

  private JournalTable() {}

  static void put(Statements statements, List<JournalRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement put = statements.prepare(PUT);
    for (JournalRow row : rows) {
      put.setLong(1, row.runId());
      put.setInt(2, row.seq());
      put.setInt(3, row.generation());
      put.setString(4, row.kind().name());
      put.setString(5, row.taskId());
      put.setLong(6, row.match());
      put.setLong(7, row.targetId());
      put.setString(8, row.answer().name());
      Statements.changeOne(put, "writing a journal entry of run", row.runId());
    }
  }

  static List<JournalRow> ofRun(Statements statements, long runId, int generation)
      throws SQLException {
    PreparedStatement select = statements.prepare(OF_RUN);
    select.setLong(1, runId);
    select.setInt(2, generation);
    List<JournalRow> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(map(rows));
      }
    }
    return found;
  }

  /** The runs with an entry that names a target; reads the index alone. */
  static List<Long> namedBy(Statements statements, long targetId, long afterId, int limit)
      throws SQLException {
    return Statements.ids(statements.prepare(NAMED_BY), targetId, afterId, limit);
  }

  private static JournalRow map(ResultSet rows) throws SQLException {
    return new JournalRow(
        rows.getLong(1),
        rows.getInt(2),
        rows.getInt(3),
        Columns.constant(JournalRow.Kind.class, rows, 4),
        rows.getString(5),
        rows.getLong(6),
        rows.getLong(7),
        Columns.constant(JournalRow.Answer.class, rows, 8));
  }
}
