package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.fixtures.Rows.ended;
import static dev.pawl.fixtures.Rows.item;
import static dev.pawl.fixtures.Rows.newRun;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.ChangesBuilder;
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
import org.junit.jupiter.api.Test;
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

  /** Neither does a row of items that cannot be read refuse what was acknowledged. */
  @Test
  void aRunInADamagedRowOfABatchCanBeDeleted() throws SQLException {
    Options options = Options.pinned(1, RedoMode.WRITTEN);
    try (H2RunStore store =
        H2RunStore.open(new FileLocation(folder), "damaged", options, Migrations.builtIn())) {
      ChangesBuilder create = changes().batch(new BatchRow(9, 0, 600, 5));
      ChangesBuilder end = changes();
      for (int i = 0; i < 600; i++) {
        create.create(newRun(10 + i).batch(9, i).build()).batchItem(item(9, i, 10 + i));
        end.end(ended(10 + i, RunStatus.COMPLETED));
      }
      store.commit(create.build());
      store.commit(end.build());
      assertThat(store.count(RunFilter.ALL)).isEqualTo(600);
      execute(store, "update batch_part set items = x'01ff' where first_idx = 256");
      store.commit(changes().deleteRun(10).deleteRun(310).deleteRun(609).build());
      assertThat(store.count(RunFilter.ALL)).isEqualTo(597);
      assertThat(store.batchItems(9, -1, 255)).hasSize(255);
      assertThat(store.batchItems(9, 511, 99)).hasSize(87);
      assertThatThrownBy(() -> store.batchItems(9, 255, 1))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("items of batch 9 are damaged");
    }
  }

  private static void damage(H2RunStore store, String input) throws SQLException {
    execute(store, "update finished_run set input = " + input + " where id = 2");
  }

  private static void execute(H2RunStore store, String sql) throws SQLException {
    Connection connection = store.database().writing().connection;
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
    connection.commit();
  }
}
