package dev.pawl.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.h2.internal.Folders;
import dev.pawl.h2.internal.RedoMode;
import dev.pawl.h2.internal.StoreKills;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * As many kills as one has time for: {@code mvn -q -Plong verify -Dpawl.kills=10000
 * -Dtest=KillLoopTest -Dsurefire.failIfNoSpecifiedTests=false}. Of ten parts, three are a store in
 * each durable mode, three an engine at work, whose mode changes from life to life, and one brings
 * old stores up to date. Each works on a folder for some hundreds of kills, alternately with H2's
 * own retention, which that outlasts, and with a short one.
 */
@EnabledIfSystemProperty(named = "pawl.long", matches = "true")
class KillLoopTest {
  private static final int KILLS_OF_A_FOLDER = 200;
  private static final int LOW_RETENTION_MILLIS = 100;
  private static final int OWN_RETENTION_MILLIS = 45_000;
  private static final int PAUSE_MICROS = 2_000;
  private static final Duration LONGEST_LIFE = Duration.ofMillis(250);

  @TempDir Path temp;

  private final AtomicInteger folders = new AtomicInteger();
  private final AtomicInteger kills = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();

  /** What is killed. */
  private enum Kind {
    WRITTEN(3),
    FORCED(3),
    ENGINE(3),
    MIGRATION(1);

    private final int parts;

    Kind(int parts) {
      this.parts = parts;
    }
  }

  @Test
  void thousandsOfKillsLoseNothingAndNoOpeningNeedsHelp() throws Exception {
    int wanted = Integer.getInteger("pawl.kills", 600);
    int threads =
        Integer.getInteger("pawl.kill.parallel", Runtime.getRuntime().availableProcessors());
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      int most = Math.max(1, Math.min(KILLS_OF_A_FOLDER, wanted / 10));
      for (int planned = 0, round = 0; planned < wanted; round++) {
        for (Kind kind : Kind.values()) {
          int count = Math.max(1, most * kind.parts / 3);
          boolean old = round % 2 == 0;
          all.add(executor.submit(() -> part(kind, old, count)));
          planned += count;
        }
      }
      for (Future<?> part : all) {
        part.get();
      }
    }
    System.out.println("kill loop: " + kills + " kills, problems: " + problems);
    assertThat(problems).isEmpty();
    assertThat(kills.get()).isGreaterThanOrEqualTo(wanted);
  }

  private Void part(Kind kind, boolean old, int count) throws Exception {
    if (!problems.isEmpty()) {
      return null;
    }
    Path folder = Files.createDirectory(temp.resolve("part-" + folders.incrementAndGet()));
    Kills part = kills(kind, folder, old);
    try {
      part.run(count);
      if (part instanceof EngineKills engine) {
        engine.drainAndCheck();
      }
    } catch (Exception | AssertionError e) {
      problems.add(kind + " in " + folder + ": " + e);
    }
    part.problems().forEach(problem -> problems.add(kind + ": " + problem));
    System.out.println(
        kind
            + (old ? " with H2's retention: " : " with a short one: ")
            + part
            + "; in all "
            + kills.addAndGet(part.kills())
            + " kills, problems: "
            + problems);
    if (problems.isEmpty()) {
      Folders.delete(folder);
    }
    return null;
  }

  private static Kills kills(Kind kind, Path folder, boolean old) {
    return switch (kind) {
      case WRITTEN -> store(folder, RedoMode.WRITTEN, old);
      case FORCED -> store(folder, RedoMode.FORCED, old);
      case ENGINE -> new EngineKills(folder, old ? KillChild.OWN_RETENTION : LOW_RETENTION_MILLIS);
      case MIGRATION -> new MigrationKills(folder);
    };
  }

  private static Kills store(Path folder, RedoMode redo, boolean old) {
    int retention = old ? OWN_RETENTION_MILLIS : LOW_RETENTION_MILLIS;
    return StoreKills.journaled(folder, redo, retention, old ? PAUSE_MICROS : 0, LONGEST_LIFE);
  }
}
