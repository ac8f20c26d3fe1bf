package dev.pawl.h2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
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
  private static final Duration LONGEST_LIFE = Duration.ofMillis(700);
  private static final Duration WARM_UP = Duration.ofSeconds(75);

  @TempDir Path temp;

  private StoreKills kills(Options options, int pauseMicros) {
    return new StoreKills(temp, options, pauseMicros, LONGEST_LIFE);
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void nothingAcknowledgedIsLostBehindAJournal(RedoMode redo) throws Exception {
    StoreKills kills = StoreKills.journaled(temp, redo, LOW_RETENTION_MILLIS, 0, LONGEST_LIFE);
    kills.run(10);
    System.out.println("kill test " + redo + ": " + kills);
    assertThat(kills.problems()).isEmpty();
    assertThat(kills.copied()).as("the journal was cut behind a copy").isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  @EnabledIfSystemProperty(named = "pawl.long", matches = "true")
  void nothingAcknowledgedIsLostBehindAJournalInAnOldFile(RedoMode redo) throws Exception {
    StoreKills kills =
        StoreKills.journaled(
            temp,
            redo,
            Options.PINNED_RETENTION_MILLIS,
            Integer.getInteger("pawl.kill.pauseMicros", 10_000),
            LONGEST_LIFE);
    kills.live(WARM_UP);
    kills.run(200);
    System.out.println("long kill test " + redo + ": " + kills);
    assertThat(kills.problems()).isEmpty();
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws Exception {
    StoreKills kills = kills(new Options(1, 0, LOW_RETENTION_MILLIS), 0);
    kills.run(8);
    assertThat(kills.problems()).isEmpty();
    // Otherwise this has shown nothing about space that is used again.
    assertThat(kills.reusedSpace()).isTrue();
  }

  @Test
  void aStoreThatWritesLateIsCaught() throws Exception {
    StoreKills kills = kills(new Options(1, 500, LOW_RETENTION_MILLIS), 0);
    kills.run(3);
    assertThat(kills.problems()).anyMatch(problem -> problem.contains("lost"));
  }

  @Test
  @EnabledIfSystemProperty(named = "pawl.long", matches = "true")
  void nothingAcknowledgedIsLostInAFileOlderThanTheRetention() throws Exception {
    StoreKills kills =
        kills(Options.pinned(1), Integer.getInteger("pawl.kill.pauseMicros", 10_000));
    kills.live(WARM_UP);
    kills.run(200);
    System.out.println("long kill test: " + kills);
    assertThat(kills.problems()).isEmpty();
    assertThat(kills.reusedSpace()).isTrue();
  }
}
