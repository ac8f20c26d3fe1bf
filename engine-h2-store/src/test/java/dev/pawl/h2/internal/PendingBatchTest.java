package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.fixtures.StoredState;
import dev.pawl.h2.H2Store;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredValue;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What groups come to when they are merged is what they come to one by one. */
class PendingBatchTest {
  private static final int GROUPS = 120;
  private static final int KEYS = 6;

  private final List<Long> live = new ArrayList<>();
  private final Map<BindingRow.Key, Long> bound = new HashMap<>();

  /** Runs that ended with an earlier group and are not deleted. */
  private final List<Long> ended = new ArrayList<>();

  private final Set<Long> owed = new TreeSet<>();
  private final Set<Long> deleted = new HashSet<>();
  private final List<Long> batches = new ArrayList<>();
  private final List<Long> emptyBatches = new ArrayList<>();

  /** Batches that lack items, and the run that stands in each. */
  private final Map<Long, Long> open = new LinkedHashMap<>();

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
          assertSame(merged, oneByOne);
        }
      }
      assertThat(deleted).hasSizeGreaterThan(10);
    }
  }

  private void assertSame(RunStore merged, RunStore oneByOne) {
    assertThat(merged.queues()).containsExactlyInAnyOrderElementsOf(oneByOne.queues());
    for (int key = 0; key < KEYS; key++) {
      BindingRow.Key name = Rows.key("task", "key " + key);
      assertThat(merged.binding(name)).isEqualTo(oneByOne.binding(name));
      assertThat(merged.binding(name).isPresent()).isEqualTo(bound.containsKey(name));
    }
    for (long id = 1; id <= lastId; id++) {
      assertThat(merged.labels(id)).isEqualTo(oneByOne.labels(id));
      assertThat(merged.namedBy(id, 0, 100)).isEqualTo(oneByOne.namedBy(id, 0, 100));
      assertThat(merged.batchesOf(id, 0, 100)).isEqualTo(oneByOne.batchesOf(id, 0, 100));
    }
    for (long id : batches) {
      assertThat(merged.batch(id)).isEqualTo(oneByOne.batch(id));
      assertThat(merged.batchItems(id, -1, 9)).isEqualTo(oneByOne.batchItems(id, -1, 9));
    }
    assertThat(merged.openBatches()).isEqualTo(oneByOne.openBatches()).hasSize(open.size());
    assertThat(merged.hooksOwed(0, 999)).isEqualTo(oneByOne.hooksOwed(0, 999));
    assertThat(merged.hooksOwed(0, 999)).containsExactlyElementsOf(owed);
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

  private Changes group(long seq, Random random) {
    ChangesBuilder changes = changes();
    Set<Long> touched = new HashSet<>();
    List<Long> endedBefore = List.copyOf(ended);
    for (int i = random.nextInt(3); i >= 0; i--) {
      long id = ++lastId;
      touched.add(id);
      if (random.nextInt(5) == 0) {
        changes.create(Rows.run(id), Rows.ended(id, RunStatus.COMPLETED));
        ended.add(id);
      } else {
        changes.create(Rows.run(id));
        live.add(id);
      }
    }
    for (Long id : List.copyOf(live)) {
      if (touched.contains(id)) {
        continue;
      }
      switch (random.nextInt(7)) {
        case 0 -> {
          changes.end(Rows.ended(id, RunStatus.FAILED));
          live.remove(id);
          ended.add(id);
          if (random.nextBoolean()) {
            changes.oweHooks(id);
            owed.add(id);
          }
        }
        case 1 -> changes.move(Rows.live(Rows.run(id), RunStatus.EXECUTING));
        case 2 ->
            changes.update(
                Rows.newRun(id).payload(StoredValue.of(new byte[] {(byte) seq})).build());
        case 3 -> changes.attempt(Rows.attempt(id, ++lastAttempt));
        case 4 -> changes.journal(Rows.journal(id, random.nextInt(3), random.nextInt(2)));
        case 5 -> changes.labels(new LabelRow(id, List.of("tag " + seq), null));
        default -> {}
      }
    }
    batches(seq, changes, random);
    deletions(endedBefore, touched, changes, random);
    keys(changes, random);
    if (random.nextInt(4) == 0) {
      changes.queue(QueueRow.of("queue " + random.nextInt(3)).withLimitOverride((int) seq));
    }
    return changes.state(new StoreState(1, seq, lastId)).build();
  }

  private void batches(long seq, ChangesBuilder changes, Random random) {
    long id = 1_000_000 + seq;
    switch (random.nextInt(8)) {
      case 0 -> {
        changes.batch(new BatchRow(id, 0, 1, seq)).batchItem(Rows.item(id, 0, lastId));
        batches.add(id);
      }
      case 1 -> {
        changes.batch(batch(id, BatchRow.State.OPEN)).batchItem(Rows.item(id, 0, lastId));
        batches.add(id);
        open.put(id, lastId);
      }
      case 2 -> {
        changes.batch(new BatchRow(id, 0, 0, seq));
        batches.add(id);
        emptyBatches.add(id);
      }
      case 3, 4 -> {
        if (!open.isEmpty()) {
          long closed = open.keySet().iterator().next();
          open.remove(closed);
          changes.updateBatch(batch(closed, BatchRow.State.SEALED));
        }
      }
      default -> {}
    }
  }

  private static BatchRow batch(long id, BatchRow.State state) {
    long closedAt = state == BatchRow.State.OPEN ? Micros.NONE : 7;
    return new BatchRow(id, 0, 1, 5, state, closedAt, 9, null, null);
  }

  private void deletions(
      List<Long> endedBefore, Set<Long> touched, ChangesBuilder changes, Random random) {
    for (long id : List.copyOf(owed)) {
      if (endedBefore.contains(id) && random.nextInt(3) == 0) {
        changes.payHooks(id);
        owed.remove(id);
      }
    }
    for (long id : endedBefore) {
      boolean free = !owed.contains(id) && !open.containsValue(id) && !touched.contains(id);
      if (free && random.nextInt(8) == 0) {
        changes.deleteRun(id);
        ended.remove(id);
        deleted.add(id);
        bound.values().removeIf(named -> named == id);
      }
    }
    if (emptyBatches.size() > 1 && random.nextInt(4) == 0) {
      changes.deleteBatch(emptyBatches.removeFirst());
    }
  }

  private void keys(ChangesBuilder changes, Random random) {
    for (int key = 0; key < KEYS; key++) {
      long id = 1 + random.nextLong(lastId);
      BindingRow row = Rows.binding("key " + key, id);
      int what = random.nextInt(6);
      if (what == 0 && bound.remove(row.key()) != null) {
        changes.unbind(row.key());
      } else if (what == 1 && !deleted.contains(id)) {
        changes.bind(row);
        bound.put(row.key(), id);
      }
    }
  }

  /** Nobody else could find the first: no row that was ever written has it. */
  @Test
  void aLargeValueThatIsReplacedAmongTheGroupsIsGivenUp() {
    PendingBatch batch = new PendingBatch();
    StoredValue first = StoredValue.large(1, 9, 9);
    StoredValue second = StoredValue.large(2, 9, 9);
    batch.add(1, changes().create(Rows.newRun(1).payload(first).build()).build(), 1);
    batch.add(2, changes().update(Rows.newRun(1).payload(first).build()).build(), 1);
    assertThat(batch.givenUp()).isEmpty();
    batch.add(3, changes().update(Rows.newRun(1).payload(second).build()).build(), 1);
    assertThat(batch.givenUp()).containsExactly(1L);
    assertThat(batch.takes(2)).isTrue();
    assertThat(batch.changes().runs()).extracting(RunRow::payload).containsExactly(second);
  }

  @Test
  void hooksThatAreOwedAndPaidAmongTheGroupsCostNothing() {
    PendingBatch batch = new PendingBatch();
    batch.add(1, changes().end(Rows.ended(1, RunStatus.FAILED)).oweHooks(1).build(), 1);
    assertThat(batch.owesHooks(1)).isTrue();
    batch.add(2, changes().payHooks(1).payHooks(2).build(), 1);
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
            .updateBatch(batch(10, BatchRow.State.SEALED))
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
