package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fixtures.FilterBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.fixtures.Seeds;
import dev.pawl.h2.H2Store;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoredRun;
import dev.pawl.testing.InMemoryStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Batches of any kind are in the database what they are in the store that keeps a row for each
 * item: written group by group, many groups at once, and replayed after a kill.
 */
class RandomBatchesTest {
  private static final int GROUPS = Integer.getInteger("pawl.groups", 30);

  @TempDir Path temp;

  static LongStream seeds() {
    return Seeds.upTo(Integer.getInteger("pawl.batches", 1));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void batchesAreWhatTheyAreWithARowForEachItem(long seed) throws Exception {
    Random random = new Random(seed);
    RandomBatches groups = new RandomBatches(random);
    Path folder = temp.resolve("store");
    RunStore merging = journaled(folder, 0);
    try (RunStore expected = new InMemoryStore().open();
        RunStore oneByOne = H2Store.inMemory().open()) {
      for (int i = 1; i <= GROUPS; i++) {
        Changes group = groups.next();
        expected.commit(group);
        oneByOne.commit(group);
        merging.commit(group);
        if (random.nextInt(4) == 0) {
          assertPages(expected, oneByOne, groups, random);
        }
        if (random.nextInt(6) == 0) {
          assertPages(expected, merging, groups, random);
        }
        if (random.nextInt(15) == 0 || i == GROUPS) {
          Path image = JournaledStores.killed(folder, temp.resolve("image " + i));
          merging.close();
          folder = image;
          merging = journaled(folder, i);
          assertSame(expected, merging, groups);
          assertSame(expected, oneByOne, groups);
        }
      }
    } finally {
      merging.close();
    }
    assertThat(groups.deleted()).isPositive();
  }

  private static RunStore journaled(Path folder, int life) {
    return JournaledStores.open(folder, RedoMode.WRITTEN, JournaledStores.LAZY, new UUID(7, life));
  }

  /** What is read on the way, page by page. */
  private static void assertPages(
      RunStore expected, RunStore store, RandomBatches groups, Random random) {
    for (long batch : some(groups.batches(), random)) {
      int after = random.nextInt(-1, 1_000);
      int limit = random.nextBoolean() ? 1 : random.nextInt(700);
      assertThat(store.batchItems(batch, after, limit))
          .as("batch %s after %s, %s", batch, after, limit)
          .isEqualTo(expected.batchItems(batch, after, limit));
      assertThat(store.batchCounts(batch)).isEqualTo(expected.batchCounts(batch));
    }
    long run = random.nextLong(1 + groups.lastId());
    assertThat(store.batchesOf(run, 0, 2)).isEqualTo(expected.batchesOf(run, 0, 2));
  }

  private static List<Long> some(List<Long> batches, Random random) {
    int from = batches.isEmpty() ? 0 : random.nextInt(batches.size());
    return batches.subList(from, Math.min(from + 3, batches.size()));
  }

  private static void assertSame(RunStore expected, RunStore store, RandomBatches groups) {
    TreeSet<Long> runs = new TreeSet<>();
    for (long batch : groups.batches()) {
      List<BatchItemRow> items = expected.batchItems(batch, -1, Integer.MAX_VALUE);
      items.forEach(item -> runs.add(item.runId()));
      assertThat(store.batchItems(batch, -1, Integer.MAX_VALUE)).isEqualTo(items);
      assertThat(store.batch(batch)).isEqualTo(expected.batch(batch));
      assertThat(store.batchCounts(batch)).isEqualTo(expected.batchCounts(batch));
      RunFilter filter = FilterBuilder.filter().batchId(batch).build();
      assertThat(store.count(filter)).isEqualTo(expected.count(filter));
      assertThat(ids(store.runs(filter, groups.lastId() / 2, 30)))
          .isEqualTo(ids(expected.runs(filter, groups.lastId() / 2, 30)));
    }
    for (long run : runs) {
      assertThat(store.batchesOf(run, 0, 9)).isEqualTo(expected.batchesOf(run, 0, 9));
    }
    List<Long> all = LongStream.rangeClosed(1, groups.lastId()).boxed().toList();
    assertThat(store.unnamed(all)).isSubsetOf(expected.unnamed(all));
    assertThat(store.openBatches()).isEqualTo(expected.openBatches());
    for (int key = 0; key < 5; key++) {
      BindingRow.Key name = Rows.key("task", "key " + key);
      assertThat(store.binding(name)).isEqualTo(expected.binding(name));
    }
  }

  private static List<Long> ids(List<StoredRun> runs) {
    return runs.stream().map(run -> run.run().id()).toList();
  }
}
