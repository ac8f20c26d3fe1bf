package dev.pawl.h2.internal;

import dev.pawl.spi.RunInput;
import dev.pawl.spi.RunRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What each run was triggered with: inserted once, and changed only where a debounced run takes the
 * payload of a later trigger.
 */
final class RunTable {
  static final String INSERT =
      "insert into run (id, task_id, payload, payload_crc, payload_key, payload_size,"
          + " created_at_micros, delay_until_micros,"
          + " ttl_micros, max_attempts, priority_micros, queue, concurrency_key, tags, metadata,"
          + " parent_id, root_id, depth, batch_id, batch_index, replay_of, idempotency_key,"
          + " idempotency_scope, max_duration_micros, machine, region, trace)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  static final String UPDATE =
      "update run set run.task_id = ?, run.payload = ?, run.payload_crc = ?,"
          + " run.payload_key = ?, run.payload_size = ?,"
          + " run.created_at_micros = ?, run.delay_until_micros = ?, run.ttl_micros = ?,"
          + " run.max_attempts = ?, run.priority_micros = ?, run.queue = ?,"
          + " run.concurrency_key = ?, run.tags = ?, run.metadata = ?, run.parent_id = ?,"
          + " run.root_id = ?, run.depth = ?, run.batch_id = ?, run.batch_index = ?,"
          + " run.replay_of = ?, run.idempotency_key = ?, run.idempotency_scope = ?,"
          + " run.max_duration_micros = ?, run.machine = ?, run.region = ?,"
          + " run.trace = ?"
          + " where run.id = ?";

  static final String ONE =
      "select id, task_id, payload, payload_crc, payload_key, payload_size,"
          + " created_at_micros, delay_until_micros,"
          + " ttl_micros, max_attempts, priority_micros, queue, concurrency_key, tags, metadata,"
          + " parent_id, root_id, depth, batch_id, batch_index, replay_of, idempotency_key,"
          + " idempotency_scope, max_duration_micros, machine, region, trace"
          + " from run where id = ?";

  static final String INPUTS =
      "select id, payload, payload_crc, payload_key, payload_size, trace from run"
          + " where (id = any(?))";

  static final String PAYLOAD_KEY = "select payload_key from run where id = ?";
  static final String DELETE = "delete from run where (run.id = any(?))";

  /** How many columns {@link #map} reads. */
  static final int COLUMNS = 27;

  private RunTable() {}

  static void insert(Statements statements, List<RunRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement insert = statements.prepare(INSERT);
    for (RunRow row : rows) {
      insert.setLong(1, row.id());
      bindAllButId(insert, 2, row);
      Statements.changeOne(insert, "inserting run", row.id());
    }
  }

  static void update(Statements statements, List<RunRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement update = statements.prepare(UPDATE);
    for (RunRow row : rows) {
      bindAllButId(update, 1, row);
      update.setLong(COLUMNS, row.id());
      Statements.changeOne(update, "updating run", row.id());
    }
  }

  private static void bindAllButId(PreparedStatement statement, int at, RunRow row)
      throws SQLException {
    statement.setString(at, row.taskId());
    Columns.setValue(statement, at + 1, row.payload());
    statement.setLong(at + 5, row.createdAtMicros());
    Columns.setMicros(statement, at + 6, row.delayUntilMicros());
    statement.setLong(at + 7, row.ttlMicros());
    statement.setInt(at + 8, row.maxAttempts());
    statement.setLong(at + 9, row.priorityMicros());
    statement.setString(at + 10, row.queue());
    statement.setString(at + 11, row.concurrencyKey());
    Columns.setTexts(statement, at + 12, row.tags());
    statement.setString(at + 13, row.metadata());
    statement.setLong(at + 14, row.parentId());
    statement.setLong(at + 15, row.rootId());
    statement.setInt(at + 16, row.depth());
    statement.setLong(at + 17, row.batchId());
    statement.setInt(at + 18, row.batchIndex());
    statement.setLong(at + 19, row.replayOf());
    statement.setString(at + 20, row.idempotencyKey());
    statement.setString(at + 21, row.idempotencyScope());
    statement.setLong(at + 22, row.maxDurationMicros());
    statement.setString(at + 23, row.machine());
    statement.setString(at + 24, row.region());
    statement.setString(at + 25, row.trace());
  }

  static Optional<RunRow> one(Statements statements, long id) throws SQLException {
    PreparedStatement select = statements.prepare(ONE);
    select.setLong(1, id);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? Optional.of(map(rows, 1)) : Optional.empty();
    }
  }

  /** What the bodies of those of these runs that exist begin with, in no order. */
  static List<RunInput> inputs(Statements statements, List<Long> ids) throws SQLException {
    PreparedStatement select = statements.prepare(INPUTS);
    List<RunInput> found = new ArrayList<>(ids.size());
    for (List<Long> some : Statements.parts(ids)) {
      select.setObject(1, some.toArray(Long[]::new));
      addInputs(select, found);
    }
    return found;
  }

  private static void addInputs(PreparedStatement select, List<RunInput> found)
      throws SQLException {
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        long id = rows.getLong(1);
        found.add(
            new RunInput(
                id, Columns.present(Columns.value(rows, 2), "payload", id), rows.getString(6)));
      }
    }
  }

  /** The large value that is the payload of a run; 0 where there is no such run, or value. */
  static long payloadKey(Statements statements, long id) throws SQLException {
    PreparedStatement select = statements.prepare(PAYLOAD_KEY);
    select.setLong(1, id);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /** The row whose columns begin at {@code at}, in the order of the table. */
  static RunRow map(ResultSet rows, int at) throws SQLException {
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
}
