package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.Rows;
import dev.pawl.fixtures.StoredState;
import dev.pawl.h2.H2Store;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredValue;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What groups come to when they are merged is what they come to one by one. */
class PendingBatchTest {
  private static final int GROUPS = 120;
  private final RandomGroups groups = new RandomGroups();

  @RepeatedTest(6)
  void mergedGroupsComeToTheSame(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    try (RunStore oneByOne = H2Store.inMemory().open();
        RunStore merged = H2Store.inMemory().open()) {
      PendingBatch batch = new PendingBatch();
      for (long seq = 1; seq <= GROUPS; seq++) {
        Changes group = groups.next(seq, random);
        oneByOne.commit(group);
        batch.add(seq, group, 1, Set.of());
        if (random.nextInt(12) == 0 || seq == GROUPS) {
          assertThat(batch.lastSeq()).isEqualTo(seq);
          apply((H2RunStore) merged, batch);
          batch = new PendingBatch();
          assertThat(StoredState.of(merged)).isEqualTo(StoredState.of(oneByOne));
          assertThat(merged.state()).isEqualTo(oneByOne.state());
          assertSame(merged, oneByOne);
        }
      }
      assertThat(groups.deleted()).hasSizeGreaterThan(10);
    }
  }

  private void assertSame(RunStore merged, RunStore oneByOne) {
    assertThat(merged.queues()).containsExactlyInAnyOrderElementsOf(oneByOne.queues());
    for (int key = 0; key < RandomGroups.KEYS; key++) {
      BindingRow.Key name = Rows.key("task", "key " + key);
      assertThat(merged.binding(name)).isEqualTo(oneByOne.binding(name));
      assertThat(merged.binding(name).isPresent()).isEqualTo(groups.isBound(name));
    }
    for (long id = 1; id <= groups.lastId(); id++) {
      assertThat(merged.labels(id)).isEqualTo(oneByOne.labels(id));
      assertThat(merged.namedBy(id, 0, 100)).isEqualTo(oneByOne.namedBy(id, 0, 100));
      assertThat(merged.batchesOf(id, 0, 100)).isEqualTo(oneByOne.batchesOf(id, 0, 100));
    }
    for (long id : groups.batches()) {
      assertThat(merged.batch(id)).isEqualTo(oneByOne.batch(id));
      assertThat(merged.batchItems(id, -1, 9)).isEqualTo(oneByOne.batchItems(id, -1, 9));
    }
    assertThat(merged.openBatches())
        .isEqualTo(oneByOne.openBatches())
        .hasSize(groups.openBatches());
    assertThat(merged.hooksOwed(0, 999)).isEqualTo(oneByOne.hooksOwed(0, 999));
    assertThat(merged.hooksOwed(0, 999)).containsExactlyElementsOf(groups.owed());
    assertThat(merged.emptyBatches(EndedRow.FIRST, 999))
        .isEqualTo(oneByOne.emptyBatches(EndedRow.FIRST, 999));
    for (RunStatus status : RunStatus.values()) {
      assertThat(merged.ended(status, EndedRow.FIRST, 999))
          .isEqualTo(oneByOne.ended(status, EndedRow.FIRST, 999));
    }
  }

  /** Past the check of promises: a key may be bound and freed among merged groups. */
  private static void apply(H2RunStore store, PendingBatch batch) {
    try {
      Database.Writing writing = store.database().writing();
      Tables.write(writing.statements, batch.changes(), batch.lastSeq(), new ArrayList<>());
      writing.connection.commit();
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Nobody else could find the first: no row that was ever written has it. */
  @Test
  void aLargeValueThatIsReplacedAmongTheGroupsIsGivenUp() {
    PendingBatch batch = new PendingBatch();
    StoredValue first = StoredValue.large(1, 9, 9);
    StoredValue second = StoredValue.large(2, 9, 9);
    batch.add(1, changes().create(Rows.newRun(1).payload(first).build()).build(), 1, Set.of());
    batch.add(2, changes().update(Rows.newRun(1).payload(first).build()).build(), 1, Set.of());
    assertThat(batch.givenUp()).isEmpty();
    batch.add(3, changes().update(Rows.newRun(1).payload(second).build()).build(), 1, Set.of());
    assertThat(batch.givenUp()).containsExactly(1L);
    assertThat(batch.takes(2)).isTrue();
    assertThat(batch.changes().runs()).extracting(RunRow::payload).containsExactly(second);
  }

  /** H2 keeps such a row until the end of the transaction, which is to stay small. */
  @Test
  void anEndThatMovesARowCountsTowardsWhatIsAppliedTogether() {
    PendingBatch batch = new PendingBatch();
    batch.add(1, changes().create(Rows.run(1)).build(), 10, Set.of());
    batch.add(2, changes().end(Rows.ended(1, RunStatus.FAILED)).build(), 20, Set.of());
    assertThat(batch.bytes()).as("its row was never written").isEqualTo(30);
    batch.add(3, changes().move(Rows.live(Rows.run(2), RunStatus.EXECUTING)).build(), 40, Set.of());
    assertThat(batch.bytes()).isEqualTo(70);
    batch.add(4, changes().end(Rows.ended(2, RunStatus.FAILED)).build(), 50, Set.of());
    assertThat(batch.bytes()).isEqualTo(120 + PendingBatch.END_BYTES);
    batch = new PendingBatch(batch);
    batch.add(5, changes().end(Rows.ended(3, RunStatus.FAILED)).build(), 60, Set.of());
    assertThat(batch.bytes()).isEqualTo(60 + PendingBatch.END_BYTES);
  }

  @Test
  void hooksThatAreOwedAndPaidAmongTheGroupsCostNothing() {
    PendingBatch batch = new PendingBatch();
    batch.add(1, changes().end(Rows.ended(1, RunStatus.FAILED)).oweHooks(1).build(), 1, Set.of());
    assertThat(batch.owesHooks(1)).isTrue();
    batch.add(2, changes().payHooks(1).payHooks(2).build(), 1, Set.of());
    assertThat(batch.owesHooks(1)).isNull();
    assertThat(batch.owesHooks(2)).isFalse();
    assertThat(batch.changes().hooksOwed()).isEmpty();
    assertThat(batch.changes().hooksPaid()).containsExactly(2L);
  }

  /** A list that is added to changes one day must be merged too. */
  @Test
  void noListIsForgotten() throws Exception {
    Changes all =
        changes()
            .create(Rows.run(1))
            .update(Rows.run(2))
            .move(Rows.live(Rows.run(3), RunStatus.EXECUTING))
            .end(Rows.ended(4, RunStatus.FAILED))
            .attempt(Rows.attempt(3, 1))
            .journal(Rows.journal(3, 0, 0))
            .batch(new BatchRow(9, 0, 1, 0))
            .updateBatch(RandomGroups.batch(10, BatchRow.State.SEALED))
            .batchItem(Rows.item(9, 0, 1))
            .bind(Rows.binding("bound", 1))
            .unbind(Rows.key("task", "freed"))
            .queue(QueueRow.of("q"))
            .labels(new LabelRow(3, List.of("tag"), "{}"))
            .oweHooks(4)
            .payHooks(5)
            .deleteRun(6)
            .deleteBatch(11)
            .state(new StoreState(1, 2, 3))
            .build();
    PendingBatch batch = new PendingBatch();
    batch.add(1, all, 1, Set.of());
    Changes merged = batch.changes();
    for (RecordComponent list : Changes.class.getRecordComponents()) {
      Object before = list.getAccessor().invoke(all);
      assertThat(before).as("%s is missing in this test", list.getName()).isNotNull();
      assertThat(!(before instanceof Collection<?> rows) || !rows.isEmpty())
          .as("%s is missing in this test", list.getName())
          .isTrue();
      assertThat(list.getAccessor().invoke(merged)).as(list.getName()).isEqualTo(before);
    }
  }
}
