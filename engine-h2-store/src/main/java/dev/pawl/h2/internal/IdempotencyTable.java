package dev.pawl.h2.internal;

import dev.pawl.spi.BindingRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Idempotency keys, each with the run that it names. */
final class IdempotencyTable {
  static final String PUT =
      "merge into idempotency (task_id, hash1, hash2, run_id, expires_at_micros, payload_hash)"
          + " key (task_id, hash1, hash2) values (?, ?, ?, ?, ?, ?)";

  static final String DELETE =
      "delete from idempotency where (idempotency.task_id = ? and idempotency.hash1 = ?"
          + " and idempotency.hash2 = ?)";

  static final String ONE =
      "select run_id, expires_at_micros, payload_hash from idempotency"
          + " where (task_id = ? and hash1 = ? and hash2 = ?)";
  static final String OF =
      "select task_id, hash1, hash2, run_id, expires_at_micros, payload_hash from idempotency"
          + " where run_id = ?";
  static final String DELETE_OF = "delete from idempotency where idempotency.run_id = ?";

  static final String ANY_BETWEEN =
      "select run_id from idempotency where run_id between ? and ? fetch next 1 rows only";

  private IdempotencyTable() {}

  static void put(Statements statements, List<BindingRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement put = statements.prepare(PUT);
    for (BindingRow row : rows) {
      bind(put, row.key());
      put.setLong(4, row.runId());
      put.setLong(5, row.expiresAtMicros());
      put.setLong(6, row.payloadHash());
      Statements.changeOne(put, "binding idempotency key", row.key());
    }
  }

  static void delete(Statements statements, List<BindingRow.Key> keys) throws SQLException {
    if (keys.isEmpty()) {
      return;
    }
    PreparedStatement delete = statements.prepare(DELETE);
    for (BindingRow.Key key : keys) {
      bind(delete, key);
      Statements.changeOne(delete, "freeing idempotency key", key);
    }
  }

  static Optional<BindingRow> one(Statements statements, BindingRow.Key key) throws SQLException {
    PreparedStatement select = statements.prepare(ONE);
    bind(select, key);
    try (ResultSet rows = select.executeQuery()) {
      return rows.next()
          ? Optional.of(new BindingRow(key, rows.getLong(1), rows.getLong(2), rows.getLong(3)))
          : Optional.empty();
    }
  }

  /** The keys that name a run or batch. */
  static List<BindingRow> of(Statements statements, long id) throws SQLException {
    PreparedStatement select = statements.prepare(OF);
    select.setLong(1, id);
    List<BindingRow> found = new ArrayList<>();
    try (ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        BindingRow.Key key =
            new BindingRow.Key(rows.getString(1), rows.getLong(2), rows.getLong(3));
        found.add(new BindingRow(key, rows.getLong(4), rows.getLong(5), rows.getLong(6)));
      }
    }
    return found;
  }

  private static void bind(PreparedStatement statement, BindingRow.Key key) throws SQLException {
    statement.setString(1, key.taskId());
    statement.setLong(2, key.hash1());
    statement.setLong(3, key.hash2());
  }
}
