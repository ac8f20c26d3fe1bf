package dev.pawl.h2.internal;

import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The scripts that make the schema, in order; script <i>n</i> leads from version <i>n - 1</i> to
 * version <i>n</i>.
 *
 * <p>H2 commits each statement that changes the schema, so a script cannot be one transaction.
 * Instead, each statement does nothing the second time, and the version is raised after the last
 * one: a migration that was cut off is repeated at the next open.
 *
 * <p>The version stands in {@code pawl_meta}, and also in the file itself, outside of all tables,
 * where it can be read without opening the database for writing: an older version of this library
 * must leave a newer file as it is. That mark is raised before the first statement, so that it is
 * never behind.
 *
 * <p>Plain JDBC, because this runs at each open: see {@link Statements} for what jOOQ would cost
 * here.
 */
public final class Migrations {
  /** Tells the mark of this library from numbers that others leave in the same place. */
  private static final int MARK = 0x5057_0000;

  private static final int VERSION_BITS = 0xffff;

  private static final Migrations BUILT_IN =
      new Migrations(
          List.of(
              script("V1__init.sql"),
              script("V2__store.sql"),
              script("V3__trace.sql"),
              script("V4__run_of_task.sql")));

  private final List<List<String>> scripts;

  /** Migrations by the given scripts: for each version the statements that lead to it. */
  Migrations(List<List<String>> scripts) {
    this.scripts = scripts;
  }

  /** Those of this version of the library. */
  public static Migrations builtIn() {
    return BUILT_IN;
  }

  /** Makes the schema in a new database. */
  void create(Connection connection) throws SQLException {
    run(connection, 0);
  }

  /** Brings an existing database up to date. */
  void upgrade(Connection connection) throws SQLException {
    int version = version(connection);
    if (version < scripts.size()) {
      run(connection, version);
    }
  }

  /** Whether a mark is one of this library, whatever the version. */
  static boolean isOurs(int mark) {
    return (mark & ~VERSION_BITS) == MARK;
  }

  /** Refuses a file by its mark. */
  void requireKnown(String file, int mark) {
    if (!isOurs(mark)) {
      throw new StoreException(
          file
              + " is an H2 database but not a store of this engine, or one that is damaged; it was left"
              + " as it is: use another folder",
          null);
    }
    int version = mark & VERSION_BITS;
    if (version > scripts.size()) {
      throw new StoreException(
          file
              + " has schema version "
              + version
              + ", but this version of the engine knows only versions up to "
              + scripts.size()
              + "; the file was left as it is: use a newer version of the engine",
          null);
    }
  }

  private void run(Connection connection, int from) throws SQLException {
    Database.storeOf(connection).setStoreVersion(MARK | scripts.size());
    try (Statement statement = connection.createStatement()) {
      for (int version = from + 1; version <= scripts.size(); version++) {
        for (String sql : scripts.get(version - 1)) {
          statement.execute(sql);
        }
        statement.execute(
            "merge into pawl_meta (id, schema_version) key (id) values (1, " + version + ")");
      }
    }
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
  }

  private static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select schema_version from pawl_meta where id = 1")) {
      if (!rows.next()) {
        throw new SQLException(
            "its file is damaged, the row of pawl_meta is missing; use another folder, or put a copy"
                + " of the file in its place");
      }
      return rows.getInt(1);
    }
  }

  /**
   * The statements of one of our scripts: comments have lines of their own, and a semicolon ends a
   * line.
   */
  static List<String> script(String name) {
    String text;
    try (InputStream in = Migrations.class.getResourceAsStream("schema/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the schema script " + name + " is not in the jar");
      }
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the schema script " + name + " cannot be read", e);
    }
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    for (String line : text.lines().toList()) {
      if (line.startsWith("--") || line.isBlank()) {
        continue;
      }
      if (line.endsWith(";")) {
        statements.add(statement + line.substring(0, line.length() - 1));
        statement.setLength(0);
      } else {
        statement.append(line).append('\n');
      }
    }
    return List.copyOf(statements);
  }
}
