package dev.pawl.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.Retention;
import dev.pawl.RunQuery;
import dev.pawl.fixtures.StoredState;
import dev.pawl.fixtures.check.Invariants;
import dev.pawl.fixtures.check.Terms;
import dev.pawl.h2.internal.ChildJvm;
import dev.pawl.internal.queue.Machines;
import dev.pawl.internal.queue.Queues;
import dev.pawl.spi.RunStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engine at work is killed again and again, opens on what it left, and goes on. In the end
 * nothing that was acknowledged may be missing, everything has ended as the script says, and no
 * child was run again because its parent was.
 *
 * <p>The short form lowers H2's retention, as no real store may, so that file space is used again
 * within seconds. The long form ({@code mvn -Plong verify}) keeps it, and outlasts it.
 */
class EngineKillTest {
  private static final int LOW_RETENTION_MILLIS = 100;
  private static final Duration WARM_UP = Duration.ofSeconds(75);

  /** Without a pause the file would grow so large that each opening after a kill takes seconds. */
  private static final int WARM_UP_PAUSE_MILLIS = 50;

  private static final Duration GUARD = Duration.ofMinutes(2);
  private static final long SHORTEST_MILLIS = 300;
  private static final long LONGEST_MILLIS = 1_500;
  private static final int PROBLEMS_SHOWN = 20;

  /** One life in so many is not given the time to open its engine. */
  private static final int CUT_SHORT = 5;

  @TempDir Path temp;

  private final Random random = new Random();
  private final List<String> problems = new ArrayList<>();
  private int lives;
  private int kills;

  @Test
  void whatTheEngineAcknowledgedSurvivesKillsAndNothingIsDoneTwice() throws Exception {
    kill(20, LOW_RETENTION_MILLIS);
    KillCheck check = drainAndCheck(LOW_RETENTION_MILLIS);
    assertThat(check.acknowledgedTriggers()).isGreaterThan(100);
    assertThat(check.crashedAttempts()).isGreaterThan(10);
    assertThat(check.resumed()).isGreaterThan(10);
  }

  @Test
  @EnabledIfSystemProperty(named = "pawl.long", matches = "true")
  void whatTheEngineAcknowledgedSurvivesHundredsOfKills() throws Exception {
    live(KillChild.OWN_RETENTION, WARM_UP, WARM_UP_PAUSE_MILLIS);
    long warm = fileSize();
    kill(Integer.getInteger("pawl.kills", 200), KillChild.OWN_RETENTION);
    drainAndCheck(KillChild.OWN_RETENTION);
    // Otherwise this has shown nothing about space that is used again.
    assertThat(fileSize()).isLessThan(2 * warm);
  }

  private void kill(int count, int retentionMillis) throws Exception {
    for (int i = 0; i < count && problems.isEmpty(); i++) {
      long length = random.nextLong(SHORTEST_MILLIS, LONGEST_MILLIS);
      live(retentionMillis, Duration.ofMillis(length), 0);
    }
  }

  /** One life, up to its violent end. */
  private void live(int retentionMillis, Duration length, int pauseMillis) throws Exception {
    Process child = start(KillChild.Mode.LOAD, retentionMillis, pauseMillis);
    boolean cutShort = lives % CUT_SHORT == 0;
    if (!cutShort) {
      awaitOpened(child);
    }
    if (child.waitFor(length.toMillis(), TimeUnit.MILLISECONDS)) {
      problems.add("life " + lives + " ended by itself with " + child.exitValue());
    }
    child.destroyForcibly().waitFor();
    kills++;
  }

  private KillCheck drainAndCheck(int retentionMillis) throws Exception {
    problems.addAll(brokenInvariants()); // as the last kill has left it
    Process child = start(KillChild.Mode.DRAIN, retentionMillis, 0);
    awaitOpened(child);
    if (!child.waitFor(GUARD.toSeconds(), TimeUnit.SECONDS)) {
      problems.add("the runs do not end");
    } else if (child.exitValue() != 0) {
      problems.add("the runs do not end: the last life ended with " + child.exitValue());
    }
    child.destroyForcibly().waitFor();
    problems.addAll(brokenInvariants());
    try (Engine engine =
        Engine.builder()
            .store(H2Store.file(store()))
            .register(new KillScript(KillLog.nowhere()).tasks())
            .open()) {
      KillCheck check = KillCheck.of(KillLog.read(log()), engine);
      problems.addAll(check.problems());
      problems.addAll(valuesWithoutRun(engine));
      System.out.println(
          "engine kill test: " + kills + " kills, " + check + ", file of " + fileSize() + " bytes");
      assertThat(problems.stream().limit(PROBLEMS_SHOWN)).isEmpty();
      return check;
    }
  }

  /** What is wrong with the rows that the store holds, whatever led to them. */
  private List<String> brokenInvariants() {
    Invariants invariants =
        new Invariants(
            new Terms(
                Integer.MAX_VALUE, new Machines(Map.of(), Queues.UNLIMITED), Retention.forever()));
    try (RunStore store = H2Store.file(store()).open()) {
      invariants.found(StoredState.of(store));
    }
    return invariants.take();
  }

  /** Kills fell between values and their runs; after a while no file is there that no run has. */
  private List<String> valuesWithoutRun(Engine engine) throws Exception {
    List<?> large =
        engine.runs().stream(RunQuery.all())
            .filter(run -> run.payloadSize() > KillScript.INLINE)
            .map(
                run -> {
                  assertThat(KillScript.isLarge(run.payload(KillScript.Work.class))).isTrue();
                  return run.id();
                })
            .toList();
    assertThat(large).as("runs with a payload of their own file").hasSizeGreaterThan(10);
    long deadline = System.nanoTime() + GUARD.toNanos();
    long files = files();
    while (files != large.size() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
      files = files();
    }
    return files == large.size()
        ? List.of()
        : List.of(files + " files for " + large.size() + " large payloads");
  }

  private long files() throws Exception {
    try (Stream<Path> files = Files.list(store().resolve("pawl.values"))) {
      return files.count();
    }
  }

  private void awaitOpened(Process child) throws Exception {
    FutureTask<String> line = new FutureTask<>(() -> ChildJvm.line(child));
    Thread.ofVirtual().start(line);
    try {
      assertThat(line.get(GUARD.toSeconds(), TimeUnit.SECONDS)).isEqualTo(KillChild.OPENED);
    } catch (Exception | AssertionError e) {
      child.destroyForcibly();
      throw new AssertionError("life " + lives + " has not opened its store", e);
    }
  }

  private Process start(KillChild.Mode mode, int retentionMillis, int pauseMillis)
      throws Exception {
    lives++;
    return ChildJvm.of(
            KillChild.class,
            "128m",
            store().toString(),
            log().toString(),
            String.valueOf(lives),
            mode.name(),
            String.valueOf(retentionMillis),
            String.valueOf(pauseMillis))
        .start();
  }

  private Path store() {
    return temp.resolve("store");
  }

  private Path log() {
    return temp.resolve("log");
  }

  private long fileSize() throws Exception {
    return Files.size(store().resolve("pawl.mv.db"));
  }
}
