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

/**
 * An engine at work that is killed again and again, opens on what it left, and goes on. In the end
 * nothing that was acknowledged may be missing, everything has ended as the script says, and no
 * child was run again because its parent was.
 */
final class EngineKills implements Kills {
  private static final Duration GUARD = Duration.ofMinutes(2);
  private static final long SHORTEST_MILLIS = 50;
  private static final long LONGEST_MILLIS = 450;
  private static final int PROBLEMS_SHOWN = 20;

  /** One life in so many is not given the time to open its engine. */
  private static final int CUT_SHORT = 5;

  private final Path folder;
  private final int retentionMillis;
  private final Random random = new Random();
  private final List<String> problems = new ArrayList<>();
  private int lives;
  private int kills;

  /**
   * Lives in a folder of their own.
   *
   * @param retentionMillis H2's, or {@link KillChild#OWN_RETENTION}
   */
  EngineKills(Path folder, int retentionMillis) {
    this.folder = folder;
    this.retentionMillis = retentionMillis;
  }

  @Override
  public void run(int count) throws Exception {
    for (int i = 0; i < count && problems.isEmpty(); i++) {
      live(Duration.ofMillis(random.nextLong(SHORTEST_MILLIS, LONGEST_MILLIS)), 0);
    }
  }

  @Override
  public int kills() {
    return kills;
  }

  @Override
  public List<String> problems() {
    return problems;
  }

  /** One life, up to its violent end. */
  void live(Duration length, int pauseMillis) throws Exception {
    Process child = start(KillChild.Mode.LOAD, pauseMillis);
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

  /** Lets everything end, and compares what there is with what should be. */
  KillCheck drainAndCheck() throws Exception {
    problems.addAll(brokenInvariants()); // as the last kill has left it
    Process child = start(KillChild.Mode.DRAIN, 0);
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

  private Process start(KillChild.Mode mode, int pauseMillis) throws Exception {
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
    return folder.resolve("store");
  }

  private Path log() {
    return folder.resolve("log");
  }

  long fileSize() throws Exception {
    return Files.size(store().resolve("pawl.mv.db"));
  }

  @Override
  public String toString() {
    return kills + " kills, problems: " + problems;
  }
}
