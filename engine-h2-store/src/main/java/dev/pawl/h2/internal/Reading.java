package dev.pawl.h2.internal;

import java.sql.SQLException;

/** One read, run by a reader with its own connection. */
@FunctionalInterface
interface Reading<T> {
  T read(Statements statements) throws SQLException;
}
