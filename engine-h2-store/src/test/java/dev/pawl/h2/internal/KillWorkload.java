package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredValue;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that {@link H2KillTest} kills. Commit <i>k</i> creates a group of runs, starts the
 * group before it, ends the one before that, and replaces journal entries, queue settings,
 * idempotency keys and a run's payload; some payloads have a file of their own, and old groups are
 * deleted. Everything in the store follows from <i>k</i>, and most of what a commit writes is dead
 * soon after, so that H2 writes over it once it is older than the retention time. When a commit has
 * returned, its number is put into a mapped file, which outlives the process.
 */
final class KillWorkload {
  static final int GROUP = 2;
  static final String TASK = "kill";
  private static final int JOURNAL_SIZE = 40;
  private static final int QUEUES = 5;
  static final int OWN_KEYS = 30;
  static final int SHARED_KEYS = 7;

  /** How many groups stay at least when older ones are deleted, so many at once. */
  private static final int KEPT = 60;

  private static final int DELETED_AT_ONCE = 8;

  /** One group in so many has a payload of its own file. */
  private static final int LARGE_EVERY = 4;

  private KillWorkload() {}

  /**
   * Arguments: folder, file of acknowledgements, write delay, retention, pause between commits in
   * microseconds, kind of journal.
   */
  public static void main(String[] args) throws Exception {
    Options options =
        new Options(
            1,
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]),
            RedoMode.valueOf(args[5]),
            false,
            StoreKills.BUSY);
    long pauseNanos = TimeUnit.MICROSECONDS.toNanos(Long.parseLong(args[4]));
    MappedByteBuffer acknowledged = map(Path.of(args[1]));
    try (H2RunStore store = open(Path.of(args[0]), options)) {
      long last = store.state().epoch();
      if (last < acknowledged.getLong(0)) {
        // The test finds it too; what matters here is not to write over the evidence.
        throw new IllegalStateException("commit " + acknowledged.getLong(0) + " became " + last);
      }
      for (long k = last + 1; ; k++) {
        store.commit(commit(k, store));
        acknowledged.putLong(0, k);
        if (pauseNanos > 0) {
          LockSupport.parkNanos(pauseNanos);
        }
      }
    }
  }

  static H2RunStore open(Path folder, Options options) {
    return H2RunStore.open(new FileLocation(folder), "kill test", options, Migrations.builtIn());
  }

  static MappedByteBuffer map(Path file) throws Exception {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
    }
  }

  static Changes commit(long k, RunStore store) {
    ChangesBuilder changes = changes();
    for (int i = 0; i < GROUP; i++) {
      RunRow run = run(k, i);
      boolean apart = isLarge(k, i);
      changes.create(
          apart ? Rows.withPayload(run, store.writeLarge(largePayload(k))) : run, queued(k, i));
      if (k > 1) {
        changes.move(executing(k - 1, i));
      }
      if (k > 2) {
        changes.end(result(k - 2, i));
      }
    }
    if (k > 1) {
      changes.update(updated(k - 1));
    }
    if (k > OWN_KEYS) {
      changes.unbind(ownKey(k - OWN_KEYS).key());
    }
    for (long old = deletedThrough(k - 1) + 1; old <= deletedThrough(k); old++) {
      for (int i = 0; i < GROUP; i++) {
        changes.deleteRun(id(old, i));
      }
    }
    return changes
        .bind(ownKey(k))
        .bind(sharedKey(k))
        .journal(journal(k))
        .queue(queue(k))
        .state(new StoreState(k, k, id(k, GROUP - 1)))
        .build();
  }

  static long id(long k, int i) {
    return k * GROUP + i;
  }

  /** The last group of which nothing is left after commit k. */
  static long deletedThrough(long k) {
    return Math.max(0, k / DELETED_AT_ONCE * DELETED_AT_ONCE - KEPT);
  }

  /** How many values have a file of their own after commit k. */
  static long largeValues(long k) {
    return k / LARGE_EVERY - deletedThrough(k) / LARGE_EVERY;
  }

  private static boolean isLarge(long k, int i) {
    return i == 0 && k % LARGE_EVERY == 0;
  }

  private static byte[] largePayload(long k) {
    byte[] payload = new byte[3_000 + (int) (k % 2_000)];
    new Random(-k).nextBytes(payload);
    return payload;
  }

  /** A run as it is read, with the bytes of a payload that is kept apart. */
  static RunRow run(long k, int i) {
    byte[] payload = isLarge(k, i) ? largePayload(k) : new byte[200];
    if (!isLarge(k, i)) {
      new Random(id(k, i)).nextBytes(payload);
    }
    return Rows.newRun(id(k, i)).taskId(TASK).payload(StoredValue.of(payload)).build();
  }

  /** What the last run of a group is replaced by when it starts. */
  static RunRow updated(long k) {
    return Rows.newRun(id(k, GROUP - 1)).taskId(TASK).payload(Rows.value("of " + k)).build();
  }

  /** A key of this commit's own, freed some commits later. */
  static BindingRow ownKey(long k) {
    return new BindingRow(new BindingRow.Key(TASK, k * 0x9E37_79B9_7F4A_7C15L, k), id(k, 0), k, -k);
  }

  /** A key that a later commit binds to another run. */
  static BindingRow sharedKey(long k) {
    return new BindingRow(new BindingRow.Key(TASK, k % SHARED_KEYS, 0), id(k, 0), k, -k);
  }

  static LiveRow queued(long k, int i) {
    return Rows.live(run(k, i), RunStatus.QUEUED);
  }

  static LiveRow executing(long k, int i) {
    return Rows.live(run(k, i), RunStatus.EXECUTING);
  }

  static ResultRow result(long k, int i) {
    return new ResultRow(
        id(k, i), RunStatus.COMPLETED, 1, k, k, k, k + 2, Rows.value("result " + k), null);
  }

  static JournalRow journal(long k) {
    return new JournalRow(
        1,
        (int) (k % JOURNAL_SIZE),
        0,
        JournalRow.Kind.TRIGGER,
        TASK,
        k,
        k,
        JournalRow.Answer.DONE);
  }

  static QueueRow queue(long k) {
    return new QueueRow("q" + k % QUEUES, (int) k, (int) k, (int) k, (int) k, (int) k, k % 2 == 0);
  }
}
