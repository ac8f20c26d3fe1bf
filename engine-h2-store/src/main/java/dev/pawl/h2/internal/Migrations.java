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
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The script that makes the schema of a new store, and what leads an older one there, version by
 * version.
 *
 * <p>H2 commits each statement that changes the schema, so a script cannot be one transaction; some
 * are several for H2 itself. So an older store is brought up to date in a copy of its file, which
 * is thrown away where that is cut off.
 *
 * <p>The version stands in {@code pawl_meta}, and also in the file itself, outside of all tables,
 * where it can be read without opening the database for writing: an older version of this library
 * must leave a newer file as it is.
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
          () -> script("schema.sql"),
          List.of(
              new Version(() -> script("V2__store.sql")),
              new Version(() -> script("V3__trace.sql")),
              new Version(() -> script("V4__run_of_task.sql")),
              new Version(() -> script("V5__runs.sql"), Migrations::moveRows),
              new Version(() -> script("V6__old_runs.sql"))));

  private static void moveRows(Connection connection) throws SQLException {
    OldRuns.move(connection);
    OldBatchItems.move(connection);
  }

  private final Supplier<List<String>> schema;

  /** What leads to version 2, and so on. */
  private final List<Version> upgrades;

  /**
   * Migrations by the given scripts.
   *
   * @param schema the statements that make the newest version
   * @param upgrades what leads to version 2, and so on
   */
  Migrations(Supplier<List<String>> schema, List<Version> upgrades) {
    this.schema = schema;
    this.upgrades = upgrades;
  }

  /** What leads to a version from the one before: statements, and then what none of them can do. */
  record Version(Supplier<List<String>> statements, Step then) {
    Version(Supplier<List<String>> statements) {
      this(statements, connection -> {});
    }
  }

  /** A part of a migration. */
  interface Step {
    void run(Connection connection) throws SQLException;
  }

  /** Those of this version of the library. */
  public static Migrations builtIn() {
    return BUILT_IN;
  }

  /** The newest version. */
  private int newest() {
    return upgrades.size() + 1;
  }

  /** These, and one more version. */
  Migrations followedBy(List<String> statements) {
    List<Version> more = new ArrayList<>(upgrades);
    more.add(new Version(() -> statements));
    return new Migrations(
        () -> Stream.concat(schema.get().stream(), statements.stream()).toList(), more);
  }

  /** Makes the schema in a new database. */
  void create(Connection connection) throws SQLException {
    mark(connection);
    try (Statement statement = connection.createStatement()) {
      execute(statement, schema.get());
      reached(statement, newest());
    }
    commit(connection);
  }

  /** Whether a database is of an older version. */
  boolean areNeeded(Connection connection) throws SQLException {
    return version(connection) < newest();
  }

  /** Brings a database up to date that is in no use, and will not be used where this fails. */
  void upgrade(Connection connection) throws SQLException {
    mark(connection);
    try (Statement statement = connection.createStatement()) {
      for (int version = version(connection) + 1; version <= newest(); version++) {
        Version next = upgrades.get(version - 2);
        execute(statement, next.statements().get());
        next.then().run(connection);
        reached(statement, version);
      }
    }
    commit(connection);
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
    if (version > newest()) {
      throw new StoreException(
          file
              + " has schema version "
              + version
              + ", but this version of the engine knows only versions up to "
              + newest()
              + "; the file was left as it is: use a newer version of the engine",
          null);
    }
  }

  private void mark(Connection connection) throws SQLException {
    Database.storeOf(connection).setStoreVersion(MARK | newest());
  }

  private static void execute(Statement statement, List<String> script) throws SQLException {
    for (String sql : script) {
      statement.execute(sql);
    }
  }

  private static void reached(Statement statement, int version) throws SQLException {
    statement.execute(
        "merge into pawl_meta (id, schema_version) key (id) values (1, " + version + ")");
  }

  private static void commit(Connection connection) throws SQLException {
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
