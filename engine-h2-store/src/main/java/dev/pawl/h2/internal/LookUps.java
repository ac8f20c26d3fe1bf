package dev.pawl.h2.internal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connection on which the thread that commits looks single rows up, opened with the first of
 * them. It reads only; what it finds is what the database shows, without what is pending. Used by
 * one thread at a time.
 */
final class LookUps implements AutoCloseable {
  private final Database database;
  private @Nullable Statements statements;

  LookUps(Database database) {
    this.database = database;
  }

  /** Reads once; the next read after a failure has a new connection. */
  <T> T read(Reading<T> reading) throws SQLException {
    boolean interrupted = Thread.interrupted();
    boolean done = false;
    try {
      Statements open = statements;
      if (open == null) {
        open = new Statements(database.reading());
        statements = open;
      }
      T found = reading.read(open);
      done = true;
      return found;
    } finally {
      if (!done) {
        close();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether there is a row with this key. */
  boolean has(String sql, long... key) throws SQLException {
    return read(
        reading -> {
          PreparedStatement select = reading.prepare(sql);
          for (int i = 0; i < key.length; i++) {
            select.setLong(i + 1, key[i]);
          }
          try (ResultSet rows = select.executeQuery()) {
            return rows.next();
          }
        });
  }

  /** How many rows there are with one of these keys. */
  long count(String sql, List<Long> keys) throws SQLException {
    return read(
        reading -> {
          PreparedStatement select = reading.prepare(sql);
          long count = 0;
          for (List<Long> some : Statements.parts(keys)) {
            select.setObject(1, some.toArray(Long[]::new));
            try (ResultSet rows = select.executeQuery()) {
              rows.next();
              count += rows.getLong(1);
            }
          }
          return count;
        });
  }

  @Override
  public void close() {
    if (statements != null) {
      Database.closeQuietly(statements.connection());
      statements = null;
    }
  }
}
