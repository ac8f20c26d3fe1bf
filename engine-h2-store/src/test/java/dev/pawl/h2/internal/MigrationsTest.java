package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.FilterBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoredRun;
import dev.pawl.spi.StoredValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
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
  private static final String DROP_TABLE = "drop table label";
  private static final String UNFINISHED = "pawl-new.mv.db";
  private static final Migrations ONE_MORE =
      Migrations.builtIn().followedBy(List.of(ADD_COLUMN, ADD_TABLE));

  private static final LabelRow LABELS = new LabelRow(1, List.of("a"), null);

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
      store.commit(changes().labels(LABELS).build());
    }
  }

  private void assertIsOneMore() throws SQLException {
    try (H2RunStore store = open(ONE_MORE)) {
      assertThat(version(store)).isEqualTo(7);
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
      assertThat(version(store)).isEqualTo(7);
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
          .hasMessageContaining("schema version 7")
          .hasMessageContaining("versions up to 6")
          .hasMessageContaining("use a newer version of the engine");
    }
    assertThat(Arrays.equals(Files.readAllBytes(file), before)).isTrue();
    assertIsOneMore();
  }

  /** The version that wrote it goes on with it. */
  @Test
  void aMigrationThatFailsHalfWayChangesNothing() throws Exception {
    createPresentVersion();
    Migrations broken = Migrations.builtIn().followedBy(List.of(DROP_TABLE, "no sql at all"));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> open(broken))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("no database could be made");
    }
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).doesNotContain(UNFINISHED);
    }
    assertIsAsItWas();
    assertIsOneMore();
  }

  private void assertIsAsItWas() throws SQLException {
    try (H2RunStore store = open(Migrations.builtIn())) {
      assertThat(version(store)).isEqualTo(6);
      assertThat(store.run(1)).isPresent();
      assertThat(store.labels(1)).hasValue(LABELS);
    }
  }

  /** Stops for good between two statements of a migration. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) {
      Migrations stops =
          Migrations.builtIn()
              .followedBy(
                  List.of(
                      DROP_TABLE,
                      "create alias halt as $$ void halt() { Runtime.getRuntime().halt(3); } $$",
                      "call halt()"));
      H2RunStore.open(new FileLocation(Path.of(args[0])), "killed", Options.pinned(1), stops);
    }
  }

  @Test
  void aMigrationThatIsKilledHalfWayChangesNothing() throws Exception {
    createPresentVersion();
    Process child = ChildJvm.of(Killed.class, "128m", folder.toString()).start();
    assertThat(child.waitFor()).isEqualTo(3);
    assertThat(folder.resolve(UNFINISHED)).exists();
    assertIsAsItWas();
    assertIsOneMore();
    assertThat(folder.resolve(UNFINISHED)).doesNotExist();
  }

  /** Rows as an older version wrote them. */
  private interface OldContents {
    void insert(Connection connection) throws SQLException;
  }

  /** A store as an older version has left it. */
  private void create(int version, List<List<String>> scripts, OldContents rows)
      throws SQLException {
    Migrations old =
        new Migrations(
            () -> scripts.stream().flatMap(List::stream).toList(),
            Collections.nCopies(version - 1, new Migrations.Version(List::of)));
    Options options = Options.pinned(1, RedoMode.NONE);
    Location.Claim claim = new FileLocation(folder).claim();
    String url = claim.newUrl();
    try (Connection connection =
        Database.connect(url, Database.ADMIN, Database.fileSettings(options, true))) {
      old.create(connection);
      rows.insert(connection);
    } finally {
      claim.closeLeftovers(url);
      claim.close();
    }
  }

  /** As the engine wrote it before there was a journal. */
  private void createWithoutJournal() throws SQLException {
    // Of the later scripts it has what an insertion of today cannot do without.
    create(
        1,
        List.of(FIRST, THIRD),
        connection -> {
          for (long id = 1; id <= 2; id++) {
            OldRows.insert(connection, Rows.run(id));
            OldRows.insert(connection, Rows.queued(Rows.run(id)));
          }
        });
  }

  private void createVersion4(OldContents rows) throws SQLException {
    create(4, List.of(FIRST, SECOND, THIRD, FOURTH), rows);
  }

  @Test
  void everyFieldOfARunComesOverFromItsColumn() throws SQLException {
    RunRow longOne = Rows.newRun(4).metadata("x".repeat(50_000)).build();
    createVersion4(
        connection -> {
          OldRows.insert(connection, Rows.fullRun(1));
          OldRows.insert(connection, Rows.fullLive(1));
          OldRows.insert(connection, Rows.fullRun(2));
          OldRows.insert(connection, Rows.fullResult(2));
          OldRows.insert(connection, Rows.run(3));
          OldRows.insert(connection, Rows.ended(3, RunStatus.CANCELED));
          OldRows.insert(connection, longOne);
          OldRows.insert(connection, Rows.queued(longOne));
        });
    try (H2RunStore store = open(Migrations.builtIn())) {
      assertThat(store.runs(RunFilter.ALL, Long.MAX_VALUE, 9))
          .containsExactly(
              new StoredRun(longOne, Rows.queued(longOne), null),
              new StoredRun(Rows.run(3), null, Rows.ended(3, RunStatus.CANCELED)),
              new StoredRun(Rows.fullRun(2), null, Rows.fullResult(2)),
              new StoredRun(Rows.fullRun(1), Rows.fullLive(1), null));
      assertThat(store.run(2).orElseThrow().run().payload().intact()).isTrue();
    }
  }

  @Test
  void theItemsOfBatchesComeOverFromTheirRows() throws SQLException {
    int many = BatchItemTable.MOST + 10;
    List<BatchItemRow> items = new ArrayList<>();
    createVersion4(
        connection -> {
          for (int i = 0; i < many; i++) {
            RunRow run =
                (i % 3 == 0 ? Rows.newRun(i + 1).batch(900, i) : Rows.newRun(i + 1)).build();
            OldRows.insert(connection, run);
            OldRows.insert(connection, Rows.queued(run));
            BatchItemRow item = Rows.item(900, i, i + 1);
            OldRows.insert(connection, item);
            items.add(item);
          }
          OldRows.insert(connection, Rows.item(901, 5, 1));
          execute(connection, "update live_run set waits = x'00' where id = " + many);
          execute(connection, "update batch_item set outcome = 'x' where idx = " + (many - 1));
        });
    assertThatThrownBy(() -> open(Migrations.builtIn())).hasMessageContaining("waits");
    repair("update live_run set waits = null");
    for (int i = 0; i < 2; i++) { // when the first are moved
      assertThatThrownBy(() -> open(Migrations.builtIn())).hasMessageContaining("TriggerOutcome");
    }
    repair("update batch_item set outcome = 'CREATED'");
    try (H2RunStore store = open(Migrations.builtIn())) {
      assertThat(store.batchItems(900, -1, many)).isEqualTo(items);
      assertThat(store.batchItems(901, -1, many)).containsExactly(Rows.item(901, 5, 1));
      assertThat(store.batchesOf(1, 0, 9)).containsExactly(900L, 901L);
      assertThat(store.batchesOf(2, 0, 9)).containsExactly(900L);
    }
  }

  /** It goes on where it was cut off, and moves nothing twice. */
  @Test
  void runsAreMovedOnceWhateverCutsThatOff() throws SQLException {
    int many = 250;
    createVersion4(
        connection -> {
          for (long id = 1; id <= many; id++) {
            OldRows.insert(connection, Rows.run(id));
            OldRows.insert(connection, Rows.queued(Rows.run(id)));
          }
          execute(connection, "update live_run set waits = x'00' where id = 150");
        });
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> open(Migrations.builtIn()))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("waits");
    }
    repair("update live_run set waits = null");
    try (H2RunStore store = open(Migrations.builtIn())) {
      assertThat(store.live(0, 2 * many)).hasSize(many);
      assertThat(store.count(RunFilter.ALL)).isEqualTo(many);
    }
  }

  /** Takes what cannot be read out of the old rows. */
  private void repair(String sql) throws SQLException {
    String url;
    Location.Claim claim = new FileLocation(folder).claim();
    try {
      url = claim.newUrl();
    } finally {
      claim.close();
    }
    try (Connection connection =
        Database.connect(url, Database.ADMIN, Database.fileSettings(Options.pinned(1), false))) {
      execute(connection, sql);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void anOlderStoreComesToTheSchemaOfANewOne() throws SQLException {
    createVersion4(connection -> {});
    List<String> upgraded;
    try (H2RunStore store = open(Migrations.builtIn())) {
      upgraded = schema(store);
    }
    try (H2RunStore made =
        H2RunStore.open(new MemoryLocation(), "new", Options.pinned(1), Migrations.builtIn())) {
      assertThat(upgraded).isEqualTo(schema(made));
    }
  }

  private static List<String> schema(H2RunStore store) throws SQLException {
    List<String> all = new ArrayList<>();
    for (String sql :
        List.of(
            "select table_name, ordinal_position, column_name, data_type,"
                + " character_maximum_length, is_nullable from information_schema.columns"
                + " where table_schema = 'PUBLIC' order by 1, 2",
            "select i.table_name, i.index_type_name, c.column_name, c.ordinal_position"
                + " from information_schema.indexes i join information_schema.index_columns c"
                + " on c.index_name = i.index_name where i.table_schema = 'PUBLIC'"
                + " order by 1, 2, 3, 4",
            "select grantee, table_name, privilege_type from information_schema.table_privileges"
                + " order by 1, 2, 3")) {
      try (var statement = store.database().writing().connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          StringBuilder row = new StringBuilder();
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            row.append(rows.getString(i)).append(' ');
          }
          all.add(row.toString());
        }
      }
    }
    return all;
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

  @Test
  void aRunThatCannotBeMovedIsNamed() throws SQLException {
    createVersion4(
        connection -> {
          OldRows.insert(connection, Rows.run(1));
          OldRows.insert(connection, Rows.queued(Rows.run(1)));
          OldRows.insert(connection, Rows.run(2));
        });
    assertThatThrownBy(() -> open(Migrations.builtIn()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("run 2 of the older version: it has neither ended");
  }

  @Test
  void aRunWhoseErrorIsDamagedIsNamed() throws SQLException {
    createVersion4(
        connection -> {
          OldRows.insert(connection, Rows.run(2));
          OldRows.insert(connection, Rows.ended(2, RunStatus.FAILED));
          execute(connection, "update result set error = x'00'");
        });
    assertThatThrownBy(() -> open(Migrations.builtIn()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("run 2 of the older version: a stored error is damaged");
  }

  /** Opens a store. */
  static final class Opening {
    private Opening() {}

    public static void main(String[] args) {
      H2RunStore.open(
              new FileLocation(Path.of(args[0])), "old", Options.pinned(1), Migrations.builtIn())
          .close();
    }
  }

  /** Each may have as much as stands in a row at the most; there may be any number of them. */
  @Test
  void largeRunsAreMovedInASmallHeap() throws Exception {
    StoredValue large = StoredValue.of(new byte[500_000]);
    createVersion4(
        connection -> {
          for (long id = 1; id <= 120; id++) {
            OldRows.insert(connection, Rows.withPayload(Rows.run(id), large));
            OldRows.insert(connection, Rows.withOutput(Rows.ended(id, RunStatus.COMPLETED), large));
            OldRows.insert(connection, Rows.item(900, (int) id, id));
          }
        });
    Process child = ChildJvm.of(Opening.class, "96m", folder.toString()).start();
    assertThat(child.waitFor()).isZero();
    try (H2RunStore store = open(Migrations.builtIn())) {
      assertThat(store.count(RunFilter.ALL)).isEqualTo(120);
      assertThat(store.batchItems(900, -1, 200)).hasSize(120);
    }
  }
}
