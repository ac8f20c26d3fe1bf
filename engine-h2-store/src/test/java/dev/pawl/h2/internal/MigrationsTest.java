package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.fixtures.FilterBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
  private static final List<String> FIRST = Migrations.script("V1__init.sql");
  private static final List<String> SECOND = Migrations.script("V2__store.sql");
  private static final List<String> THIRD = Migrations.script("V3__trace.sql");
  private static final List<String> FOURTH = Migrations.script("V4__run_of_task.sql");
  private static final String ADD_COLUMN =
      "alter table batch add column if not exists note varchar(100)";
  private static final String ADD_TABLE =
      "create table if not exists extra (id bigint primary key)";
  private static final Migrations ONE_MORE =
      new Migrations(List.of(FIRST, SECOND, THIRD, FOURTH, List.of(ADD_COLUMN, ADD_TABLE)));

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

  private void createPresentVersion() {
    try (RunStore store = H2Store.file(folder).open()) {
      store.commit(changes().create(Rows.run(1)).build());
    }
  }

  private void assertIsOneMore() throws SQLException {
    try (H2RunStore store = open(ONE_MORE)) {
      assertThat(version(store)).isEqualTo(5);
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
    createPresentVersion();
    assertIsOneMore();
    assertIsOneMore();
  }

  @Test
  void aNewStoreGetsEveryVersionAtOnce() throws SQLException {
    try (H2RunStore store = open(ONE_MORE)) {
      assertThat(version(store)).isEqualTo(5);
    }
  }

  @Test
  void aStoreOfANewerVersionIsRefusedAndLeftByteForByte() throws Exception {
    createPresentVersion();
    open(ONE_MORE).close();
    Path file = folder.resolve("pawl.mv.db");
    byte[] before = Files.readAllBytes(file);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> H2Store.file(folder).open())
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("schema version 5")
          .hasMessageContaining("versions up to 4")
          .hasMessageContaining("use a newer version of the engine");
    }
    assertThat(Arrays.equals(Files.readAllBytes(file), before)).isTrue();
    assertIsOneMore();
  }

  @Test
  void aMigrationThatFailedHalfWayIsRepeated() throws SQLException {
    createPresentVersion();
    Migrations broken =
        new Migrations(List.of(FIRST, SECOND, THIRD, FOURTH, List.of(ADD_COLUMN, "no sql at all")));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> open(broken))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("cannot be opened");
    }
    assertIsOneMore();
  }

  /** Stops for good between two statements of a migration. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) {
      Migrations stops =
          new Migrations(
              List.of(
                  FIRST,
                  SECOND,
                  THIRD,
                  FOURTH,
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
    createPresentVersion();
    Process child = ChildJvm.of(Killed.class, "128m", folder.toString()).start();
    assertThat(child.waitFor()).isEqualTo(3);
    assertIsOneMore();
  }

  /** As the engine wrote it before there was a journal. */
  private void createWithoutJournal() throws SQLException {
    // Of the later scripts it has what the statements of today cannot do without.
    Migrations first =
        new Migrations(List.of(Stream.of(FIRST, THIRD, FOURTH).flatMap(List::stream).toList()));
    Options options = Options.pinned(1, RedoMode.NONE);
    FileLocation location = new FileLocation(folder);
    Location.Claim claim = location.claim();
    String url = claim.newUrl();
    try (var connection =
        Database.connect(url, Database.ADMIN, Database.fileSettings(options, true))) {
      first.create(connection);
    } finally {
      claim.closeLeftovers(url);
      claim.close();
    }
    try (H2RunStore store = H2RunStore.open(location, "old", options, first)) {
      store.commit(changes().create(Rows.run(1)).build());
      store.commit(changes().create(Rows.run(2)).build());
    }
    try (var connection =
            Database.connect(url, Database.ADMIN, Database.fileSettings(options, false));
        var statement = connection.createStatement()) {
      statement.execute("drop table run_of_task");
      statement.execute("create index run_by_task on run (task_id, id)");
    }
  }

  @Test
  void theRunsThatAreThereAreFoundByTheirTask() throws SQLException {
    createWithoutJournal();
    try (RunStore store = H2Store.file(folder).open()) {
      store.commit(changes().create(Rows.run(3)).build());
      RunFilter ofTask = FilterBuilder.filter().taskIds(Set.of(Rows.run(1).taskId())).build();
      assertThat(store.runs(ofTask, Long.MAX_VALUE, 9).stream().map(run -> run.run().id()))
          .containsExactly(3L, 2L, 1L);
      assertThat(store.count(ofTask)).isEqualTo(3);
    }
  }

  @Test
  void aStoreThatWasWrittenWithoutAJournalGetsOne() throws Exception {
    createWithoutJournal();
    try (RunStore store = H2Store.file(folder).open()) {
      assertThat(store.live(0, 9)).hasSize(2);
      store.commit(changes().create(Rows.run(3)).build());
    }
    // It is as safe as any other from the first moment on.
    Files.delete(folder.resolve("pawl.mv.db"));
    for (int i = 0; i < 2; i++) {
      try (RunStore store = H2Store.file(folder).open()) {
        assertThat(store.live(0, 9)).hasSize(3);
      }
    }
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".redo")).toList()) {
        Files.delete(file);
      }
    }
    assertThatThrownBy(() -> H2Store.file(folder).open()).hasMessageContaining("is missing");
  }

  /** The journal was begun, but the database does not say yet that it is its own. */
  @Test
  void aStoreThatWasKilledWhileItGotItsJournalOpens() throws Exception {
    createWithoutJournal();
    Path database = folder.resolve("pawl.mv.db");
    byte[] old = Files.readAllBytes(database);
    H2Store.file(folder).open().close();
    Files.write(database, old);
    try (RunStore store = H2Store.file(folder).open()) {
      assertThat(store.live(0, 9)).hasSize(2);
      store.commit(changes().create(Rows.run(3)).build());
    }
    try (RunStore store = H2Store.file(folder).open()) {
      assertThat(store.live(0, 9)).hasSize(3);
    }
  }
}
