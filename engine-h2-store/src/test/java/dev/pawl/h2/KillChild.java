package dev.pawl.h2;

import dev.pawl.Engine;
import dev.pawl.Limits;
import dev.pawl.NotFoundException;
import dev.pawl.Retention;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.h2.internal.FileLocation;
import dev.pawl.h2.internal.H2RunStore;
import dev.pawl.h2.internal.Migrations;
import dev.pawl.h2.internal.Options;
import dev.pawl.h2.internal.RedoMode;
import dev.pawl.spi.StoreProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that {@link EngineKillTest} kills: an engine whose tasks are triggered by several
 * threads until the process dies. The last life triggers nothing until every run has ended; then it
 * does a little work undisturbed, since a new life would repair what only this one forgets, and
 * ends by itself.
 */
final class KillChild {
  /** What the process does with its life. */
  enum Mode {
    LOAD,
    DRAIN
  }

  /** Keeps H2's own retention, by opening the store as every user does. */
  static final int OWN_RETENTION = -1;

  /** Said on standard output when the engine is open. */
  static final String OPENED = "opened";

  private static final int TRIGGERING_THREADS = 3;
  private static final int MAX_CONCURRENCY = 24;
  private static final long NUMBERS_PER_THREAD = 1_000_000;
  private static final long NUMBERS_PER_LIFE = TRIGGERING_THREADS * NUMBERS_PER_THREAD;

  /** How many root runs of this life may be open, so that the backlog does not grow for ever. */
  private static final int OPEN_AT_MOST = 30;

  /** So that runs are deleted while others are made; {@link KillScript#RETIRING} says which. */
  private static final Duration KEEP_FAILED = Duration.ofMillis(200);

  private static final int UNDISTURBED = 5 * KillScript.TRIGGERED.size();
  private static final Duration GUARD = Duration.ofSeconds(60);

  private static final RunStatus[] NOT_ENDED =
      Arrays.stream(RunStatus.values())
          .filter(status -> !status.isTerminal())
          .toArray(RunStatus[]::new);

  private final Engine engine;
  private final KillLog log;
  private final int life;
  private final int pauseMillis;
  private final Semaphore room = new Semaphore(OPEN_AT_MOST);

  private KillChild(Engine engine, KillLog log, int life, int pauseMillis) {
    this.engine = engine;
    this.log = log;
    this.life = life;
    this.pauseMillis = pauseMillis;
  }

  /**
   * Arguments: folder of the store, log, number of the life, mode, retention in milliseconds, pause
   * between triggers in milliseconds.
   */
  public static void main(String[] args) throws Exception {
    KillLog log = KillLog.append(Path.of(args[1]));
    int life = Integer.parseInt(args[2]);
    log.life(life);
    StoreProvider store = store(Path.of(args[0]), Integer.parseInt(args[4]), life);
    try (Engine engine =
        Engine.builder()
            .store(store)
            .maxConcurrency(MAX_CONCURRENCY)
            .limits(Limits.defaults().maxInlineBytes(KillScript.INLINE))
            .retention(Retention.forever().keep(RunStatus.FAILED, KEEP_FAILED))
            .register(new KillScript(log).tasks())
            .start()) {
      log.opened(life);
      System.out.println(OPENED);
      KillChild child = new KillChild(engine, log, life, Integer.parseInt(args[5]));
      switch (Mode.valueOf(args[3])) {
        case LOAD -> child.load();
        case DRAIN -> {
          child.drain();
          child.trigger(life * NUMBERS_PER_LIFE, UNDISTURBED);
          child.drain();
        }
      }
    }
  }

  /** The durability changes from life to life. */
  static StoreProvider store(Path folder, int retentionMillis, int life) {
    H2Store.Durability durability =
        life % 2 == 0 ? H2Store.Durability.POWER : H2Store.Durability.PROCESS;
    Options pinned =
        Options.pinned(H2Store.DEFAULT_READERS, life % 2 == 0 ? RedoMode.FORCED : RedoMode.WRITTEN);
    return retentionMillis == OWN_RETENTION
        ? H2Store.file(folder).durability(durability)
        : () ->
            H2RunStore.open(
                new FileLocation(folder),
                "kill test",
                new Options(
                    pinned.readers(), 0, retentionMillis, pinned.redo(), false, pinned.bounds()),
                Migrations.builtIn());
  }

  private void load() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < TRIGGERING_THREADS; i++) {
      long first = life * NUMBERS_PER_LIFE + i * NUMBERS_PER_THREAD;
      threads.add(
          Thread.ofPlatform()
              .name("triggers-" + i)
              .start(() -> trigger(first, NUMBERS_PER_THREAD)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void trigger(long first, long count) {
    try {
      for (long number = first; number < first + count; number++) {
        room.acquireUninterruptibly();
        String task = KillScript.TRIGGERED.get((int) (number % KillScript.TRIGGERED.size()));
        KillScript.Work work = KillScript.work(task, number);
        log.intent(task, number);
        RunHandle<?> handle = engine.tasks().trigger(task, work, KillScript.options(task, work));
        log.acknowledged(task, number, handle.id());
        handle.completion().whenComplete((result, failure) -> room.release());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
      }
    } catch (RuntimeException | Error e) {
      log.problem("a trigger threw " + e);
      throw e;
    }
  }

  @SuppressWarnings("RedundantControlFlow") // a catch says what it does
  private void drain() throws InterruptedException {
    for (List<Run<?>> open = open(engine); !open.isEmpty(); open = open(engine)) {
      for (Run<?> run : open) {
        awaitUnlessDeleted(run.id());
      }
    }
  }

  /** It may have ended, and been deleted, since it was listed. */
  private void awaitUnlessDeleted(String run) throws InterruptedException {
    try {
      engine.runs().await(run, GUARD);
    } catch (NotFoundException e) {
      System.err.println(run + " is gone");
    }
  }

  /** Some of the runs that have not ended; none where all have. */
  static List<Run<?>> open(Engine engine) {
    return engine.runs().list(RunQuery.all().statuses(NOT_ENDED).limit(1_000)).items();
  }
}
