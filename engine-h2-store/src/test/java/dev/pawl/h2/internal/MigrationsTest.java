package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
  private static final List<String> FIRST = Migrations.script("V1__init.sql");
  private static final String ADD_COLUMN =
      "alter table batch add column if not exists note varchar(100)";
  private static final String ADD_TABLE =
      "create table if not exists extra (id bigint primary key)";
  private static final Migrations TWO_VERSIONS =
      new Migrations(List.of(FIRST, List.of(ADD_COLUMN, ADD_TABLE)));

  @TempDir Path folder;

  private H2RunStore open(Migrations migrations) {
    return H2RunStore.open(new FileLocation(folder), "migrating", Options.pinned(1), migrations);
  }

  private static int version(H2RunStore store) throws SQLException {
    try (var connection = store.database().reading();
        var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select schema_version from pawl_meta")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private void createVersionOne() {
    try (RunStore store = H2Store.file(folder).open()) {
      store.commit(changes().create(Rows.run(1)).build());
    }
  }

  private void assertIsVersionTwo() throws SQLException {
    try (H2RunStore store = open(TWO_VERSIONS)) {
      assertThat(version(store)).isEqualTo(2);
      assertThat(store.run(1)).isPresent();
      try (var connection = store.database().reading();
          var statement = connection.createStatement()) {
        statement.executeQuery("select note from batch").close();
        statement.executeQuery("select id from extra").close();
      }
    }
  }

  @Test
  void anOlderStoreIsBroughtUpToDateAndKeepsItsRuns() throws SQLException {
    createVersionOne();
    assertIsVersionTwo();
    assertIsVersionTwo();
  }

  @Test
  void aNewStoreGetsEveryVersionAtOnce() throws SQLException {
    try (H2RunStore store = open(TWO_VERSIONS)) {
      assertThat(version(store)).isEqualTo(2);
    }
  }

  @Test
  void aStoreOfANewerVersionIsRefusedAndLeftByteForByte() throws Exception {
    createVersionOne();
    open(TWO_VERSIONS).close();
    Path file = folder.resolve("pawl.mv.db");
    byte[] before = Files.readAllBytes(file);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> H2Store.file(folder).open())
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("schema version 2")
          .hasMessageContaining("versions up to 1")
          .hasMessageContaining("use a newer version of the engine");
    }
    assertThat(Arrays.equals(Files.readAllBytes(file), before)).isTrue();
    assertIsVersionTwo();
  }

  @Test
  void aMigrationThatFailedHalfWayIsRepeated() throws SQLException {
    createVersionOne();
    Migrations broken = new Migrations(List.of(FIRST, List.of(ADD_COLUMN, "no sql at all")));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> open(broken))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("cannot be opened");
    }
    assertIsVersionTwo();
  }

  /** Stops for good between two statements of a migration. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) {
      Migrations stops =
          new Migrations(
              List.of(
                  FIRST,
                  List.of(
                      ADD_COLUMN,
                      "create alias halt as $$ void halt() { Runtime.getRuntime().halt(3); } $$",
                      "call halt()",
                      ADD_TABLE)));
      H2RunStore.open(new FileLocation(Path.of(args[0])), "killed", Options.pinned(1), stops);
    }
  }

  @Test
  void aMigrationThatWasKilledHalfWayIsRepeated() throws Exception {
    createVersionOne();
    Process child = ChildJvm.of(Killed.class, "128m", folder.toString()).start();
    assertThat(child.waitFor()).isEqualTo(3);
    assertIsVersionTwo();
  }
}
