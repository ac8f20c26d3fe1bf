package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fixtures.FilterBuilder;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The gate that a version of H2 has to pass: a process that commits is killed again and again, and
 * each time nothing that it acknowledged may be missing, and no commit may be there in part. All
 * lives work on one file, which is only ever recovered by the next life; what is examined is a
 * copy.
 *
 * <p>The faults that H2 has had here show only when it writes over space of its own that has become
 * free, which it does once that is older than the retention time. The short form lowers that time,
 * as no real store may, to get there in seconds. The long form ({@code mvn -Plong verify}) keeps
 * it, and lets the file grow older than it first.
 */
class H2KillTest {
  private static final int LOW_RETENTION_MILLIS = 100;
  private static final Duration LONGEST_LIFE = Duration.ofSeconds(1);
  private static final Duration WARM_UP = Duration.ofSeconds(75);
  private static final int TAIL = 300;
  private static final int EXAMINE_EVERY = 10;
  private static final long SMALL_FILE = 32_000_000;

  /** Applied soon, and cut often, so that a kill falls into each of it. */
  static final RedoBounds BUSY =
      new RedoBounds(Duration.ofMillis(5), 50_000, 50_000, 1_000_000, 10_000, 1L << 40, 4);

  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void nothingAcknowledgedIsLostBehindAJournal(RedoMode redo) throws Exception {
    Kills kills = new Kills(new Options(1, 0, LOW_RETENTION_MILLIS, redo, false, BUSY), 0);
    kills.run(Integer.getInteger("pawl.kills", 10));
    System.out.println("kill test " + redo + ": " + kills);
    assertThat(kills.problems).isEmpty();
    assertThat(kills.copied).as("the journal was cut behind a copy").isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  @EnabledIfSystemProperty(named = "pawl.long", matches = "true")
  void nothingAcknowledgedIsLostBehindAJournalInAnOldFile(RedoMode redo) throws Exception {
    Options pinned = Options.pinned(1, redo);
    Kills kills =
        new Kills(
            new Options(1, 0, pinned.retentionMillis(), redo, false, BUSY),
            Integer.getInteger("pawl.kill.pauseMicros", 10_000));
    kills.live(WARM_UP);
    kills.run(Integer.getInteger("pawl.kills", 200));
    System.out.println("long kill test " + redo + ": " + kills);
    assertThat(kills.problems).isEmpty();
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws Exception {
    Kills kills = new Kills(new Options(1, 0, LOW_RETENTION_MILLIS), 0);
    kills.run(12);
    assertThat(kills.problems).isEmpty();
    // Otherwise this has shown nothing about space that is used again.
    assertThat(kills.reusedSpace()).isTrue();
  }

  @Test
  void aStoreThatWritesLateIsCaught() throws Exception {
    Kills kills = new Kills(new Options(1, 500, LOW_RETENTION_MILLIS), 0);
    kills.run(3);
    assertThat(kills.problems).anyMatch(problem -> problem.contains("lost"));
  }

  @Test
  @EnabledIfSystemProperty(named = "pawl.long", matches = "true")
  void nothingAcknowledgedIsLostInAFileOlderThanTheRetention() throws Exception {
    Kills kills = new Kills(Options.pinned(1), Integer.getInteger("pawl.kill.pauseMicros", 10_000));
    kills.live(WARM_UP);
    kills.run(Integer.getInteger("pawl.kills", 200));
    System.out.println("long kill test: " + kills);
    assertThat(kills.problems).isEmpty();
    assertThat(kills.reusedSpace()).isTrue();
  }

  /** A store and the lives that work on it, one after the other. */
  private final class Kills {
    private final Options options;
    private final int pauseMicros;
    private final Path folder = temp.resolve("store");
    private final Path acknowledgedFile = temp.resolve("acknowledged");
    private final Random random = new Random();
    private final List<String> problems = new ArrayList<>();
    private long acknowledged;
    private long written;
    private int lives;
    private boolean copied;

    Kills(Options options, int pauseMicros) {
      this.options = options;
      this.pauseMicros = pauseMicros;
    }

    void run(int count) throws Exception {
      for (int i = 0; i < count && problems.isEmpty(); i++) {
        live(Duration.ofNanos(random.nextLong(LONGEST_LIFE.toNanos())));
      }
      examineCopy();
    }

    /** One life: until some time after its first commit. */
    void live(Duration length) throws Exception {
      MappedByteBuffer mark = KillWorkload.map(acknowledgedFile);
      long before = mark.getLong(0);
      Process process = start();
      long began = System.nanoTime();
      while (mark.getLong(0) == before && process.isAlive()) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(Duration.ofNanos(System.nanoTime() - began))
            .as("a life without a commit")
            .isLessThan(Duration.ofSeconds(60));
      }
      boolean ended = process.waitFor(length.toNanos(), TimeUnit.NANOSECONDS);
      process.destroyForcibly().waitFor();
      if (ended) {
        problems.add("life " + lives + " ended by itself");
      }
      lives++;
      acknowledged = mark.getLong(0);
      // A large file is not copied each time: the next life finds a lost commit too, and says so.
      if (lives % EXAMINE_EVERY == 0 || Files.size(database()) < SMALL_FILE) {
        examineCopy();
      }
    }

    private static List<Path> files(Path folder) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        return files.toList();
      }
    }

    private Path database() {
      return folder.resolve("pawl.mv.db");
    }

    private Process start() throws Exception {
      return ChildJvm.of(
              KillWorkload.class,
              "256m",
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
      Path copy = Files.createDirectories(temp.resolve("copy"));
      for (Path file : files(copy)) {
        Files.delete(file);
      }
      // With a journal all files belong together: those of a copy are other files, so its database
      // is made again; the next life believes the one that it finds.
      for (Path file : files(folder)) {
        copied |= file.getFileName().toString().startsWith("pawl-copy-");
        Files.copy(file, copy.resolve(file.getFileName()));
      }
      written = Math.max(written, Files.size(database()));
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

    private void examine(H2RunStore store) throws SQLException {
      long k = store.state().epoch();
      if (k < acknowledged) {
        problems.add(
            "life " + lives + ": commits " + (k + 1) + " to " + acknowledged + " are lost");
      }
      assertThat(k)
          .as("at most the commit in flight was not acknowledged")
          .isLessThan(acknowledged + 2);
      assertThat(store.live(0, Integer.MAX_VALUE)).isEqualTo(live(k));
      assertThat(store.runs(RunFilter.ALL, Long.MAX_VALUE, TAIL)).isEqualTo(newest(k));
      RunFilter byTask = FilterBuilder.filter().taskIds(Set.of(KillWorkload.TASK)).build();
      assertThat(store.runs(byTask, Long.MAX_VALUE, TAIL)).isEqualTo(newest(k));
      assertThat(store.journal(1, 0)).contains(KillWorkload.journal(k));
      assertThat(store.queues()).contains(KillWorkload.queue(k));
      examineKeys(store, k);
      try (var connection = store.database().reading();
          Statement sql = connection.createStatement()) {
        assertThat(count(sql, "select count(*) from run where id > 0"))
            .isEqualTo(k * KillWorkload.GROUP);
        assertThat(count(sql, "select count(*) from run where task_id = 'kill'"))
            .isEqualTo(k * KillWorkload.GROUP);
        assertThat(count(sql, "select count(*) from result where id > 0"))
            .isEqualTo(Math.max(0, k - 2) * KillWorkload.GROUP);
        assertThat(count(sql, "select count(*) from idempotency"))
            .isEqualTo(Math.min(k, KillWorkload.OWN_KEYS) + Math.min(k, KillWorkload.SHARED_KEYS));
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
      for (long group = k; group > 0 && runs.size() < TAIL; group--) {
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
     * Whether the file is clearly smaller than all that was ever written to it: a commit writes
     * over 20 KB.
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
}
