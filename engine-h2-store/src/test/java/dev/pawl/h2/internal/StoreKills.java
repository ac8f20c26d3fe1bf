package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fixtures.FilterBuilder;
import dev.pawl.fixtures.StoredState;
import dev.pawl.h2.Kills;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.StoredRun;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A store and the lives that work on it, one after the other. All lives work on one folder, which
 * is only ever recovered by the next life; what is examined is a copy.
 */
public final class StoreKills implements Kills {
  private static final int TAIL = 300;
  private static final int EXAMINE_EVERY = 10;
  private static final long SMALL_FILE = 32_000_000;
  private static final Duration GUARD = Duration.ofSeconds(60);

  /** One life in so many is killed at any moment of its start. */
  private static final int CUT_SHORT = 5;

  private static final Duration START = Duration.ofSeconds(1);

  /** Applied soon, and cut often, so that a kill falls into each of it. */
  static final RedoBounds BUSY =
      new RedoBounds(Duration.ofMillis(5), 50_000, 50_000, 1_000_000, 10_000, 1L << 40, 4);

  private final Options options;
  private final int pauseMicros;
  private final Duration longestLife;
  private final Path folder;
  private final Path copy;
  private final Path acknowledgedFile;
  private final Random random = new Random();
  private final List<String> problems = new ArrayList<>();
  private long acknowledged;
  private long written;
  private int lives;
  private boolean copied;

  /** Lives with those options in a folder of their own. */
  StoreKills(Path folder, Options options, int pauseMicros, Duration longestLife) {
    this.options = options;
    this.pauseMicros = pauseMicros;
    this.longestLife = longestLife;
    this.folder = folder.resolve("store");
    this.copy = folder.resolve("copy");
    this.acknowledgedFile = folder.resolve("acknowledged");
  }

  /** Lives of a store with a journal. */
  public static StoreKills journaled(
      Path folder, RedoMode redo, int retentionMillis, int pauseMicros, Duration longestLife) {
    return new StoreKills(
        folder, new Options(1, 0, retentionMillis, redo, false, BUSY), pauseMicros, longestLife);
  }

  @Override
  public void run(int count) throws Exception {
    for (int i = 0; i < count && problems.isEmpty(); i++) {
      if (lives % CUT_SHORT == CUT_SHORT - 1) {
        end(start(), Duration.ofNanos(random.nextLong(START.toNanos())));
      } else {
        live(Duration.ofNanos(random.nextLong(longestLife.toNanos())));
      }
    }
    examineCopy();
  }

  @Override
  public int kills() {
    return lives;
  }

  @Override
  public List<String> problems() {
    return problems;
  }

  /** Whether the journal was cut behind a copy. */
  boolean copied() {
    return copied;
  }

  /** One life: until some time after its first commit. */
  void live(Duration length) throws Exception {
    MappedByteBuffer mark = KillWorkload.map(acknowledgedFile);
    long before = mark.getLong(0);
    Process process = start();
    long began = System.nanoTime();
    while (mark.getLong(0) == before && process.isAlive()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      if (System.nanoTime() - began > GUARD.toNanos()) {
        problems.add("life " + lives + " has not committed");
        break;
      }
    }
    end(process, length);
  }

  private void end(Process process, Duration after) throws Exception {
    boolean ended = process.waitFor(after.toNanos(), TimeUnit.NANOSECONDS);
    process.destroyForcibly().waitFor();
    if (ended) {
      problems.add("life " + lives + " ended by itself");
    }
    lives++;
    acknowledged = KillWorkload.map(acknowledgedFile).getLong(0);
    // A large file is not copied each time: the next life finds a lost commit too, and says so.
    if (lives % EXAMINE_EVERY == 0
        || (Files.exists(database()) && Files.size(database()) < SMALL_FILE)) {
      examineCopy();
    }
  }

  private Path database() {
    return folder.resolve("pawl.mv.db");
  }

  private Process start() throws Exception {
    return ChildJvm.of(
            KillWorkload.class,
            "128m",
            folder.toString(),
            acknowledgedFile.toString(),
            String.valueOf(options.writeDelayMillis()),
            String.valueOf(options.retentionMillis()),
            String.valueOf(pauseMicros),
            options.redo().name())
        .inheritIO()
        .start();
  }

  private void examineCopy() throws Exception {
    if (Files.notExists(folder)) {
      return; // killed before it had begun
    }
    // With a journal all files belong together: those of a copy are other files, so its database
    // is made again; the next life believes the one that it finds.
    Folders.delete(copy);
    JournaledStores.killed(folder, copy);
    try (Stream<Path> files = Files.list(folder)) {
      copied |= files.anyMatch(file -> file.getFileName().toString().startsWith("pawl-copy-"));
    }
    if (Files.exists(database())) {
      written = Math.max(written, Files.size(database()));
    }
    try (H2RunStore store =
        KillWorkload.open(
            copy,
            new Options(
                1,
                0,
                Options.pinned(1).retentionMillis(),
                options.redo(),
                false,
                options.bounds()))) {
      examine(store);
    } catch (RuntimeException | AssertionError e) {
      problems.add("life " + lives + ": " + e);
    }
  }

  private void examine(H2RunStore store) throws Exception {
    long k = store.state().epoch();
    if (k < acknowledged) {
      problems.add("life " + lives + ": commits " + (k + 1) + " to " + acknowledged + " are lost");
    }
    assertThat(k)
        .as("at most the commit in flight was not acknowledged")
        .isLessThan(acknowledged + 2);
    if (k == 0) {
      return;
    }
    assertThat(store.live(0, Integer.MAX_VALUE)).isEqualTo(live(k));
    assertThat(newest(store, RunFilter.ALL)).isEqualTo(newest(k));
    RunFilter byTask = FilterBuilder.filter().taskIds(Set.of(KillWorkload.TASK)).build();
    assertThat(newest(store, byTask)).isEqualTo(newest(k));
    assertThat(store.journal(1, 0)).contains(KillWorkload.journal(k));
    assertThat(store.queues()).contains(KillWorkload.queue(k));
    examineKeys(store, k);
    examineValues(k);
    long runs = (k - KillWorkload.deletedThrough(k)) * KillWorkload.GROUP;
    long results = Math.max(0, runs - 2 * KillWorkload.GROUP);
    try (var connection = store.database().reading();
        Statement sql = connection.createStatement()) {
      assertThat(count(sql, "select count(*) from unfinished_run where id > 0"))
          .isEqualTo(runs - results);
      assertThat(count(sql, "select count(*) from finished_run where id > 0")).isEqualTo(results);
      assertThat(count(sql, "select sum(cardinality(ids)) from run_of_task where task_id = 'kill'"))
          .isEqualTo(runs);
      assertThat(count(sql, "select count(*) from large_value"))
          .isEqualTo(KillWorkload.largeValues(k));
      assertThat(count(sql, "select count(*) from idempotency"))
          .isEqualTo(Math.min(k, KillWorkload.OWN_KEYS) + Math.min(k, KillWorkload.SHARED_KEYS));
    }
  }

  private static List<StoredRun> newest(H2RunStore store, RunFilter filter) {
    return store.runs(filter, Long.MAX_VALUE, TAIL).stream()
        .map(run -> StoredState.withBytes(store, run))
        .toList();
  }

  /** What was deleted, or never taken, goes by and by; what is taken stays. */
  private void examineValues(long k) throws IOException {
    long deadline = System.nanoTime() + GUARD.toNanos();
    while (JournaledStores.valueFiles(copy).size() != KillWorkload.largeValues(k)) {
      assertThat(System.nanoTime())
          .as(
              "%s files for %s large values",
              JournaledStores.valueFiles(copy).size(), KillWorkload.largeValues(k))
          .isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void examineKeys(H2RunStore store, long k) {
    for (long i = Math.max(1, k - KillWorkload.OWN_KEYS - 1); i <= k; i++) {
      BindingRow own = KillWorkload.ownKey(i);
      assertThat(store.binding(own.key()))
          .isEqualTo(i > k - KillWorkload.OWN_KEYS ? Optional.of(own) : Optional.empty());
      BindingRow shared = KillWorkload.sharedKey(i);
      if (i > k - KillWorkload.SHARED_KEYS) {
        assertThat(store.binding(shared.key())).contains(shared);
      }
    }
  }

  private static long count(Statement sql, String query) throws SQLException {
    try (ResultSet rows = sql.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static List<LiveRow> live(long k) {
    List<LiveRow> rows = new ArrayList<>();
    for (int i = 0; i < KillWorkload.GROUP && k > 1; i++) {
      rows.add(KillWorkload.executing(k - 1, i));
    }
    for (int i = 0; i < KillWorkload.GROUP && k > 0; i++) {
      rows.add(KillWorkload.queued(k, i));
    }
    return rows;
  }

  private static List<StoredRun> newest(long k) {
    List<StoredRun> runs = new ArrayList<>();
    for (long group = k; group > KillWorkload.deletedThrough(k) && runs.size() < TAIL; group--) {
      for (int i = KillWorkload.GROUP - 1; i >= 0; i--) {
        LiveRow live =
            group == k
                ? KillWorkload.queued(group, i)
                : group == k - 1 ? KillWorkload.executing(group, i) : null;
        runs.add(
            new StoredRun(
                i == KillWorkload.GROUP - 1 && group < k
                    ? KillWorkload.updated(group)
                    : KillWorkload.run(group, i),
                live,
                live == null ? KillWorkload.result(group, i) : null));
      }
    }
    return runs;
  }

  /**
   * Whether the file is clearly smaller than all that was ever written to it: a commit writes over
   * 20 KB.
   */
  boolean reusedSpace() {
    return acknowledged * 20_000 > written;
  }

  @Override
  public String toString() {
    return lives
        + " kills, "
        + acknowledged
        + " commits acknowledged, file of "
        + written / 1_000_000
        + " MB, problems: "
        + problems;
  }
}
