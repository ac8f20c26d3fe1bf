package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.fixtures.StoredState;
import dev.pawl.h2.H2Store;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredValue;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What groups come to when they are merged is what they come to one by one. */
class PendingBatchTest {
  private static final int GROUPS = 120;
  private static final int KEYS = 6;

  private final List<Long> live = new ArrayList<>();
  private final Set<BindingRow.Key> bound = new HashSet<>();
  private long lastId;
  private int lastAttempt;

  @RepeatedTest(6)
  void mergedGroupsComeToTheSame(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    try (RunStore oneByOne = H2Store.inMemory().open();
        RunStore merged = H2Store.inMemory().open()) {
      PendingBatch batch = new PendingBatch();
      for (long seq = 1; seq <= GROUPS; seq++) {
        Changes group = group(seq, random);
        oneByOne.commit(group);
        batch.add(seq, group, 1);
        if (random.nextInt(12) == 0 || seq == GROUPS) {
          assertThat(batch.lastSeq()).isEqualTo(seq);
          apply((H2RunStore) merged, batch);
          batch = new PendingBatch();
          assertThat(StoredState.of(merged)).isEqualTo(StoredState.of(oneByOne));
          assertThat(merged.state()).isEqualTo(oneByOne.state());
          assertThat(merged.queues()).containsExactlyInAnyOrderElementsOf(oneByOne.queues());
          for (int key = 0; key < KEYS; key++) {
            BindingRow.Key name = Rows.key("task", "key " + key);
            assertThat(merged.binding(name)).isEqualTo(oneByOne.binding(name));
          }
        }
      }
    }
  }

  /** Past the check of promises: a key may be bound and freed among merged groups. */
  private static void apply(H2RunStore store, PendingBatch batch) {
    try {
      Database.Writing writing = store.database().writing();
      Tables.write(writing.statements, batch.changes(), batch.lastSeq());
      writing.connection.commit();
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  private Changes group(long seq, Random random) {
    ChangesBuilder changes = changes();
    Set<Long> touched = new HashSet<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      long id = ++lastId;
      touched.add(id);
      if (random.nextInt(5) == 0) {
        changes.create(Rows.run(id), Rows.ended(id, RunStatus.COMPLETED));
      } else {
        changes.create(Rows.run(id));
        live.add(id);
      }
    }
    for (Long id : List.copyOf(live)) {
      if (touched.contains(id)) {
        continue;
      }
      switch (random.nextInt(6)) {
        case 0 -> {
          changes.end(Rows.ended(id, RunStatus.FAILED));
          live.remove(id);
        }
        case 1 -> changes.move(Rows.live(Rows.run(id), RunStatus.EXECUTING));
        case 2 ->
            changes.update(
                Rows.newRun(id).payload(StoredValue.of(new byte[] {(byte) seq})).build());
        case 3 -> changes.attempt(Rows.attempt(id, ++lastAttempt));
        case 4 -> changes.journal(Rows.journal(id, random.nextInt(3), random.nextInt(2)));
        default -> {}
      }
    }
    keys(changes, random);
    if (random.nextInt(4) == 0) {
      changes
          .batch(new BatchRow(1_000_000 + seq, 0, 1, seq))
          .batchItem(new BatchItemRow(1_000_000 + seq, 0, lastId));
      changes.queue(new QueueRow("queue " + random.nextInt(3), (int) seq, 1, false));
    }
    return changes.state(new StoreState(1, seq, lastId)).build();
  }

  private void keys(ChangesBuilder changes, Random random) {
    for (int key = 0; key < KEYS; key++) {
      BindingRow row = Rows.binding("key " + key, 1 + random.nextLong(lastId));
      int what = random.nextInt(6);
      if (what == 0 && bound.remove(row.key())) {
        changes.unbind(row.key());
      } else if (what == 1) {
        changes.bind(row);
        bound.add(row.key());
      }
    }
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
            .batchItem(new BatchItemRow(9, 0, 1))
            .bind(Rows.binding("bound", 1))
            .unbind(Rows.key("task", "freed"))
            .queue(new QueueRow("q", 1, 1, false))
            .state(new StoreState(1, 2, 3))
            .build();
    PendingBatch batch = new PendingBatch();
    batch.add(1, all, 1);
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
