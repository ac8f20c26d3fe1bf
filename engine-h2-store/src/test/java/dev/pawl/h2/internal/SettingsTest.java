package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.h2.H2Store;
import dev.pawl.h2.H2Store.Durability;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path folder;

  private H2RunStore open() {
    return H2RunStore.open(
        new FileLocation(folder), "settings", Options.pinned(1), Migrations.builtIn());
  }

  private static Map<String, String> settings(H2RunStore store) throws SQLException {
    Map<String, String> settings = new TreeMap<>();
    try (var statement = store.database().writing().connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select setting_name, setting_value from information_schema.settings")) {
      while (rows.next()) {
        settings.put(rows.getString(1), rows.getString(2));
      }
    }
    return settings;
  }

  private void assertPinned() throws SQLException {
    try (H2RunStore store = open()) {
      assertThat(settings(store))
          .containsEntry("WRITE_DELAY", "0")
          .containsEntry("MAX_COMPACT_TIME", "0")
          .containsEntry("RETENTION_TIME", "1000")
          .containsEntry("ANALYZE_AUTO", "0")
          .containsEntry("DB_CLOSE_DELAY", "0")
          .containsEntry("DEFRAG_ALWAYS", "false");
    }
  }

  @Test
  void theSettingsArePinned() throws SQLException {
    assertPinned();
    assertPinned();
  }

  @Test
  void settingsThatWereLeftInTheFileDoNotHold() throws SQLException {
    open().close();
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:h2:file:" + folder.toAbsolutePath().resolve("pawl"), Database.ADMIN, "");
        var statement = connection.createStatement()) {
      statement.execute("set write_delay 500");
      statement.execute("set retention_time 0");
      statement.execute("set db_close_delay -1");
      statement.execute("shutdown");
    }
    assertPinned();
  }

  @Test
  void aReaderCanOnlyRead() throws SQLException {
    try (H2RunStore store = open();
        Connection connection = store.database().reading();
        var statement = connection.createStatement()) {
      statement.executeQuery("select * from finished_run").close();
      for (String sql :
          new String[] {
            "delete from finished_run",
            "update engine_state set commit_seq = 7",
            "drop table finished_run",
            "create table x (id int)",
            "shutdown",
            "script to '" + folder.resolve("stolen") + "'",
            "create alias x for \"java.lang.System.exit\"",
            "set write_delay 500",
          }) {
        assertThatThrownBy(() -> statement.execute(sql)).as(sql).isInstanceOf(SQLException.class);
      }
    }
  }

  @Test
  void theNumberOfReadersHasBounds() {
    for (int readers : new int[] {Integer.MIN_VALUE, 0, H2Store.MAX_READERS + 1}) {
      assertThatThrownBy(() -> H2Store.inMemory().readers(readers))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(readers));
    }
    H2Store.inMemory().readers(1).open().close();
    H2Store.inMemory().readers(H2Store.MAX_READERS).open().close();
  }

  @Test
  void onlyAStoreInMemoryForgetsAndItCannotRemember() {
    assertThatThrownBy(() -> H2Store.file(folder).durability(Durability.MEMORY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> H2Store.inMemory().durability(Durability.PROCESS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(H2Store.inMemory().durability(Durability.MEMORY)).hasToString("memory (MEMORY)");
  }

  @Test
  void theDescriptionNamesPlaceAndDurability() {
    assertThat(H2Store.file(folder)).hasToString("file:" + folder + " (POWER)");
    assertThat(H2Store.file(folder).durability(Durability.PROCESS))
        .hasToString("file:" + folder + " (PROCESS)");
    assertThat(H2Store.inMemory()).hasToString("memory (MEMORY)");
  }
}
