package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.fixtures.Rows.ended;
import static dev.pawl.fixtures.Rows.item;
import static dev.pawl.fixtures.Rows.newRun;
import static dev.pawl.fixtures.Rows.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.spi.BatchCounts;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Items of batches, many in a row. */
class BatchItemsTest {
  private static final long BATCH = 10_000;
  private static final int MANY = 2 * BatchItemTable.MOST + 50;

  private H2RunStore store;

  @BeforeEach
  void open() {
    store = H2RunStore.open(new MemoryLocation(), "items", Options.pinned(1), Migrations.builtIn());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private long count(String table) throws SQLException {
    try (Connection connection = store.database().reading();
        var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** A closed batch whose run at index i has the id i + 1, made there where that is even. */
  private List<BatchItemRow> create() {
    ChangesBuilder create = changes().batch(new BatchRow(BATCH, 1, MANY, 0));
    List<BatchItemRow> items = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      create.create(i % 2 == 0 ? newRun(i + 1).batch(BATCH, i).build() : run(i + 1));
      items.add(item(BATCH, i, i + 1));
    }
    items.reversed().forEach(create::batchItem); // in no order
    store.commit(create.build());
    return items;
  }

  @Test
  void itemsAreReadFromBehindAnyIndexInTheirOrder() throws SQLException {
    List<BatchItemRow> items = create();
    assertThat(count("batch_part")).isEqualTo(3);
    assertThat(count("batch_link")).isEqualTo(MANY / 2);
    for (int after = -1; after < MANY; after++) {
      for (int limit : new int[] {1, 3, MANY}) {
        assertThat(store.batchItems(BATCH, after, limit))
            .isEqualTo(items.subList(after + 1, Math.min(after + 1 + limit, MANY)));
      }
    }
    assertThat(store.batchItems(BATCH, Integer.MIN_VALUE, MANY)).isEqualTo(items);
    assertThat(store.batchItems(BATCH, Integer.MAX_VALUE, MANY)).isEmpty();
    assertThat(store.batchesOf(7, 0, 9)).as("made there").containsExactly(BATCH);
    assertThat(store.batchesOf(8, 0, 9)).as("found there").containsExactly(BATCH);
  }

  @Test
  void itemsThatDoNotFollowEachOtherStandApart() throws SQLException {
    ChangesBuilder create =
        changes()
            .batch(RandomGroups.batch(BATCH, BatchRow.State.OPEN))
            .batch(RandomGroups.batch(BATCH + 1, BatchRow.State.SEALED));
    List<BatchItemRow> items = new ArrayList<>();
    for (int index : new int[] {0, 1, 5, 6, 300}) {
      create.create(run(index + 1));
      items.add(item(BATCH, index, index + 1));
    }
    items.forEach(create::batchItem);
    store.commit(create.batchItem(item(BATCH + 1, 2, 1)).build());
    assertThat(count("batch_part")).isEqualTo(4);
    store.commit(changes().create(run(500)).batchItem(item(BATCH, 3, 500)).build());
    items.add(2, item(BATCH, 3, 500));
    assertThat(store.batchItems(BATCH, -1, 9)).isEqualTo(items);
    assertThat(store.batchItems(BATCH, 2, 2)).isEqualTo(items.subList(2, 4));
    assertThat(store.batchesOf(1, 0, 9)).containsExactly(BATCH, BATCH + 1);
    assertThat(store.batchesOf(1, BATCH, 9)).containsExactly(BATCH + 1);
  }

  @Test
  void runsAreTakenOutOfTheMiddleOfARowAndTheLastTakesTheBatchAlong() throws SQLException {
    List<BatchItemRow> items = new ArrayList<>(create());
    ChangesBuilder ends = changes();
    for (int id = 1; id <= MANY; id++) {
      ends.end(ended(id, id % 5 == 0 ? RunStatus.FAILED : RunStatus.COMPLETED));
    }
    store.commit(ends.build());
    for (int first = 1; first <= 7; first++) {
      ChangesBuilder delete = changes();
      for (long id = first; id <= MANY; id += 7) {
        delete.deleteRun(id);
        long deleted = id;
        items.removeIf(item -> item.runId() == deleted);
      }
      store.commit(delete.build());
      assertThat(store.batchItems(BATCH, -1, MANY)).isEqualTo(items);
      BatchCounts counts = store.batchCounts(BATCH);
      int failed = (int) items.stream().filter(item -> item.runId() % 5 == 0).count();
      assertThat(counts.items()).isEqualTo(items.size());
      assertThat(counts.failed()).isEqualTo(failed);
      assertThat(counts.succeeded()).isEqualTo(items.size() - failed);
    }
    assertThat(count("batch_part")).isZero();
    assertThat(count("batch_link")).isZero();
    assertThat(store.batch(BATCH)).isEmpty();
  }

  /** A batch in pieces: its item at index i is run i + 1, made there, and has ended. */
  private List<BatchItemRow> createInPieces(int... sizes) {
    store.commit(changes().batch(RandomGroups.batch(BATCH, BatchRow.State.OPEN)).build());
    List<BatchItemRow> items = new ArrayList<>();
    for (int size : sizes) {
      ChangesBuilder piece = changes();
      for (int n = 0; n < size; n++) {
        int index = items.size();
        piece.create(newRun(index + 1).batch(BATCH, index).build());
        piece.batchItem(item(BATCH, index, index + 1));
        items.add(item(BATCH, index, index + 1));
      }
      store.commit(piece.build());
    }
    ChangesBuilder ends = changes();
    items.forEach(item -> ends.end(ended(item.runId(), RunStatus.COMPLETED)));
    store.commit(ends.updateBatch(RandomGroups.batch(BATCH, BatchRow.State.SEALED)).build());
    return items;
  }

  @Test
  void runsAreTakenOutOfEveryRowOfABatchThatCameInPieces() throws SQLException {
    List<BatchItemRow> items = createInPieces(1, 3, 2, BatchItemTable.MOST + 2, 1, 5);
    assertThat(count("batch_part")).isEqualTo(7);
    store.commit(changes().deleteRun(3).build());
    items.remove(2);
    assertThat(store.batchItems(BATCH, -1, MANY)).isEqualTo(items);
    while (!items.isEmpty()) {
      ChangesBuilder delete = changes();
      for (int i = items.size() - 1; i >= 0; i -= 4) {
        delete.deleteRun(items.remove(i).runId());
      }
      store.commit(delete.build());
      assertThat(store.batchItems(BATCH, -1, MANY)).isEqualTo(items);
    }
    assertThat(count("batch_part")).isZero();
    assertThat(store.batch(BATCH)).isEmpty();
  }

  /** Leaves one row of each batch as it is. */
  private void damageAllBut(int firstIndex) throws SQLException {
    Connection connection = store.database().writing().connection;
    try (var statement = connection.createStatement()) {
      statement.execute("update batch_part set items = x'00' where first_idx <> " + firstIndex);
    }
    connection.commit();
  }

  @Test
  void aLookAtOneItemReadsNoRowButItsOwn() throws SQLException {
    int most = BatchItemTable.MOST;
    List<BatchItemRow> items = createInPieces(1, 1, most + 3, 1, most);
    int first = 2;
    int last = first + most - 1;
    damageAllBut(first);
    for (int index : new int[] {first, first + 7, last}) {
      assertThat(store.batchItems(BATCH, index - 1, 1)).containsExactly(items.get(index));
      assertThat(store.batchesOf(index + 1, 0, 9)).containsExactly(BATCH);
    }
    assertThat(store.batchItems(BATCH, first - 1, most)).hasSize(most);
    assertThatThrownBy(() -> store.batchItems(BATCH, first - 1, most + 1))
        .isInstanceOf(StoreException.class);
  }
}
