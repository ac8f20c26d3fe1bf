package dev.pawl.h2.internal;

import dev.pawl.RunStatus;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The runs of a store of schema version 4, where each had up to three rows with a column for each
 * field.
 */
final class OldRuns {
  private static final String AFTER =
      "select r.id, r.task_id, r.payload, r.payload_crc, r.payload_key,"
          + " r.payload_size, r.created_at_micros, r.delay_until_micros,"
          + " r.ttl_micros, r.max_attempts, r.priority_micros, r.queue, r.concurrency_key, r.tags,"
          + " r.metadata, r.parent_id, r.root_id, r.depth, r.batch_id, r.batch_index, r.replay_of,"
          + " r.idempotency_key, r.idempotency_scope, r.max_duration_micros, r.machine, r.region,"
          + " r.trace,"
          + " l.id, l.status, l.task_id, l.queue, l.concurrency_key, l.priority_micros,"
          + " l.queue_time_micros, l.queued_at_micros, l.due_at_micros, l.ttl_micros,"
          + " l.expires_at_micros, l.attempt, l.incarnation, l.repeat_attempt, l.max_attempts,"
          + " l.started_at_micros, l.attempt_started_at_micros, l.generation, l.journal_size,"
          + " l.parent_id, l.root_id, l.depth, l.created_at_micros, l.debounce_key, l.awaited,"
          + " l.max_duration_micros, l.active_micros, l.machine, l.region, l.waits,"
          + " e.id, e.status, e.attempt, e.queued_at_micros, e.started_at_micros,"
          + " e.attempt_started_at_micros, e.finished_at_micros, e.output, e.output_crc,"
          + " e.output_key, e.output_size, e.error"
          + " from run r left outer join live_run l on l.id = r.id"
          + " left outer join result e on e.id = r.id"
          + " where r.id > ? order by r.id fetch next ? rows only";

  private static final int RUN_COLUMNS = 27;
  private static final int LIVE_COLUMNS = 30;

  /** How many are read at once; each may have a payload and an output of half a MB. */
  private static final int AT_ONCE = 10;

  /** How many times that is done in one transaction: H2 writes to its file what becomes much. */
  private static final int TIMES = 10;

  private OldRuns() {}

  /** Moves them all. */
  static void move(Connection connection) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    Statements statements = new Statements(connection);
    long last = 0;
    long before;
    do {
      before = last;
      for (int i = 0; i < TIMES; i++) {
        last = moveSome(statements, last);
      }
      connection.commit();
    } while (last > before);
    connection.setAutoCommit(autoCommit);
  }

  private static long moveSome(Statements statements, long after) throws SQLException {
    PreparedStatement select = statements.prepare(AFTER);
    select.setLong(1, after);
    select.setInt(2, AT_ONCE);
    long last = after;
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        last = rows.getLong(1);
        moveOne(statements, rows, last);
      }
    }
    return last;
  }

  /** What cannot be read is not left behind without a word; the message tells which run it is. */
  private static void moveOne(Statements statements, ResultSet rows, long id) throws SQLException {
    try {
      move(statements, rows);
    } catch (SQLException e) {
      if (e.getErrorCode() != 0) {
        throw e; // it is H2 that fails, and tells why
      }
      throw new SQLException("run " + id + " of the older version: " + e.getMessage(), e);
    }
  }

  private static void move(Statements statements, ResultSet rows) throws SQLException {
    RunRow run = run(rows, 1);
    int liveAt = 1 + RUN_COLUMNS;
    if (isPresent(rows, liveAt)) {
      UnfinishedRunTable.insert(statements, run, live(rows, liveAt));
      return;
    }
    int resultAt = liveAt + LIVE_COLUMNS;
    if (!isPresent(rows, resultAt)) {
      throw new SQLException("it has neither ended nor stands anywhere");
    }
    byte[] input = LongInputTable.insertIfLong(statements, run);
    FinishedRunTable.insert(statements, input, result(rows, resultAt));
  }

  private static boolean isPresent(ResultSet rows, int idAt) throws SQLException {
    rows.getLong(idAt);
    return !rows.wasNull();
  }

  private static RunRow run(ResultSet rows, int at) throws SQLException {
    long id = rows.getLong(at);
    return new RunRow(
        id,
        rows.getString(at + 1),
        Columns.present(Columns.value(rows, at + 2), "payload", id),
        rows.getLong(at + 6),
        Columns.micros(rows, at + 7),
        rows.getLong(at + 8),
        rows.getInt(at + 9),
        rows.getLong(at + 10),
        rows.getString(at + 11),
        rows.getString(at + 12),
        Columns.texts(rows, at + 13),
        rows.getString(at + 14),
        rows.getLong(at + 15),
        rows.getLong(at + 16),
        rows.getInt(at + 17),
        rows.getLong(at + 18),
        rows.getInt(at + 19),
        rows.getLong(at + 20),
        rows.getString(at + 21),
        rows.getString(at + 22),
        rows.getLong(at + 23),
        rows.getString(at + 24),
        rows.getString(at + 25),
        rows.getString(at + 26));
  }

  private static LiveRow live(ResultSet rows, int at) throws SQLException {
    return new LiveRow(
        rows.getLong(at),
        Columns.constant(RunStatus.class, rows, at + 1),
        rows.getString(at + 2),
        rows.getString(at + 3),
        rows.getString(at + 4),
        rows.getLong(at + 5),
        rows.getLong(at + 6),
        Columns.micros(rows, at + 7),
        Columns.micros(rows, at + 8),
        rows.getLong(at + 9),
        Columns.micros(rows, at + 10),
        rows.getInt(at + 11),
        rows.getInt(at + 12),
        rows.getBoolean(at + 13),
        rows.getInt(at + 14),
        Columns.micros(rows, at + 15),
        Columns.micros(rows, at + 16),
        rows.getInt(at + 17),
        rows.getInt(at + 18),
        rows.getLong(at + 19),
        rows.getLong(at + 20),
        rows.getInt(at + 21),
        rows.getLong(at + 22),
        rows.getString(at + 23),
        rows.getBoolean(at + 24),
        rows.getLong(at + 25),
        rows.getLong(at + 26),
        rows.getString(at + 27),
        rows.getString(at + 28),
        WaitCodec.decode(rows.getBytes(at + 29)));
  }

  private static ResultRow result(ResultSet rows, int at) throws SQLException {
    byte[] error = rows.getBytes(at + 11);
    return new ResultRow(
        rows.getLong(at),
        Columns.constant(RunStatus.class, rows, at + 1),
        rows.getInt(at + 2),
        Columns.micros(rows, at + 3),
        Columns.micros(rows, at + 4),
        Columns.micros(rows, at + 5),
        rows.getLong(at + 6),
        Columns.value(rows, at + 7),
        error == null ? null : ErrorCodec.decode(error));
  }
}
