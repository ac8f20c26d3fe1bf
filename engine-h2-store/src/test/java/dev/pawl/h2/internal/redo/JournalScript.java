package dev.pawl.h2.internal.redo;

import static dev.pawl.fixtures.ChangesBuilder.changes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fixtures.Rows;
import dev.pawl.spi.Changes;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;

/**
 * Lives of a journal on a {@link RecordingDisk}: groups are appended, files are filled, dropped and
 * opened again, after a close or without one. Group <i>n</i> is always the same. After each
 * operation of the disk it is known what had been acknowledged by then.
 */
final class JournalScript {
  static final UUID STORE = new UUID(1, 2);
  static final UUID FIRST_BOOT = new UUID(3, 4);
  static final UUID SECOND_BOOT = new UUID(5, 6);
  private static final int SEGMENT_BYTES = 20_000;

  final RecordingDisk disk = new RecordingDisk();
  private final boolean forced;
  private final Random random;

  /** For each count of operations: the group that was acknowledged last, and dropped through. */
  private final List<long[]> known = new ArrayList<>();

  private long acknowledged;
  private long dropped;
  private boolean dropping = true;

  JournalScript(boolean forced, long seed) {
    this.forced = forced;
    this.random = new Random(seed);
  }

  JournalScript neverDropping() {
    dropping = false;
    return this;
  }

  static Changes group(long seq) {
    Random random = new Random(seq);
    byte[] payload = new byte[random.nextInt(random.nextInt(10) == 0 ? 9_000 : 600)];
    random.nextBytes(payload);
    return changes()
        .create(Rows.newRun(seq).payload(StoredValue.of(payload)).build())
        .state(new StoreState(1, seq, seq))
        .build();
  }

  static RedoJournal.Settings settings(boolean forced) {
    return new RedoJournal.Settings(STORE, FIRST_BOOT, forced, SEGMENT_BYTES);
  }

  void live(int lives, int groups) throws IOException {
    for (int life = 0; life < lives; life++) {
      Found found = Found.in(disk, FIRST_BOOT, false);
      assertThat(found.isEmpty() ? 0 : found.lastSeq()).isEqualTo(acknowledged);
      RedoJournal journal = RedoJournal.open(found, settings(forced));
      note();
      for (int i = 0; i < groups; i++) {
        journal.append(acknowledged + 1, group(acknowledged + 1));
        acknowledged++;
        note();
        if (dropping && random.nextInt(15) == 0) {
          dropped = Math.max(dropped, acknowledged - random.nextInt(30));
          note(); // before: the files go one by one
          journal.dropThrough(dropped);
          note();
        }
      }
      if (random.nextBoolean()) {
        journal.closeClean(OptionalInt.of(7));
        note();
      }
    }
  }

  /** Notes what holds from the present operation of the disk on. */
  private void note() {
    long before = known.isEmpty() ? 0 : known.getLast()[0];
    while (known.size() <= disk.operations()) {
      known.add(new long[] {before, dropped}); // what comes in between is acknowledged only now
    }
    known.set(disk.operations(), new long[] {acknowledged, dropped});
  }

  /** The group that was acknowledged last before a power loss. */
  long acknowledgedAfter(int operations) {
    return known.get(Math.min(operations, known.size() - 1))[0];
  }

  long droppedAfter(int operations) {
    return known.get(Math.min(operations, known.size() - 1))[1];
  }

  /** Reads everything that is there, compares it, and returns the last group. */
  static long verified(Found found) {
    if (found.isEmpty()) {
      return 0;
    }
    found.replay(
        found.firstSeq() - 1,
        found.lastSeq(),
        (seq, changes, bytes) -> assertThat(changes).as("group %s", seq).isEqualTo(group(seq)));
    return found.lastSeq();
  }
}
