package dev.pawl.h2.internal;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.StoredState;
import dev.pawl.h2.internal.redo.RowBytes;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredRun;
import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * All that a store holds, to be compared with another: every row of every table, and of each large
 * value what its bytes are and to which run it belongs, whatever the name of its file.
 */
record Everything(StoreState state, Map<String, List<String>> tables, List<EndedRow> ended) {
  private static final List<String> TABLES =
      List.of(
          "label",
          "attempt",
          "journal",
          "batch",
          "batch_link",
          "idempotency",
          "queue",
          "owed_hook",
          "large_value");

  /** Of the runs, what stands in columns; what stands in bytes is read. */
  private static final String RUNS =
      "(select id, status, null finished_at_micros, input is null apart from unfinished_run"
          + " union all select id, status, finished_at_micros, input is null from finished_run)";

  private static final int MANY = 100_000;

  /** What a store chooses at random: the keys of large values. */
  private static final String KEY_SUFFIX = "_KEY";

  /** Reads it. */
  static Everything of(H2RunStore store) {
    StoreState state = store.state(); // from here on the database has everything
    Map<String, List<String>> tables = new TreeMap<>();
    try (Connection connection = store.database().reading();
        Statement sql = connection.createStatement()) {
      ValueKeeper values = store.values();
      for (String table : TABLES) {
        tables.put(table, rows(sql, table, values));
      }
      tables.put("run columns", rows(sql, RUNS, values));
      tables.put("long_input", rows(sql, "(select run_id from long_input)", values));
      tables.put("run", runs(store, new Statements(connection)));
      // How many stand in a row depends on what was applied together.
      tables.put("batch_part", itemsOfBatches(sql));
      tables.put("run_of_task", runsOfTasks(sql));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException("a row names a value that cannot be read", e);
    }
    List<EndedRow> ended = new ArrayList<>(store.emptyBatches(EndedRow.FIRST, MANY));
    ended.addAll(store.ended(RunStatus.COMPLETED, EndedRow.FIRST, MANY));
    ended.addAll(store.ended(RunStatus.FAILED, EndedRow.FIRST, MANY));
    return new Everything(state, tables, ended);
  }

  private static List<String> rows(Statement sql, String table, ValueKeeper values)
      throws SQLException, IOException {
    List<String> all = new ArrayList<>();
    try (ResultSet rows = sql.executeQuery("select * from " + table)) {
      ResultSetMetaData columns = rows.getMetaData();
      while (rows.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          String column = columns.getColumnName(i);
          Object value = rows.getObject(i);
          boolean isKey = value instanceof Long && isValueKey(table, column);
          row.append(column)
              .append('=')
              .append(isKey ? checksum(values, (Long) value) : text(value))
              .append(' ');
        }
        all.add(row.toString());
      }
    }
    all.sort(null);
    return all;
  }

  private static List<String> runs(H2RunStore store, Statements statements) throws SQLException {
    List<Long> ids = new RunSearch(statements, RunFilter.ALL).below(Long.MAX_VALUE, MANY).passing();
    List<String> all = new ArrayList<>();
    for (StoredRun run : StoredRuns.among(statements, ids)) {
      StoredRun whole = StoredState.withBytes(store, run);
      ResultRow result = whole.result();
      StoredValue output = result == null ? null : result.output();
      all.add(
          whole
              + " payload "
              + whole.run().payload().crc32c()
              + " output "
              + (output == null ? "none" : output.crc32c()));
    }
    all.sort(null);
    return all;
  }

  private static List<String> itemsOfBatches(Statement sql) throws SQLException {
    List<String> all = new ArrayList<>();
    try (ResultSet rows = sql.executeQuery("select items from batch_part")) {
      while (rows.next()) {
        RowBytes.items(rows.getBytes(1)).forEach(item -> all.add(item.toString()));
      }
    }
    all.sort(null);
    return all;
  }

  private static List<String> runsOfTasks(Statement sql) throws SQLException {
    List<String> all = new ArrayList<>();
    try (ResultSet rows = sql.executeQuery("select task_id, ids from run_of_task")) {
      while (rows.next()) {
        for (Object id : (Object[]) rows.getArray(2).getArray()) {
          all.add(rows.getString(1) + " " + id);
        }
      }
    }
    all.sort(null);
    return all;
  }

  private static boolean isValueKey(String table, String column) {
    return column.endsWith(KEY_SUFFIX) && table.equals("large_value");
  }

  private static String checksum(ValueKeeper values, long key) throws IOException {
    try (InputStream in = values.open(key)) {
      CRC32C crc = new CRC32C();
      crc.update(in.readAllBytes());
      return "value " + crc.getValue();
    }
  }

  private static String text(Object value) throws SQLException {
    return switch (value) {
      case null -> "null";
      case byte[] bytes -> bytes.length + " bytes " + Arrays.hashCode(bytes);
      case Array array -> Arrays.toString((Object[]) array.getArray());
      default -> value.toString();
    };
  }

  /** The number of the group that it ends with, where that is its time. */
  long seq() {
    return state.epoch() == 0 ? 0 : state.lastTimeMicros();
  }

  /** What is different in another; empty where nothing is. */
  List<String> differences(Everything other) {
    List<String> differences = new ArrayList<>();
    if (!state.equals(other.state)) {
      differences.add(state + ", not " + other.state);
    }
    if (!ended.equals(other.ended)) {
      differences.add("ended: " + ended + ", not " + other.ended);
    }
    tables.forEach(
        (table, rows) -> {
          Set<String> own = new TreeSet<>(rows);
          Set<String> foreign = new TreeSet<>(other.tables.get(table));
          own.removeAll(other.tables.get(table));
          foreign.removeAll(rows);
          own.forEach(row -> differences.add("not in the other's " + table + ": " + row));
          foreign.forEach(row -> differences.add("only in the other's " + table + ": " + row));
        });
    return differences;
  }

  /** How many values have a file of their own. */
  int largeValues() {
    return tables.get("large_value").size();
  }
}
