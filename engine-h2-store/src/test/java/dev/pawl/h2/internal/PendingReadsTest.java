package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static dev.pawl.fixtures.Rows.attempt;
import static dev.pawl.fixtures.Rows.binding;
import static dev.pawl.fixtures.Rows.ended;
import static dev.pawl.fixtures.Rows.item;
import static dev.pawl.fixtures.Rows.journal;
import static dev.pawl.fixtures.Rows.key;
import static dev.pawl.fixtures.Rows.run;
import static dev.pawl.h2.internal.JournaledStores.BOOT;
import static dev.pawl.h2.internal.JournaledStores.LAZY;
import static dev.pawl.h2.internal.JournaledStores.NEXT_BOOT;
import static dev.pawl.h2.internal.JournaledStores.applied;
import static dev.pawl.h2.internal.JournaledStores.killed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.spi.BatchCounts;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunInput;
import dev.pawl.spi.RunStore;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a read is about: it sees what is pending, and what is looked up waits for nothing. */
class PendingReadsTest {
  private static final LabelRow LABELS = new LabelRow(1, List.of("now"), "{}");

  @TempDir Path temp;
  private H2RunStore store;

  @BeforeEach
  void open() {
    store = JournaledStores.open(temp.resolve("store"), RedoMode.WRITTEN, LAZY, BOOT);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void commit(ChangesBuilder changes) {
    store.commit(changes.build());
  }

  /** Commits, and lets the database have it. */
  private void apply(ChangesBuilder changes) {
    commit(changes);
    assertThat(store.state()).isNotNull();
  }

  /** Made again from the whole journal. */
  private H2RunStore replayed() throws Exception {
    Path image = killed(temp.resolve("store"), temp.resolve("image"));
    return JournaledStores.open(image, RedoMode.WRITTEN, LAZY, NEXT_BOOT);
  }

  private static BatchRow stream(long id, BatchRow.State state) {
    long closedAt = state == BatchRow.State.OPEN ? Micros.NONE : 30;
    return new BatchRow(id, 0, 1, 5, state, closedAt, 9, "key of the batch", null);
  }

  @Test
  void pendingLabelsAreFoundAndReplayed() throws Exception {
    apply(changes().create(run(1)));
    commit(changes().labels(LABELS));
    assertThat(store.labels(1)).contains(LABELS);
    assertThat(applied(store)).as("looked up, not waited for").isEqualTo(1);
    try (H2RunStore replayed = replayed()) {
      assertThat(replayed.labels(1)).contains(LABELS);
    }
    assertThat(store.run(1).orElseThrow().tags()).containsExactly("now");
    assertThat(applied(store)).isEqualTo(2);
    assertThat(store.labels(1)).contains(LABELS);
    assertThat(store.runs(RunFilter.ALL, 9, 9).getFirst().labels()).isEqualTo(LABELS);
  }

  @Test
  void keysAreFoundByWhatTheyNameWhereverTheyAre() {
    apply(changes().create(run(1)).create(run(2)).bind(binding("a", 1)).bind(binding("b", 1)));
    commit(changes().bind(binding("a", 2)).bind(binding("c", 1)));
    assertThat(store.bindings(1)).containsExactlyInAnyOrder(binding("b", 1), binding("c", 1));
    assertThat(store.bindings(2)).containsExactly(binding("a", 2));
    commit(changes().unbind(key("task", "b")).unbind(key("task", "c")));
    assertThat(store.bindings(1)).isEmpty();
    commit(changes().bind(binding("c", 2)));
    assertThat(store.bindings(2)).containsExactlyInAnyOrder(binding("a", 2), binding("c", 2));
    assertThat(store.binding(key("task", "b"))).isEmpty();
    assertThat(applied(store)).isEqualTo(1);
    assertThat(store.state()).isNotNull();
    assertThat(store.bindings(2)).containsExactlyInAnyOrder(binding("a", 2), binding("c", 2));
    assertThat(store.bindings(1)).isEmpty();
  }

  @Test
  void whatABodyBeginsWithIsLookedUpWhateverElseIsPendingOfItsRun() {
    apply(changes().create(run(1)));
    commit(changes().create(run(2)).move(Rows.live(run(1), RunStatus.EXECUTING)));
    assertThat(store.inputs(List.of(1L, 2L)))
        .containsExactlyInAnyOrder(RunInput.of(run(1)), RunInput.of(run(2)));
    assertThat(store.runRow(1)).contains(run(1));
    assertThat(applied(store)).as("looked up, not waited for").isEqualTo(1);
  }

  /** Otherwise the thread that commits and the database would take turns. */
  @Test
  void retentionGoesOnWhileItsDeletionsArePending() {
    ChangesBuilder many = changes().batch(new BatchRow(50, 0, 9, 0));
    for (int id = 1; id <= 9; id++) {
      many.create(run(id), endedAt(id, id * 10L)).batchItem(item(50, id, id));
      many.bind(binding("key " + id, id)).journal(journal(id, 0, 0));
    }
    apply(many.bind(binding("of the batch", 50)));
    commit(changes().create(run(10), endedAt(10, 100)).create(run(11)));
    for (long id = 1; id <= 6; id++) {
      assertThat(store.ended(RunStatus.COMPLETED, EndedRow.FIRST, 2))
          .extracting(EndedRow::id)
          .containsExactly(id, id + 1);
      assertThat(store.bindings(id)).hasSize(1);
      assertThat(store.namedBy(200, 0, 2)).containsExactly(id, id + 1);
      assertThat(store.batchesOf(id, 0, 2)).containsExactly(50L);
      commit(changes().deleteRun(id).create(run(20 + id)).bind(binding("key " + id, 20 + id)));
      assertThat(store.binding(key("task", "key " + id))).contains(binding("key " + id, 20 + id));
    }
    assertThat(applied(store)).as("nothing was waited for").isEqualTo(1);
    assertThat(store.ended(RunStatus.COMPLETED, EndedRow.FIRST, 9))
        .as("what is pending belongs there")
        .extracting(EndedRow::id)
        .containsExactly(7L, 8L, 9L, 10L);
    assertThat(store.binding(key("task", "key 1"))).contains(binding("key 1", 21));
  }

  private static ResultRow endedAt(long id, long micros) {
    ResultRow row = ended(id, RunStatus.COMPLETED);
    return new ResultRow(
        id, row.status(), 1, micros, micros, micros, micros, row.output(), row.error());
  }

  /** The last run of a batch takes it along; until then nobody can tell whether it is there. */
  @Test
  void aBatchThatLosesItsRunsIsWaitedFor() {
    twoRunsInABatch();
    assertThat(store.batch(50)).as("gone with the only run").isEmpty();
    assertThat(applied(store)).isEqualTo(2);
  }

  /** What is pending of a batch would be found though the batch goes with its last run. */
  @Test
  void aBatchThatGoesWithItsLastRunIsDeletedOnceNothingOfItIsPending() throws Exception {
    apply(
        changes()
            .create(run(1), ended(1, RunStatus.COMPLETED))
            .batch(stream(50, BatchRow.State.OPEN))
            .batchItem(item(50, 0, 1)));
    commit(
        changes().updateBatch(stream(50, BatchRow.State.SEALED)).bind(binding("of the batch", 50)));
    commit(changes().deleteRun(1));
    assertThat(store.binding(key("task", "of the batch"))).isEmpty();
    assertThat(store.bindings(50)).isEmpty();
    assertRefused(changes().unbind(key("task", "of the batch")));
    assertRefused(changes().updateBatch(stream(50, BatchRow.State.ABORTED)));
    try (H2RunStore replayed = replayed()) {
      assertThat(replayed.batch(50)).isEmpty();
    }
  }

  /** A run that is known to be live is not looked up; until it is live no more. */
  @Test
  void aRunThatWasLiveAMomentAgoIsNotTakenForLive() {
    apply(changes().create(run(1)).create(run(2)));
    assertThat(store.liveRows(List.of(1L, 2L))).hasSize(2);
    commit(changes().end(ended(1, RunStatus.COMPLETED)));
    assertRefused(changes().move(Rows.live(run(1), RunStatus.EXECUTING)));
    commit(changes().end(ended(2, RunStatus.COMPLETED)));
    assertThat(store.state()).isNotNull(); // both are in the database
    assertRefused(changes().move(Rows.live(run(1), RunStatus.EXECUTING)));
    assertRefused(changes().end(ended(2, RunStatus.COMPLETED)));
  }

  /** An item that follows the others is not looked up; one that does not is. */
  @Test
  void anItemThatABatchHasIsNotAddedAgain() {
    apply(
        changes()
            .create(run(1))
            .create(run(2))
            .batch(stream(50, BatchRow.State.OPEN))
            .batchItem(item(50, 0, 1)));
    commit(changes().batchItem(item(50, 1, 2)));
    assertRefused(changes().batchItem(item(50, 1, 2)));
    assertRefused(changes().batchItem(item(50, 0, 1)));
    apply(changes().batchItem(item(50, 2, 2)));
    assertRefused(changes().batchItem(item(50, 2, 2)));
    apply(changes().batchItem(item(50, 3, 2)).updateBatch(stream(50, BatchRow.State.SEALED)));
    assertRefused(changes().batchItem(item(50, 3, 2)));
  }

  private void twoRunsInABatch() {
    apply(
        changes()
            .create(run(1), ended(1, RunStatus.COMPLETED))
            .create(run(2), ended(2, RunStatus.COMPLETED))
            .create(run(3))
            .batch(new BatchRow(50, 0, 1, 0))
            .batchItem(item(50, 0, 1))
            .batch(new BatchRow(51, 0, 0, 0))
            .attempt(attempt(1, 1))
            .journal(journal(1, 0, 0))
            .labels(LABELS)
            .bind(binding("run", 1))
            .bind(binding("batch", 50))
            .bind(binding("empty", 51)));
    commit(changes().deleteRun(1).deleteBatch(51));
    assertThat(applied(store)).isEqualTo(1);
  }

  @Test
  void whatIsAboutToBeDeletedIsGoneForLookUps() {
    twoRunsInABatch();
    assertThat(store.result(1)).isEmpty();
    assertThat(store.runRow(1)).isEmpty();
    assertThat(store.inputs(List.of(1L))).isEmpty();
    assertThat(store.labels(1)).isEmpty();
    assertThat(store.result(2)).isPresent();
    assertThat(store.runRow(2)).isPresent();
    assertThat(store.binding(key("task", "unknown"))).isEmpty();
    assertThat(applied(store)).as("looked up, not waited for").isEqualTo(1);
  }

  /** Each alone, because the first that waits brings everything into the database. */
  @Test
  void whatIsAboutToBeDeletedIsGoneForEveryRead() {
    List<Runnable> reads =
        List.of(
            () -> assertThat(store.run(1)).isEmpty(),
            () -> assertThat(store.attempts(1)).isEmpty(),
            () -> assertThat(store.journal(1, 0)).isEmpty(),
            () -> assertThat(store.bindings(1)).isEmpty(),
            () -> assertThat(store.bindings(50)).isEmpty(),
            () -> assertThat(store.binding(key("task", "run"))).isEmpty(),
            () -> assertThat(store.binding(key("task", "batch"))).isEmpty(),
            () -> assertThat(store.binding(key("task", "empty"))).isEmpty(),
            () -> assertThat(store.batch(50)).isEmpty(),
            () -> assertThat(store.batch(51)).isEmpty(),
            () -> assertThat(store.batchItems(50, -1, 9)).isEmpty(),
            () -> assertThat(store.batchCounts(50)).isEqualTo(BatchCounts.NONE),
            () -> assertThat(store.batchesOf(1, 0, 9)).isEmpty(),
            () -> assertThat(store.namedBy(200, 0, 9)).isEmpty(),
            () -> assertThat(store.emptyBatches(EndedRow.FIRST, 9)).isEmpty(),
            () -> assertThat(store.count(RunFilter.ALL)).isEqualTo(2),
            () ->
                assertThat(store.ended(RunStatus.COMPLETED, EndedRow.FIRST, 9))
                    .extracting(EndedRow::id)
                    .containsExactly(2L),
            () ->
                assertThat(store.runs(RunFilter.ALL, Long.MAX_VALUE, 9))
                    .extracting(stored -> stored.run().id())
                    .containsExactly(3L, 2L));
    for (int i = 0; i < reads.size(); i++) {
      twoRunsInABatch();
      reads.get(i).run();
      store.close();
      store = JournaledStores.open(temp.resolve("store" + i), RedoMode.WRITTEN, LAZY, BOOT);
    }
  }

  @Test
  void whatRestsOnSomethingThatIsAboutToBeDeletedIsRefused() {
    twoRunsInABatch();
    assertRefused(changes().deleteRun(1));
    assertRefused(changes().deleteBatch(51));
    assertRefused(changes().update(run(1)));
    assertRefused(changes().updateBatch(stream(50, BatchRow.State.SEALED)));
    twice(changes().unbind(key("task", "run")));
    twice(changes().unbind(key("task", "batch")));
  }

  private void assertRefused(ChangesBuilder changes) {
    assertThatThrownBy(() -> commit(changes)).isInstanceOf(IllegalStateException.class);
  }

  private void twice(ChangesBuilder changes) {
    assertRefused(changes);
    assertRefused(changes);
  }

  @Test
  void anIdIsFreeOnceItsRunIsAboutToBeDeleted() throws Exception {
    twoRunsInABatch();
    commit(changes().create(run(1)).attempt(attempt(1, 1)).bind(binding("run", 1)));
    commit(changes().batch(new BatchRow(50, 0, 1, 7)).batchItem(item(50, 0, 1)));
    try (H2RunStore replayed = replayed()) {
      assertThat(replayed.live(0, 9)).hasSize(2);
      assertThat(replayed.result(1)).isEmpty();
      assertThat(replayed.labels(1)).isEmpty();
      assertThat(replayed.binding(key("task", "run"))).isPresent();
    }
    assertThat(store.runRow(1)).isPresent();
    assertThat(store.batch(50).orElseThrow().createdAtMicros()).isEqualTo(7);
  }

  @Test
  void hooksAreOwedAfterAReplayUntilTheyArePaid() throws Exception {
    apply(changes().create(run(1)).create(run(2)).create(run(3)));
    commit(
        changes()
            .end(ended(1, RunStatus.FAILED))
            .end(ended(2, RunStatus.FAILED))
            .end(ended(3, RunStatus.FAILED))
            .oweHooks(1)
            .oweHooks(2));
    commit(changes().payHooks(1));
    assertRefused(changes().payHooks(1));
    assertRefused(changes().payHooks(3));
    try (H2RunStore replayed = replayed()) {
      assertThat(replayed.hooksOwed(0, 9)).containsExactly(2L);
      replayed.commit(changes().payHooks(2).build());
      replayed.commit(changes().deleteRun(2).build());
      assertThat(replayed.hooksOwed(0, 9)).isEmpty();
    }
    assertThat(applied(store)).isEqualTo(1);
    assertThat(store.hooksOwed(0, 9)).containsExactly(2L);
  }

  /** Compared with a store that has no journal, by one read after each commit. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyReadSeesEveryCommit(long seed) {
    Random random = new Random(seed);
    RandomGroups groups = new RandomGroups();
    try (RunStore direct = H2Store.inMemory().open()) {
      for (long seq = 1; seq <= 250; seq++) {
        Changes group = groups.next(seq, random);
        direct.commit(group);
        store.commit(group);
        for (int i = 0; i < 3; i++) {
          Function<RunStore, Object> read = anyRead(groups, random);
          assertThat(read.apply(store)).isEqualTo(read.apply(direct));
        }
      }
    }
  }

  /** Most are of kinds that need not wait, so that much is pending when one of the others comes. */
  private static Function<RunStore, Object> anyRead(RandomGroups groups, Random random) {
    long id = 1 + random.nextLong(groups.lastId());
    long batch = 1_000_000 + 1 + random.nextLong(groups.lastId());
    BindingRow.Key key = key("task", "key " + random.nextInt(RandomGroups.KEYS));
    EndedRow after = new EndedRow(Rows.START + random.nextLong(250), random.nextLong(3) * id);
    int limit = 1 + random.nextInt(4);
    return switch (random.nextInt(46)) {
      case 0 -> reading -> reading.run(id);
      case 1 -> reading -> reading.attempts(id);
      case 2 -> reading -> reading.journal(id, 0);
      case 3 -> reading -> reading.batch(batch);
      case 4 -> reading -> reading.batchItems(batch, -1, 9);
      case 5 -> reading -> reading.batchCounts(batch);
      case 6 -> reading -> reading.batchesOf(id, 0, 9);
      case 7 -> reading -> reading.namedBy(200 + id % 3, 0, 99);
      case 8 -> reading -> reading.ended(RunStatus.FAILED, EndedRow.FIRST, 99);
      case 9 -> reading -> reading.emptyBatches(EndedRow.FIRST, 99);
      case 10 -> reading -> reading.hooksOwed(0, 99);
      case 11 -> reading -> reading.openBatches();
      case 12 -> reading -> reading.count(RunFilter.ALL);
      case 13 -> reading -> reading.live(0, 999);
      case 14, 15, 16, 17 -> reading -> Set.copyOf(reading.bindings(id));
      case 18, 19 -> reading -> Set.copyOf(reading.bindings(batch));
      case 20, 21, 22, 23, 24, 25 -> reading -> reading.binding(key);
      case 26, 27, 28, 29 -> reading -> reading.labels(id);
      case 30, 31, 32, 33, 34 -> reading -> reading.result(id);
      case 35, 36 -> reading -> reading.ended(RunStatus.FAILED, after, limit);
      case 37, 38 -> reading -> reading.ended(RunStatus.COMPLETED, after, limit);
      case 39 -> reading -> unnamedAreNamedByNobody(reading, id);
      default -> reading -> reading.runRow(id);
    };
  }

  private static boolean unnamedAreNamedByNobody(RunStore reading, long last) {
    return reading
        .unnamed(LongStream.rangeClosed(Math.max(1, last - 5), last).boxed().toList())
        .stream()
        .allMatch(
            id ->
                reading.bindings(id).isEmpty()
                    && reading.namedBy(id, 0, 1).isEmpty()
                    && reading.batchesOf(id, 0, 1).isEmpty());
  }

  @Test
  void pendingBatchesAreSeenGrowingAndClosed() throws Exception {
    apply(changes().create(run(1)));
    commit(changes().batch(stream(50, BatchRow.State.OPEN)).batchItem(item(50, 0, 1)));
    assertThat(store.openBatches()).containsExactly(stream(50, BatchRow.State.OPEN));
    commit(
        changes()
            .create(run(2), ended(2, RunStatus.COMPLETED))
            .updateBatch(stream(50, BatchRow.State.ABORTED))
            .batchItem(item(50, 1, 2)));
    try (H2RunStore replayed = replayed()) {
      assertThat(replayed.openBatches()).isEmpty();
      assertThat(replayed.batch(50)).contains(stream(50, BatchRow.State.ABORTED));
    }
    BatchCounts counts = store.batchCounts(50);
    assertThat(counts.items()).isEqualTo(2);
    assertThat(counts.succeeded()).isEqualTo(1);
    commit(changes().end(ended(1, RunStatus.FAILED)));
    assertThat(store.batchCounts(50).failed()).isEqualTo(1);
    commit(changes().journal(journal(1, 0, 0)));
    assertThat(store.namedBy(200, 0, 9)).containsExactly(1L);
    commit(changes().batch(new BatchRow(60, 0, 1, 0)).batchItem(item(60, 0, 2)));
    assertThat(store.batchesOf(2, 0, 9)).containsExactly(50L, 60L);
    BindingRow row = binding("of 60", 60);
    commit(changes().bind(row));
    assertThat(store.bindings(60)).containsExactly(row);
  }

  @Test
  void whateverFailsOnceAGroupIsInTheJournalItIsNotAppendedAgain() {
    Changes plain = changes().create(run(1)).build();
    Changes changes =
        new Changes(
            plain.runs(),
            plain.runUpdates(),
            new ExhaustingRows(plain.liveInserts()),
            plain.liveUpdates(),
            plain.liveDeletes(),
            plain.results(),
            plain.attempts(),
            plain.journal(),
            plain.batches(),
            plain.batchItems(),
            plain.bindings(),
            plain.unboundKeys(),
            plain.queues(),
            plain.labels(),
            plain.hooksOwed(),
            plain.hooksPaid(),
            plain.batchUpdates(),
            plain.state(),
            plain.runDeletes(),
            plain.batchDeletes());
    assertThatThrownBy(() -> store.commit(changes)).isInstanceOf(OutOfMemoryError.class);
    commit(changes().create(run(2)));
    assertThat(store.live(0, 9)).hasSize(2);
    assertThat(applied(store)).isEqualTo(2);
  }

  /** Rows of which whoever reads them once they are pending finds the heap exhausted, once. */
  private final class ExhaustingRows extends AbstractList<LiveRow> {
    private final List<LiveRow> rows;
    private boolean failed;

    ExhaustingRows(List<LiveRow> rows) {
      this.rows = rows;
    }

    @Override
    public void forEach(Consumer<? super LiveRow> action) {
      if (!failed && store.runRow(rows.getFirst().id()).isPresent()) {
        failed = true;
        throw new OutOfMemoryError("on purpose");
      }
      rows.forEach(action);
    }

    @Override
    public LiveRow get(int index) {
      return rows.get(index);
    }

    @Override
    public int size() {
      return rows.size();
    }
  }
}
