package dev.pawl.h2.internal;

import dev.pawl.RunStatus;
import dev.pawl.spi.LiveRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Where each run that has not ended stands: small, and rewritten at each transition. */
final class LiveRunTable {
  static final String INSERT =
      "insert into live_run (id, status, task_id, queue, concurrency_key, priority_micros,"
          + " queue_time_micros, queued_at_micros, due_at_micros, ttl_micros, expires_at_micros,"
          + " attempt, incarnation, repeat_attempt, max_attempts, started_at_micros,"
          + " attempt_started_at_micros, generation, journal_size, parent_id, root_id, depth,"
          + " created_at_micros, debounce_key, awaited, max_duration_micros,"
          + " active_micros, machine, region, waits)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  static final String UPDATE =
      "update live_run set live_run.status = ?, live_run.task_id = ?, live_run.queue "
          + "= ?, live_run.concurrency_key = ?, live_run.priority_micros = ?, "
          + "live_run.queue_time_micros = ?, live_run.queued_at_micros = ?, "
          + "live_run.due_at_micros = ?, live_run.ttl_micros = ?, "
          + "live_run.expires_at_micros = ?, live_run.attempt = ?, live_run.incarnation = "
          + "?, live_run.repeat_attempt = ?, live_run.max_attempts = ?, "
          + "live_run.started_at_micros = ?, live_run.attempt_started_at_micros = ?, "
          + "live_run.generation = ?, live_run.journal_size = ?, live_run.parent_id = ?, "
          + "live_run.root_id = ?, live_run.depth = ?, live_run.created_at_micros = ?, "
          + "live_run.debounce_key = ?, live_run.awaited = ?, "
          + "live_run.max_duration_micros = ?, live_run.active_micros = ?, live_run.machine = ?, "
          + "live_run.region = ?, live_run.waits "
          + "= ? where live_run.id = ?";

  static final String DELETE = "delete from live_run where (live_run.id = any(?))";

  static final String AFTER =
      "select id, status, task_id, queue, concurrency_key, priority_micros, queue_time_micros,"
          + " queued_at_micros, due_at_micros, ttl_micros, expires_at_micros, attempt, incarnation,"
          + " repeat_attempt, max_attempts, started_at_micros, attempt_started_at_micros,"
          + " generation, journal_size, parent_id, root_id, depth, created_at_micros, debounce_key,"
          + " awaited, max_duration_micros, active_micros, machine, region, waits"
          + " from live_run where id > ? order by id fetch next ? rows only";

  static final String AMONG =
      "select id, status, task_id, queue, concurrency_key, priority_micros, queue_time_micros,"
          + " queued_at_micros, due_at_micros, ttl_micros, expires_at_micros, attempt, incarnation,"
          + " repeat_attempt, max_attempts, started_at_micros, attempt_started_at_micros,"
          + " generation, journal_size, parent_id, root_id, depth, created_at_micros, debounce_key,"
          + " awaited, max_duration_micros, active_micros, machine, region, waits"
          + " from live_run where (id = any(?))";

  /** How many columns {@link #map} reads. */
  static final int COLUMNS = 30;

  private LiveRunTable() {}

  static void insert(Statements statements, List<LiveRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement insert = statements.prepare(INSERT);
    for (LiveRow row : rows) {
      insert.setLong(1, row.id());
      bindAllButId(insert, 2, row);
      Statements.changeOne(insert, "inserting live run", row.id());
    }
  }

  static void update(Statements statements, List<LiveRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement update = statements.prepare(UPDATE);
    for (LiveRow row : rows) {
      bindAllButId(update, 1, row);
      update.setLong(COLUMNS, row.id());
      Statements.changeOne(update, "updating live run", row.id());
    }
  }

  static void delete(Statements statements, List<Long> ids) throws SQLException {
    for (List<Long> some : Statements.parts(ids)) {
      statements.changeAll(DELETE, "deleting live runs", some);
    }
  }

  static List<LiveRow> after(Statements statements, long id, int limit) throws SQLException {
    PreparedStatement select = statements.prepare(AFTER);
    select.setLong(1, id);
    select.setInt(2, limit);
    List<LiveRow> found = new ArrayList<>();
    addRows(select, found);
    return found;
  }

  /** Those of these runs that are live, in no order. */
  static List<LiveRow> among(Statements statements, List<Long> ids) throws SQLException {
    PreparedStatement select = statements.prepare(AMONG);
    List<LiveRow> found = new ArrayList<>(ids.size());
    for (List<Long> some : Statements.parts(ids)) {
      select.setObject(1, some.toArray(Long[]::new));
      addRows(select, found);
    }
    return found;
  }

  private static void addRows(PreparedStatement select, List<LiveRow> found) throws SQLException {
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        found.add(map(rows, 1));
      }
    }
  }

  /** The row whose columns begin at {@code at}, in the order of the table. */
  static LiveRow map(ResultSet rows, int at) throws SQLException {
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

  private static void bindAllButId(PreparedStatement statement, int at, LiveRow row)
      throws SQLException {
    statement.setString(at, row.status().name());
    statement.setString(at + 1, row.taskId());
    statement.setString(at + 2, row.queue());
    statement.setString(at + 3, row.concurrencyKey());
    statement.setLong(at + 4, row.priorityMicros());
    statement.setLong(at + 5, row.queueTimeMicros());
    Columns.setMicros(statement, at + 6, row.queuedAtMicros());
    Columns.setMicros(statement, at + 7, row.dueAtMicros());
    statement.setLong(at + 8, row.ttlMicros());
    Columns.setMicros(statement, at + 9, row.expiresAtMicros());
    statement.setInt(at + 10, row.attempt());
    statement.setInt(at + 11, row.incarnation());
    statement.setBoolean(at + 12, row.repeatAttempt());
    statement.setInt(at + 13, row.maxAttempts());
    Columns.setMicros(statement, at + 14, row.startedAtMicros());
    Columns.setMicros(statement, at + 15, row.attemptStartedAtMicros());
    statement.setInt(at + 16, row.generation());
    statement.setInt(at + 17, row.journalSize());
    statement.setLong(at + 18, row.parentId());
    statement.setLong(at + 19, row.rootId());
    statement.setInt(at + 20, row.depth());
    statement.setLong(at + 21, row.createdAtMicros());
    statement.setString(at + 22, row.debounceKey());
    statement.setBoolean(at + 23, row.awaited());
    statement.setLong(at + 24, row.maxDurationMicros());
    statement.setLong(at + 25, row.activeMicros());
    statement.setString(at + 26, row.machine());
    statement.setString(at + 27, row.region());
    statement.setBytes(at + 28, WaitCodec.encode(row.waits()));
  }
}
