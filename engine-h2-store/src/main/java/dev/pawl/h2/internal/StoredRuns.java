package dev.pawl.h2.internal;

import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.StoredRun;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A run together with where it stands or how it ended, read by one statement: two would see the
 * commit between them, and a run that ended there would have neither row or both.
 */
final class StoredRuns {
  static final String ONE =
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
          + " e.output_key, e.output_size, e.error,"
          + " b.run_id, b.tags, b.metadata"
          + " from run r left outer join live_run l on l.id = r.id"
          + " left outer join result e on e.id = r.id"
          + " left outer join label b on b.run_id = r.id"
          + " where r.id = ?";

  private StoredRuns() {}

  static Optional<StoredRun> one(Statements statements, long id) throws SQLException {
    PreparedStatement select = statements.prepare(ONE);
    select.setLong(1, id);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next() ? Optional.of(map(rows)) : Optional.empty();
    }
  }

  /**
   * The run in the current row of a join of all columns of run, live_run, result and label, in this
   * order.
   */
  static StoredRun map(ResultSet rows) throws SQLException {
    int liveAt = 1 + RunTable.COLUMNS;
    int resultAt = liveAt + LiveRunTable.COLUMNS;
    LiveRow live = isPresent(rows, liveAt) ? LiveRunTable.map(rows, liveAt) : null;
    ResultRow result = isPresent(rows, resultAt) ? ResultTable.map(rows, resultAt) : null;
    int labelAt = resultAt + ResultTable.COLUMNS;
    LabelRow labels = isPresent(rows, labelAt) ? LabelTable.map(rows, labelAt) : null;
    return new StoredRun(RunTable.map(rows, 1), live, result, labels);
  }

  private static boolean isPresent(ResultSet rows, int idAt) throws SQLException {
    rows.getLong(idAt);
    return !rows.wasNull();
  }
}
