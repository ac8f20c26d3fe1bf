package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.fixtures.Rows.ended;
import static dev.pawl.fixtures.Rows.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.FilterBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that cannot be read any more is lost, and nothing else is. */
class DamagedRunTest {
  @TempDir Path folder;

  /** A deletion was acknowledged before anybody looked: what refuses it then refuses all others. */
  @ParameterizedTest
  @ValueSource(strings = {"x'01ff'", "null", "(select input from finished_run where id = 1)"})
  void aRunWhoseInputIsDamagedCanBeDeleted(String damaged) throws SQLException {
    Options options = Options.pinned(1, RedoMode.WRITTEN);
    try (H2RunStore store =
        H2RunStore.open(new FileLocation(folder), "damaged", options, Migrations.builtIn())) {
      for (long id = 1; id <= 3; id++) {
        store.commit(changes().create(Rows.run(id)).build());
        store.commit(changes().end(ended(id, RunStatus.COMPLETED)).build());
      }
      store.commit(changes().batch(new BatchRow(9, 0, 1, 5)).batchItem(item(9, 0, 2)).build());
      assertThat(store.count(RunFilter.ALL)).isEqualTo(3);
      damage(store, damaged);
      assertThatThrownBy(() -> store.run(2))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("2");
      assertThat(store.batchesOf(2, 0, 9)).as("retention asks").containsExactly(9L);
      assertThat(store.unnamed(List.of(1L, 2L))).doesNotContain(2L);
      store.commit(changes().deleteRun(2).build());
      assertThat(store.batchItems(9, -1, 9)).isEmpty();
      assertThat(store.count(RunFilter.ALL)).isEqualTo(2);
      RunFilter ofTask = FilterBuilder.filter().taskIds(Set.of(Rows.run(1).taskId())).build();
      assertThat(store.count(ofTask)).isEqualTo(2);
      store.commit(changes().create(Rows.run(4)).build());
      assertThat(store.run(4)).isPresent();
    }
  }

  private static void damage(H2RunStore store, String input) throws SQLException {
    Connection connection = store.database().writing().connection;
    try (var statement = connection.createStatement()) {
      statement.execute("update finished_run set input = " + input + " where id = 2");
    }
    connection.commit();
  }
}
