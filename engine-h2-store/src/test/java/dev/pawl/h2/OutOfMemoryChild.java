package dev.pawl.h2;

import dev.pawl.Engine;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The process of {@link OutOfMemoryChildTest}: some tasks fill the heap until there is none left,
 * others only want to do their work, and threads from outside go on triggering.
 */
final class OutOfMemoryChild {
  static final String HOG = "hog";
  static final String WORK = "work";
  static final String PARENT = "parent";
  static final int HOGS = 5;
  static final int HOG_ATTEMPTS = 2;
  private static final int TRIGGERS_PER_THREAD = 150;
  private static final int TRIGGERS_AFTER = 50;
  private static final Duration GUARD = Duration.ofSeconds(60);
  private static final Retry QUICK =
      new Retry(1_000, 2, Duration.ofMillis(5), Duration.ofMillis(100), true);

  private static final AtomicBoolean EXHAUSTED = new AtomicBoolean();

  private OutOfMemoryChild() {}

  /** Each takes the heap in pieces of another size: the smaller, the less is left for others. */
  private static final Task<Integer, Integer> HOG_TASK =
      Task.define(HOG, Integer.class, Integer.class)
          .retry(QUICK.maxAttempts(HOG_ATTEMPTS))
          .run(
              (number, run) -> {
                int piece = 1 << (4 + number % 4 * 5);
                try {
                  return hoard(piece);
                } catch (OutOfMemoryError e) {
                  EXHAUSTED.set(true);
                  throw e;
                }
              });

  private static final Task<Integer, Integer> WORK_TASK =
      Task.define(WORK, Integer.class, Integer.class).retry(QUICK).run((number, run) -> 3 * number);

  private static final Task<Integer, Integer> PARENT_TASK =
      Task.define(PARENT, Integer.class, Integer.class)
          .retry(QUICK)
          .run((number, run) -> run.triggerAndWait(WORK_TASK, number).unwrap());

  private static int hoard(int piece) {
    List<byte[]> hoard = new ArrayList<>();
    while (hoard.size() < Integer.MAX_VALUE) {
      hoard.add(new byte[piece]);
    }
    return hoard.size();
  }

  static Task<?, ?>[] tasks() {
    return new Task<?, ?>[] {HOG_TASK, WORK_TASK, PARENT_TASK};
  }

  /** Arguments: folder of the store, log. */
  public static void main(String[] args) throws Exception {
    KillLog log = KillLog.append(Path.of(args[1]));
    log.life(1);
    try (Engine engine =
        Engine.builder().store(H2Store.file(Path.of(args[0]))).register(tasks()).start()) {
      CountDownLatch triggered = new CountDownLatch(3);
      Thread.ofPlatform().start(() -> triggers(engine, log, 0, HOGS, triggered, HOG));
      Thread.ofPlatform()
          .start(() -> triggers(engine, log, 1_000, TRIGGERS_PER_THREAD, triggered, WORK));
      Thread.ofPlatform()
          .start(() -> triggers(engine, log, 2_000, TRIGGERS_PER_THREAD, triggered, PARENT));
      if (!triggered.await(GUARD.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("triggers hang");
      }
      while (!allEnded(engine)) {
        Thread.onSpinWait();
      }
      // No hog is left: from now on nothing may be refused.
      for (int number = 3_000; number < 3_000 + TRIGGERS_AFTER; number++) {
        String id = engine.tasks().trigger(PARENT, number).id();
        log.acknowledged(PARENT, number, id);
        engine.runs().await(id, GUARD);
      }
      System.out.println(EXHAUSTED.get() ? engine.health().status() : "the heap was not exhausted");
    }
  }

  /** Waits for whatever has not ended; false where it has to be asked again. */
  private static boolean allEnded(Engine engine) throws InterruptedException {
    try {
      List<Run<?>> open = KillChild.open(engine);
      for (Run<?> run : open) {
        engine.runs().await(run.id(), GUARD);
      }
      return open.isEmpty();
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  private static void triggers(
      Engine engine, KillLog log, int first, int count, CountDownLatch done, String task) {
    for (int number = first; number < first + count; number++) {
      try {
        String id = engine.tasks().trigger(task, number).id();
        acknowledged(log, task, number, id);
      } catch (RuntimeException | OutOfMemoryError e) {
        refused(e);
      }
    }
    done.countDown();
  }

  /** A caller may be refused while there is no memory; it was told so. */
  private static void refused(Throwable e) {
    try {
      System.err.println("refused: " + e);
    } catch (OutOfMemoryError again) {
      // Then it cannot even be said.
    }
  }

  private static void acknowledged(KillLog log, String task, int number, String id) {
    while (true) {
      try {
        log.acknowledged(task, number, id);
        return;
      } catch (OutOfMemoryError e) {
        Thread.onSpinWait();
      }
    }
  }
}
