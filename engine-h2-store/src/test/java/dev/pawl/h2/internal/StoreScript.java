package dev.pawl.h2.internal;

import dev.pawl.fixtures.Rows;
import dev.pawl.h2.H2Store;
import dev.pawl.h2.internal.redo.RecordingDisk;
import dev.pawl.spi.Changes;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
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
final class StoreScript implements AutoCloseable {
  /** Small, so that everything happens often. */
  static final RedoBounds SMALL =
      new RedoBounds(Duration.ofMillis(1), 3_000, 3_000, 1_000_000, 8_000, 1L << 40, 3);

  private static final int LARGE_EVERY = 3;

  /** How often something is tried on a disk that fails before it is repaired. */
  private static final int TRIES = 2;

  final RecordingDisk disk;
  private final Path folder;
  private final RedoMode mode;
  private final Random random;
  private final RandomGroups groups = new RandomGroups();
  private final List<Everything> expected = new ArrayList<>();
  private final NavigableMap<Integer, Long> acknowledged = new ConcurrentSkipListMap<>();
  private final NavigableMap<Integer, Long> begun = new ConcurrentSkipListMap<>();
  private final H2RunStore reference = (H2RunStore) H2Store.inMemory().open();
  private long last;
  private int refusals;
  private Changes present;
  private Changes tried;

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
    expected.add(Everything.of(reference));
  }

  /** Lives, each ended by a close. */
  void live(int lives, int count) {
    for (int life = 0; life < lives; life++) {
      try (H2RunStore store = open()) {
        for (int i = 0; i < count; i++) {
          commit(store);
        }
      }
    }
  }

  /**
   * One life on a disk that fails: what is refused is tried again, and where even that does not
   * help, the disk is repaired.
   */
  @SuppressWarnings("RedundantControlFlow") // a catch says what it does
  void liveStubbornly(int count) {
    H2RunStore store = null;
    for (int tries = 0; store == null; tries++) {
      repairAfter(tries);
      try {
        store = open();
      } catch (StoreException e) {
        refusals++;
      }
    }
    try (H2RunStore opened = store) {
      for (int i = 0; i < count; i++) {
        next();
        boolean done = false;
        for (int tries = 0; !done; tries++) {
          repairAfter(tries);
          try {
            commitAgain(opened);
            done = true;
          } catch (StoreException e) {
            refusals++;
          }
        }
      }
    }
  }

  private void repairAfter(int tries) {
    if (tries == TRIES) {
      disk.failing((index, kind) -> false);
      disk.capacity(Long.MAX_VALUE);
    } else if (tries > TRIES + 2) {
      throw new AssertionError("the store does not go on though the disk does");
    }
  }

  private H2RunStore open() {
    return JournaledStores.open(folder, mode, SMALL, JournaledStores.BOOT, disk);
  }

  /** Commits the next group. */
  void commit(RunStore store) {
    next();
    commitAgain(store);
    if (random.nextInt(8) == 0) {
      store.state(); // the database gets everything
    }
  }

  private void next() {
    present = groups.next(++last, random);
    tried = null;
    reference.commit(withPayloads(present, run -> reference.writeLarge(bytes(run.id()))));
    expected.add(Everything.of(reference));
    begun.put(disk.operations(), last);
  }

  /** Commits the present group, or tries it again: with the values that were written before. */
  void commitAgain(RunStore store) {
    if (tried == null) {
      if (last % 6 == 0) {
        store.discardLarge(store.writeLarge(bytes(-last)));
      }
      tried = withPayloads(present, run -> store.writeLarge(bytes(run.id())));
    }
    store.commit(tried);
    acknowledged.put(disk.operations(), last);
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

  /** Closes what the disk's store is compared with. */
  @Override
  public void close() {
    reference.close();
  }

  /** What the store holds after a group. */
  Everything after(long seq) {
    return expected.get(Math.toIntExact(seq));
  }

  /** How often an opening or a commit was refused. */
  int refusals() {
    return refusals;
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
