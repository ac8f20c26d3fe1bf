package dev.pawl.h2.internal;

import dev.pawl.spi.StoreState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one row in which the store counts its commits and keeps what it remembers of the engine. Each
 * commit raises the count in the transaction that writes its rows, so that the count tells whether
 * a commit took effect whose answer was lost.
 */
final class EngineStateTable {
  static final String COUNT =
      "update engine_state set engine_state.commit_seq = ? where engine_state.id = 1";

  static final String COUNT_AND_SET =
      "update engine_state set engine_state.commit_seq = ?, engine_state.epoch = ?,"
          + " engine_state.last_time_micros = ?, engine_state.last_id = ? where engine_state.id = 1";

  static final String READ =
      "select commit_seq, epoch, last_time_micros, last_id from engine_state where id = 1";

  static final String STORE = "select store_id from engine_state where id = 1";

  static final String SET_STORE =
      "update engine_state set engine_state.store_id = ? where engine_state.id = 1";

  private EngineStateTable() {}

  /**
   * The id of the store, which its journal carries too; empty where the database never had a
   * journal. Can be asked before the schema is brought up to date.
   */
  static Optional<UUID> store(Statements statements) throws SQLException {
    String hasStore =
        "select column_name from information_schema.columns"
            + " where table_schema = 'PUBLIC' and table_name = 'ENGINE_STATE'"
            + " and column_name = 'STORE_ID'";
    try (ResultSet rows = statements.prepare(hasStore).executeQuery()) {
      if (!rows.next()) {
        return Optional.empty();
      }
    }
    try (ResultSet rows = statements.prepare(STORE).executeQuery()) {
      return Optional.ofNullable(only(rows).getObject(1, UUID.class));
    }
  }

  /** Makes a database that of a store; its journal is there already, or nothing is in it. */
  static void setStore(Statements statements, UUID store) throws SQLException {
    PreparedStatement update = statements.prepare(SET_STORE);
    update.setObject(1, store);
    Statements.changeOne(update, "naming store", 1);
  }

  static void write(Statements statements, long commitSeq, @Nullable StoreState state)
      throws SQLException {
    PreparedStatement update = statements.prepare(state == null ? COUNT : COUNT_AND_SET);
    update.setLong(1, commitSeq);
    if (state != null) {
      update.setLong(2, state.epoch());
      Columns.setMicros(update, 3, state.lastTimeMicros());
      update.setLong(4, state.lastId());
    }
    Statements.changeOne(update, "counting commit", commitSeq);
  }

  static long commitSeq(Statements statements) throws SQLException {
    try (ResultSet rows = statements.prepare(READ).executeQuery()) {
      return only(rows).getLong(1);
    }
  }

  static StoreState state(Statements statements) throws SQLException {
    try (ResultSet rows = statements.prepare(READ).executeQuery()) {
      only(rows);
      return new StoreState(rows.getLong(2), Columns.micros(rows, 3), rows.getLong(4));
    }
  }

  private static ResultSet only(ResultSet rows) throws SQLException {
    if (!rows.next()) {
      throw new SQLException("the row of engine_state is missing");
    }
    return rows;
  }
}
