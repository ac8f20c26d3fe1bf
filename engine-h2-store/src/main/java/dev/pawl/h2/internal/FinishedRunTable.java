package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.RowBytes;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Each run that has ended: what it was triggered with, and how it ended. */
final class FinishedRunTable {
  private static final Logger log = LoggerFactory.getLogger(FinishedRunTable.class);

  static final String INSERT =
      "insert into finished_run (id, status, finished_at_micros, input, result)"
          + " values (?, ?, ?, ?, ?)";

  static final String UPDATE_INPUT =
      "update finished_run set finished_run.input = ? where finished_run.id = ?";

  static final String RESULT = "select result from finished_run where id = ?";

  static final String ENDS =
      "select id, status, finished_at_micros from finished_run where (id = any(?))";

  static final String ENDED =
      "select id, status, finished_at_micros, input, octet_length(result) from finished_run"
          + " where (id = any(?))";

  static final String DELETE = "delete from finished_run where (finished_run.id = any(?))";

  private static final long BYTES_AT_ONCE = 4L << 20;

  private FinishedRunTable() {}

  /**
   * Inserts a run.
   *
   * @param input what it was triggered with; null where that is long and kept apart
   */
  static void insert(Statements statements, byte @Nullable [] input, ResultRow row)
      throws SQLException {
    PreparedStatement insert = statements.prepare(INSERT);
    insert.setLong(1, row.id());
    insert.setString(2, row.status().name());
    insert.setLong(3, row.finishedAtMicros());
    insert.setBytes(4, input);
    insert.setBytes(5, statements.bytes().of(row));
    Statements.changeOne(insert, "inserting the result of run", row.id());
  }

  /** Moves runs here that have not ended before. */
  static void end(Statements statements, List<ResultRow> rows) throws SQLException {
    for (List<ResultRow> some : Statements.parts(rows)) {
      List<Long> ids = some.stream().map(ResultRow::id).toList();
      Map<Long, byte @Nullable []> inputs = UnfinishedRunTable.inputs(statements, ids);
      for (ResultRow row : some) {
        insert(statements, inputs.get(row.id()), row);
      }
      statements.changeAll(UnfinishedRunTable.DELETE, "moving runs that have ended", ids);
    }
  }

  /** How those of these runs ended that have; not more ids than one statement takes. */
  static Map<Long, EndedTable.End> ends(Statements statements, List<Long> ids) throws SQLException {
    Map<Long, EndedTable.End> found = new LinkedHashMap<>();
    try (ResultSet rows = statements.among(ENDS, ids)) {
      while (rows.next()) {
        found.put(rows.getLong(1), new EndedTable.End(rows.getString(2), rows.getLong(3)));
      }
    }
    return found;
  }

  /**
   * A run that has ended.
   *
   * @param madeAt where it was made, batch 0 where it was by itself
   * @param bytes how much its row takes
   */
  record Ended(
      long id, String taskId, BatchLinkTable.Place madeAt, EndedTable.End end, long bytes) {}

  /** As {@link #ends}, with more of each, in no order. */
  static List<Ended> ended(Statements statements, List<Long> ids) throws SQLException {
    List<Ended> found = new ArrayList<>(ids.size());
    try (ResultSet rows = statements.among(ENDED, ids)) {
      while (rows.next()) {
        long id = rows.getLong(1);
        RunRow run = input(statements, rows, id);
        found.add(
            new Ended(
                id,
                run == null ? RunOfTaskTable.taskNotedWith(statements, id) : run.taskId(),
                run == null
                    ? BatchLinkTable.Place.NONE
                    : new BatchLinkTable.Place(run.batchId(), run.batchIndex()),
                new EndedTable.End(rows.getString(2), rows.getLong(3)),
                LongInputTable.MOST_IN_ROW + rows.getLong(5)));
      }
    }
    return found;
  }

  /**
   * A run whose input is damaged is deleted all the same, since nothing could be written after what
   * cannot be applied: it comes out as null. Long inputs are read one by one.
   */
  private static @Nullable RunRow input(Statements statements, ResultSet rows, long id)
      throws SQLException {
    try {
      return rows.getBytes(4) == null
          ? Inputs.one(statements, id).orElse(null)
          : Inputs.map(rows, 4, id);
    } catch (SQLException e) {
      if (e.getErrorCode() != 0) {
        throw e; // it is H2 that fails
      }
      log.warn("The input of run {}, which has ended, is damaged", id, e);
      return null;
    }
  }

  /** Deletes runs, not too many bytes with one statement, which has them all in memory. */
  static void delete(Statements statements, List<Ended> runs) throws SQLException {
    List<Long> some = new ArrayList<>(runs.size());
    long bytes = 0;
    for (Ended run : runs) {
      if (bytes + run.bytes() > BYTES_AT_ONCE && !some.isEmpty()) {
        statements.changeAll(DELETE, "deleting the runs", some);
        some.clear();
        bytes = 0;
      }
      some.add(run.id());
      bytes += run.bytes();
    }
    statements.changeAll(DELETE, "deleting the runs", some);
  }

  static Optional<ResultRow> result(Statements statements, long id) throws SQLException {
    PreparedStatement select = statements.prepare(RESULT);
    select.setLong(1, id);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? Optional.of(map(rows, 1, id)) : Optional.empty();
    }
  }

  /** How a run ended, from the column at {@code at}. */
  static ResultRow map(ResultSet rows, int at, long id) throws SQLException {
    return Columns.row(rows, at, RowBytes::result, ResultRow::id, "result", id);
  }
}
