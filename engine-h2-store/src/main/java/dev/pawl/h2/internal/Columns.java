package dev.pawl.h2.internal;

import dev.pawl.spi.Micros;
import dev.pawl.spi.StoredValue;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
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

  /**
   * Bytes and their checksum, or the key and the size of a large value, in four neighbouring
   * columns.
   */
  static void setValue(PreparedStatement statement, int index, @Nullable StoredValue value)
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
