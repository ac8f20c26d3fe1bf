package dev.pawl.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the engine has acknowledged survives kills.
 *
 * <p>The short form lowers H2's retention, as no real store may, so that file space is used again
 * within seconds. The long form ({@code mvn -Plong verify}) keeps it, and outlasts it.
 */
class EngineKillTest {
  private static final int LOW_RETENTION_MILLIS = 100;
  private static final Duration WARM_UP = Duration.ofSeconds(75);

  /** Without a pause the file would grow so large that each opening after a kill takes seconds. */
  private static final int WARM_UP_PAUSE_MILLIS = 50;

  @TempDir Path temp;

  @Test
  void whatTheEngineAcknowledgedSurvivesKillsAndNothingIsDoneTwice() throws Exception {
    EngineKills kills = new EngineKills(temp, LOW_RETENTION_MILLIS);
    kills.run(20);
    KillCheck check = kills.drainAndCheck();
    assertThat(check.acknowledgedTriggers()).isGreaterThan(100);
    assertThat(check.crashedAttempts()).isGreaterThan(10);
    assertThat(check.resumed()).isGreaterThan(10);
    assertThat(check.retired()).as("runs that retention has deleted").isPositive();
  }

  @Test
  @EnabledIfSystemProperty(named = "pawl.long", matches = "true")
  void whatTheEngineAcknowledgedSurvivesHundredsOfKills() throws Exception {
    EngineKills kills = new EngineKills(temp, KillChild.OWN_RETENTION);
    kills.live(WARM_UP, WARM_UP_PAUSE_MILLIS);
    long warm = kills.fileSize();
    kills.run(200);
    kills.drainAndCheck();
    // Otherwise this has shown nothing about space that is used again.
    assertThat(kills.fileSize()).isLessThan(2 * warm);
  }
}
