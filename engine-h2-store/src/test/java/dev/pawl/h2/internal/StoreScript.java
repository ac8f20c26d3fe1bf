package dev.pawl.h2.internal;

import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.h2.internal.redo.RecordingDisk;
import dev.pawl.spi.Changes;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoredValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/**
 * Lives of a whole store on a {@link RecordingDisk}: groups with large values, replaced and deleted
 * ones, with a journal whose files are small, and a database that is copied often. It is known what
 * the store holds after each group, from a store without a file, and which groups had begun and
 * which were acknowledged after each operation of the disk.
 */
final class StoreScript {
  /** Small, so that everything happens often. */
  static final RedoBounds SMALL =
      new RedoBounds(Duration.ofMillis(1), 3_000, 3_000, 1_000_000, 8_000, 1L << 40, 3);

  private static final int LARGE_EVERY = 3;

  final RecordingDisk disk;
  private final Path folder;
  private final RedoMode mode;
  private final Random random;
  private final RandomGroups groups = new RandomGroups();
  private final List<Everything> expected = new ArrayList<>();
  private final NavigableMap<Integer, Long> acknowledged = new ConcurrentSkipListMap<>();
  private final NavigableMap<Integer, Long> begun = new ConcurrentSkipListMap<>();
  private long last;

  /**
   * A script.
   *
   * @param folder a real folder, for the lock
   */
  StoreScript(Path folder, RedoMode mode, long seed) {
    this.folder = folder;
    this.mode = mode;
    this.random = new Random(seed);
    this.disk = new RecordingDisk();
    acknowledged.put(0, 0L);
    begun.put(0, 0L);
  }

  /** Lives, each ended by a close. */
  void live(int lives, int count) {
    try (H2RunStore reference = (H2RunStore) H2Store.inMemory().open()) {
      expected.add(Everything.of(reference));
      for (int life = 0; life < lives; life++) {
        try (H2RunStore store =
            JournaledStores.open(folder, mode, SMALL, JournaledStores.BOOT, disk)) {
          for (int i = 0; i < count; i++) {
            commit(store, reference);
          }
        }
      }
    }
  }

  private void commit(RunStore store, H2RunStore reference) {
    Changes group = groups.next(++last, random);
    begun.put(disk.operations(), last);
    if (random.nextInt(6) == 0) {
      store.discardLarge(store.writeLarge(bytes(-last)));
    }
    store.commit(withPayloads(group, run -> store.writeLarge(bytes(run.id()))));
    acknowledged.put(disk.operations(), last);
    reference.commit(withPayloads(group, run -> reference.writeLarge(bytes(run.id()))));
    expected.add(Everything.of(reference));
    if (random.nextInt(8) == 0) {
      store.state(); // the database gets everything
    }
  }

  private static byte[] bytes(long id) {
    byte[] bytes = new byte[1_500 + (int) Math.abs(id % 7) * 500];
    new Random(id).nextBytes(bytes);
    return bytes;
  }

  private static Changes withPayloads(Changes group, UnaryPayload large) {
    UnaryOperator<RunRow> exchanged =
        run -> run.id() % LARGE_EVERY == 0 ? Rows.withPayload(run, large.of(run)) : run;
    return new Changes(
        group.runs().stream().map(exchanged).toList(),
        group.runUpdates(),
        group.liveInserts(),
        group.liveUpdates(),
        group.liveDeletes(),
        group.results(),
        group.attempts(),
        group.journal(),
        group.batches(),
        group.batchItems(),
        group.bindings(),
        group.unboundKeys(),
        group.queues(),
        group.labels(),
        group.hooksOwed(),
        group.hooksPaid(),
        group.batchUpdates(),
        group.state(),
        group.runDeletes(),
        group.batchDeletes());
  }

  /** The payload that a run gets. */
  private interface UnaryPayload {
    StoredValue of(RunRow run);
  }

  /** What the store holds after a group. */
  Everything after(long seq) {
    return expected.get(Math.toIntExact(seq));
  }

  /** The group that was acknowledged last after so many operations of the disk. */
  long acknowledgedAfter(int operations) {
    return acknowledged.floorEntry(operations).getValue();
  }

  /** The group that had begun last. */
  long begunAfter(int operations) {
    return begun.floorEntry(operations).getValue();
  }
}
