package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.UnreadableException;
import dev.pawl.spi.Micros;
import dev.pawl.spi.StoredValue;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** How single values stand in columns. */
final class Columns {
  private Columns() {}

  /** An instant that may be unset, which is null in the column. */
  static void setMicros(PreparedStatement statement, int index, long micros) throws SQLException {
    if (micros == Micros.NONE) {
      statement.setNull(index, Types.BIGINT);
    } else {
      statement.setLong(index, micros);
    }
  }

  static long micros(ResultSet rows, int index) throws SQLException {
    long micros = rows.getLong(index);
    return micros == 0 && rows.wasNull() ? Micros.NONE : micros;
  }

  static @Nullable StoredValue value(ResultSet rows, int index) throws SQLException {
    byte[] bytes = rows.getBytes(index);
    if (bytes != null) {
      return new StoredValue(bytes, rows.getInt(index + 1));
    }
    long key = rows.getLong(index + 2);
    return rows.wasNull()
        ? null
        : StoredValue.large(key, rows.getInt(index + 3), rows.getInt(index + 1));
  }

  /**
   * Texts as an array, so that a filter can ask for one without decoding; none of them is null, to
   * save the bytes.
   */
  static void setTexts(PreparedStatement statement, int index, List<String> texts)
      throws SQLException {
    if (texts.isEmpty()) {
      statement.setNull(index, Types.ARRAY);
    } else {
      statement.setObject(index, texts.toArray(String[]::new));
    }
  }

  static List<String> texts(ResultSet rows, int index) throws SQLException {
    Array array = rows.getArray(index);
    if (array == null) {
      return List.of();
    }
    Object[] values = (Object[]) array.getArray();
    String[] texts = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      texts[i] = (String) values[i];
    }
    return List.of(texts);
  }

  /** A value that the schema promises to be there. */
  static <T> T present(@Nullable T value, String column, long id) throws SQLException {
    if (value == null) {
      throw new SQLException(column + " of " + id + " is missing");
    }
    return value;
  }

  /**
   * A row that stands in one column as bytes.
   *
   * @param idOf what such a row says to which run it belongs
   * @param column what the column is called in the message
   * @param id the run to which it must belong
   */
  static <R> R row(
      ResultSet rows,
      int index,
      Function<byte[], R> decode,
      ToLongFunction<R> idOf,
      String column,
      long id)
      throws SQLException {
    R row = decoded(rows, index, decode, () -> column + " of run " + id + " is");
    if (idOf.applyAsLong(row) != id) {
      throw new SQLException(
          "the " + column + " of run " + id + " is that of " + idOf.applyAsLong(row));
    }
    return row;
  }

  /**
   * What stands in one column as bytes.
   *
   * @param subject what it is, for the message, up to the verb
   */
  static <R> R decoded(
      ResultSet rows, int index, Function<byte[], R> decode, Supplier<String> subject)
      throws SQLException {
    byte[] bytes = rows.getBytes(index);
    if (bytes == null) {
      throw new SQLException("the " + subject.get() + " missing");
    }
    try {
      return decode.apply(bytes);
    } catch (UnreadableException e) {
      throw new SQLException("the " + subject.get() + " damaged", e);
    }
  }

  /** A constant by its name; names are stored because an order can change unnoticed. */
  static <E extends Enum<E>> E constant(Class<E> type, ResultSet rows, int index)
      throws SQLException {
    String name = rows.getString(index);
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new SQLException(
          "the store holds a "
              + type.getSimpleName()
              + " that this version does not know: "
              + name
              + "; it was written by a newer version",
          e);
    }
  }
}
