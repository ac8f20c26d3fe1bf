package dev.pawl.h2.internal;

import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoredValue;
import dev.pawl.spi.WaitRow;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes runs as versions 3 and 4 of the schema had them: a column for each field. */
final class OldRows {
  private static final String RUN =
      "insert into run (id, task_id, payload, payload_crc, payload_key, payload_size,"
          + " created_at_micros, delay_until_micros,"
          + " ttl_micros, max_attempts, priority_micros, queue, concurrency_key, tags, metadata,"
          + " parent_id, root_id, depth, batch_id, batch_index, replay_of, idempotency_key,"
          + " idempotency_scope, max_duration_micros, machine, region, trace)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private static final String LIVE =
      "insert into live_run (id, status, task_id, queue, concurrency_key, priority_micros,"
          + " queue_time_micros, queued_at_micros, due_at_micros, ttl_micros, expires_at_micros,"
          + " attempt, incarnation, repeat_attempt, max_attempts, started_at_micros,"
          + " attempt_started_at_micros, generation, journal_size, parent_id, root_id, depth,"
          + " created_at_micros, debounce_key, awaited, max_duration_micros,"
          + " active_micros, machine, region, waits)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private static final String RESULT =
      "insert into result (id, status, attempt, queued_at_micros, started_at_micros,"
          + " attempt_started_at_micros, finished_at_micros, output, output_crc, output_key,"
          + " output_size, error)"
          + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private static final int BYTES_OF_A_WAIT = 21;

  private OldRows() {}

  static void insert(Connection connection, RunRow row) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RUN)) {
      statement.setLong(1, row.id());
      statement.setString(2, row.taskId());
      setValue(statement, 3, row.payload());
      statement.setLong(7, row.createdAtMicros());
      Columns.setMicros(statement, 8, row.delayUntilMicros());
      statement.setLong(9, row.ttlMicros());
      statement.setInt(10, row.maxAttempts());
      statement.setLong(11, row.priorityMicros());
      statement.setString(12, row.queue());
      statement.setString(13, row.concurrencyKey());
      Columns.setTexts(statement, 14, row.tags());
      statement.setString(15, row.metadata());
      statement.setLong(16, row.parentId());
      statement.setLong(17, row.rootId());
      statement.setInt(18, row.depth());
      statement.setLong(19, row.batchId());
      statement.setInt(20, row.batchIndex());
      statement.setLong(21, row.replayOf());
      statement.setString(22, row.idempotencyKey());
      statement.setString(23, row.idempotencyScope());
      statement.setLong(24, row.maxDurationMicros());
      statement.setString(25, row.machine());
      statement.setString(26, row.region());
      statement.setString(27, row.trace());
      statement.executeUpdate();
    }
  }

  static void insert(Connection connection, LiveRow row) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LIVE)) {
      statement.setLong(1, row.id());
      statement.setString(2, row.status().name());
      statement.setString(3, row.taskId());
      statement.setString(4, row.queue());
      statement.setString(5, row.concurrencyKey());
      statement.setLong(6, row.priorityMicros());
      statement.setLong(7, row.queueTimeMicros());
      Columns.setMicros(statement, 8, row.queuedAtMicros());
      Columns.setMicros(statement, 9, row.dueAtMicros());
      statement.setLong(10, row.ttlMicros());
      Columns.setMicros(statement, 11, row.expiresAtMicros());
      statement.setInt(12, row.attempt());
      statement.setInt(13, row.incarnation());
      statement.setBoolean(14, row.repeatAttempt());
      statement.setInt(15, row.maxAttempts());
      Columns.setMicros(statement, 16, row.startedAtMicros());
      Columns.setMicros(statement, 17, row.attemptStartedAtMicros());
      statement.setInt(18, row.generation());
      statement.setInt(19, row.journalSize());
      statement.setLong(20, row.parentId());
      statement.setLong(21, row.rootId());
      statement.setInt(22, row.depth());
      statement.setLong(23, row.createdAtMicros());
      statement.setString(24, row.debounceKey());
      statement.setBoolean(25, row.awaited());
      statement.setLong(26, row.maxDurationMicros());
      statement.setLong(27, row.activeMicros());
      statement.setString(28, row.machine());
      statement.setString(29, row.region());
      statement.setBytes(30, waits(row.waits()));
      statement.executeUpdate();
    }
  }

  static void insert(Connection connection, ResultRow row) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(RESULT)) {
      insert.setLong(1, row.id());
      insert.setString(2, row.status().name());
      insert.setInt(3, row.attempt());
      Columns.setMicros(insert, 4, row.queuedAtMicros());
      Columns.setMicros(insert, 5, row.startedAtMicros());
      Columns.setMicros(insert, 6, row.attemptStartedAtMicros());
      insert.setLong(7, row.finishedAtMicros());
      setValue(insert, 8, row.output());
      insert.setBytes(12, row.error() == null ? null : ErrorCodec.encode(row.error()));
      insert.executeUpdate();
    }
  }

  static void insert(Connection connection, BatchItemRow row) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("insert into batch_item values (?, ?, ?, ?, ?, ?)")) {
      insert.setLong(1, row.batchId());
      insert.setInt(2, row.index());
      insert.setLong(3, row.runId());
      insert.setString(4, row.taskId());
      insert.setString(5, row.outcome().name());
      insert.setBoolean(6, row.payloadDiffers());
      insert.executeUpdate();
    }
  }

  /** What {@link WaitCodec} reads. */
  static byte @Nullable [] waits(List<WaitRow> waits) {
    if (waits.isEmpty()) {
      return null;
    }
    ByteBuffer out = ByteBuffer.allocate(waits.size() * BYTES_OF_A_WAIT);
    for (WaitRow wait : waits) {
      out.putInt(wait.seq());
      out.put(
          switch (wait.kind()) {
            case RUN -> (byte) 1;
            case BATCH -> (byte) 2;
          });
      out.putLong(wait.targetId()).putLong(wait.deadlineMicros());
    }
    return out.array();
  }

  /**
   * Bytes and their checksum, or the key and the size of a large value, in four neighbouring
   * columns.
   */
  private static void setValue(PreparedStatement statement, int index, @Nullable StoredValue value)
      throws SQLException {
    if (value == null || value.isLarge()) {
      statement.setNull(index, Types.VARBINARY);
    } else {
      statement.setBytes(index, value.bytes());
    }
    if (value == null) {
      statement.setNull(index + 1, Types.INTEGER);
    } else {
      statement.setInt(index + 1, value.crc32c());
    }
    if (value == null || !value.isLarge()) {
      statement.setNull(index + 2, Types.BIGINT);
      statement.setNull(index + 3, Types.INTEGER);
    } else {
      statement.setLong(index + 2, value.key());
      statement.setInt(index + 3, value.size());
    }
  }
}
