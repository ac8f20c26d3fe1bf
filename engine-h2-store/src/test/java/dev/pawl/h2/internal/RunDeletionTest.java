package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.fixtures.Rows.attempt;
import static dev.pawl.fixtures.Rows.binding;
import static dev.pawl.fixtures.Rows.ended;
import static dev.pawl.fixtures.Rows.item;
import static dev.pawl.fixtures.Rows.journal;
import static dev.pawl.fixtures.Rows.newRun;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.LabelRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whatever table there is: a deleted run leaves no row in it. */
class RunDeletionTest {

  @Test
  void deletedRunsLeaveNoRowInAnyTable() throws SQLException {
    try (H2RunStore store =
        H2RunStore.open(
            new MemoryLocation(), "deletion", Options.pinned(1), Migrations.builtIn())) {
      Map<String, Long> empty = rows(store);
      ChangesBuilder create = changes().batch(new BatchRow(50, 1, 2, 0));
      for (long id = 1; id <= 2; id++) {
        create
            .create(
                newRun(id)
                    .payload(store.writeLarge(new byte[100]))
                    .metadata("x".repeat(2 * LongInputTable.MOST_IN_ROW))
                    .build())
            .attempt(attempt(id, 1))
            .journal(journal(id, 0, 0))
            .bind(binding("key " + id, id))
            .labels(new LabelRow(id, List.of("tag"), "{}"))
            .batchItem(item(50, (int) id, id));
      }
      create.bind(binding("key of the batch", 50)).batch(new BatchRow(60, 0, 0, 0));
      store.commit(create.build());
      store.commit(
          changes()
              .end(ended(1, RunStatus.COMPLETED))
              .end(ended(2, RunStatus.COMPLETED))
              .oweHooks(1)
              .build());
      assertThat(rows(store))
          .as("each table that has rows keyed by a run has some now; add a new one to the test")
          .allSatisfy(
              (table, count) -> {
                if (!isOfTheStore(table) && !table.equals("UNFINISHED_RUN")) {
                  assertThat(count).as(table).isPositive();
                }
              });
      store.commit(changes().payHooks(1).deleteRun(1).build());
      assertThat(rows(store).get("ENDED")).as("the other ended with the same commit").isEqualTo(2);
      store.commit(changes().deleteRun(2).deleteBatch(60).build());
      assertThat(rows(store)).isEqualTo(empty);
    }
  }

  private static boolean isOfTheStore(String table) {
    return table.equals("PAWL_META") || table.equals("ENGINE_STATE") || table.equals("QUEUE");
  }

  private static Map<String, Long> rows(H2RunStore store) throws SQLException {
    Map<String, Long> rows = new TreeMap<>();
    try (Connection connection = store.database().reading();
        Statement statement = connection.createStatement()) {
      try (ResultSet tables =
          statement.executeQuery(
              "select table_name from information_schema.tables where table_schema = 'PUBLIC'")) {
        while (tables.next()) {
          rows.put(tables.getString(1), 0L);
        }
      }
      for (Map.Entry<String, Long> table : rows.entrySet()) {
        try (ResultSet count = statement.executeQuery("select count(*) from " + table.getKey())) {
          count.next();
          table.setValue(count.getLong(1));
        }
      }
    }
    return rows;
  }
}
