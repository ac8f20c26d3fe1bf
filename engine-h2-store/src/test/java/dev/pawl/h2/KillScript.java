package dev.pawl.h2;

import dev.pawl.BatchResult;
import dev.pawl.Fork;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.RunContext;
import dev.pawl.RunResult;
import dev.pawl.Task;
import dev.pawl.TaskBody;
import dev.pawl.TriggerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * What the killed processes are given to do, and what must come of it: every output follows from
 * the payload, every parent's children from its task. Parents never fail of themselves, so that
 * each of their steps has one child over all lives; attempts enough that no number of kills uses
 * them up, except where the script says so.
 */
final class KillScript {
  /**
   * The payload of every run.
   *
   * @param number the number of the external trigger that it all began with
   * @param step which of its parent's steps the run is; for a recursion, how deep it still goes
   * @param filler makes rows of some size
   */
  record Work(long number, int step, String filler) {
    @Override
    public String toString() {
      return "step " + step + " of " + number;
    }
  }

  static final String LEAF = "leaf";
  static final String FLAKY = "flaky";
  static final String DOOMED = "doomed";
  static final String FRAGILE = "fragile";
  static final String KEYED = "keyed";
  static final String SEQUENCE = "sequence";
  static final String FORKS = "forks";
  static final String BATCH = "batch";
  static final String FORGET = "forget";
  static final String RECURSION = "recursion";
  static final String RISKY = "risky";

  /** The tasks that are triggered from outside, the more often the more often they stand here. */
  static final List<String> TRIGGERED =
      List.of(
          LEAF, FLAKY, SEQUENCE, DOOMED, KEYED, FORKS, FRAGILE, BATCH, RECURSION, KEYED, FORGET,
          RISKY, SEQUENCE, DOOMED, DOOMED);

  /** Tasks with an ordinary failure now and then. */
  static final Set<String> FAILING = Set.of(FLAKY, DOOMED);

  /** Tasks with a last attempt that a kill may fall into. */
  static final Set<String> CRASHING = Set.of(DOOMED, FRAGILE);

  /** The only task with runs that fail, and are deleted soon after. */
  static final String RETIRING = DOOMED;

  static final int DOOMED_ATTEMPTS = 2;

  /** What a parent returns whose child has crashed. */
  static final long CHILD_CRASHED = -1;

  private static final int DEPTH = 5;
  private static final int KEYS = 4;
  private static final int NARROW_LIMIT = 2;
  private static final int KEYED_LIMIT = 1;
  private static final String FILLER = "x".repeat(300);

  /** What is larger is kept apart from its row. */
  static final int INLINE = 10_000;

  /** One trigger in so many has a payload that is. */
  private static final int LARGE = 4;

  private static final String LARGE_FILLER = "y".repeat(3 * INLINE);

  private static final Retry PERSISTENT =
      new Retry(10_000, 2, Duration.ofMillis(5), Duration.ofMillis(40), true);

  private static final Queue NARROW = Queue.named("narrow").concurrencyLimit(NARROW_LIMIT);
  private static final Queue BY_KEY = Queue.named("by-key").concurrencyLimit(KEYED_LIMIT);

  private final KillLog log;
  private final Map<String, AtomicInteger> present = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> most = new ConcurrentHashMap<>();

  private final Task<Work, Long> leaf = task(LEAF, PERSISTENT, null, this::leaf);
  private final Task<Work, Long> flaky = task(FLAKY, PERSISTENT, null, this::flaky);
  private final Task<Work, Long> doomed =
      task(DOOMED, PERSISTENT.maxAttempts(DOOMED_ATTEMPTS), null, this::doomed);
  private final Task<Work, Long> fragile = task(FRAGILE, Retry.none(), null, this::leaf);
  private final Task<Work, Long> keyed = task(KEYED, PERSISTENT, BY_KEY, this::keyed);
  private final Task<Work, Long> sequence = task(SEQUENCE, PERSISTENT, null, this::sequence);
  private final Task<Work, Long> forks = task(FORKS, PERSISTENT, null, this::forks);
  private final Task<Work, Long> batch = task(BATCH, PERSISTENT, null, this::batch);
  private final Task<Work, Long> forget = task(FORGET, PERSISTENT, null, this::forget);
  private final Task<Work, Long> recursion = task(RECURSION, PERSISTENT, NARROW, this::recursion);
  private final Task<Work, Long> risky = task(RISKY, PERSISTENT, null, this::risky);

  KillScript(KillLog log) {
    this.log = log;
  }

  Task<?, ?>[] tasks() {
    return new Task<?, ?>[] {
      leaf, flaky, doomed, fragile, keyed, sequence, forks, batch, forget, recursion, risky
    };
  }

  /** The payload of an external trigger. */
  static Work work(String task, long number) {
    return new Work(
        number, task.equals(RECURSION) ? DEPTH : 0, number % LARGE == 0 ? LARGE_FILLER : FILLER);
  }

  static TriggerOptions options(String task, Work work) {
    return task.equals(KEYED)
        ? TriggerOptions.options().concurrencyKey(key(work))
        : TriggerOptions.options();
  }

  /** What a run must return; for a parent whose child crashed see {@link #CHILD_CRASHED}. */
  static long output(String task, Work work) {
    return switch (task) {
      case SEQUENCE, FORKS, BATCH ->
          steps(task, work).stream().mapToLong(step -> weighed(work, step)).sum();
      case FORGET -> weighed(work, 2);
      case RECURSION ->
          value(work) + (work.step() == 0 ? 0 : output(task, child(work, work.step() - 1)));
      default -> value(work);
    };
  }

  /** The steps of a run, each of which has one child. */
  static Set<Integer> steps(String task, Work work) {
    return switch (task) {
      case SEQUENCE -> Set.of(0, 1, 2);
      case FORKS, BATCH -> Set.of(0, 1, 2, 3);
      case FORGET -> Set.of(0, 1, 2);
      case RECURSION -> work.step() == 0 ? Set.of() : Set.of(work.step() - 1);
      case RISKY -> Set.of(0);
      default -> Set.of();
    };
  }

  /** Whether the payload is kept apart from its row. */
  static boolean isLarge(Work work) {
    return work.number() % LARGE == 0;
  }

  /** How many bodies may hold slots of a place at once. */
  static int limit(String place) {
    return place.equals(NARROW.name()) ? NARROW_LIMIT : KEYED_LIMIT;
  }

  private static long value(Work work) {
    return work.number() * 100 + work.step();
  }

  /** A child's output, weighed by its step: results at wrong places make a wrong sum. */
  private static long weighed(Work parent, int step) {
    return (step + 1) * value(child(parent, step));
  }

  private static Work child(Work parent, int step) {
    return new Work(parent.number(), step, parent.filler());
  }

  private static String key(Work work) {
    return "key-" + work.number() % KEYS;
  }

  private Task<Work, Long> task(String id, Retry retry, Queue queue, TaskBody<Work, Long> body) {
    Task.Definition<Work, Long> definition = Task.define(id, Work.class, Long.class).retry(retry);
    return (queue == null ? definition : definition.queue(queue))
        .run(
            (work, run) -> {
              log.entered(run, work.step());
              long output = body.run(work, run);
              log.returned(run);
              return output;
            });
  }

  private Long leaf(Work work, RunContext run) {
    busy();
    return value(work);
  }

  private Long flaky(Work work, RunContext run) {
    busy();
    if (run.attempt() <= 1 + work.number() % 3) {
      throw new IllegalStateException("an ordinary failure of attempt " + run.attempt());
    }
    return value(work);
  }

  private Long doomed(Work work, RunContext run) {
    busy();
    throw new IllegalStateException("always");
  }

  private Long keyed(Work work, RunContext run) {
    enter(BY_KEY.name() + "/" + key(work));
    busy();
    leave(BY_KEY.name() + "/" + key(work));
    return value(work);
  }

  private Long sequence(Work work, RunContext run) {
    long sum = 0;
    sum += awaited(run, leaf, child(work, 0));
    sum += 2 * awaited(run, keyed, child(work, 1));
    busy();
    sum += 3 * awaited(run, flaky, child(work, 2));
    return sum;
  }

  /** Three threads wait at once; the last of them for two children, one after the other. */
  private Long forks(Work work, RunContext run) throws Exception {
    List<Fork<Long>> started = new ArrayList<>();
    started.add(run.fork(() -> awaited(run, leaf, child(work, 0))));
    started.add(run.fork(() -> 2 * awaited(run, flaky, child(work, 1))));
    started.add(
        run.fork(
            () -> 3 * awaited(run, leaf, child(work, 2)) + 4 * awaited(run, leaf, child(work, 3))));
    long sum = 0;
    for (Fork<Long> fork : started) {
      sum += fork.join();
    }
    return sum;
  }

  private Long batch(Work work, RunContext run) {
    BatchResult<Long> results =
        run.batchTriggerAndWait(
            leaf, IntStream.range(0, 4).mapToObj(step -> child(work, step)).toList());
    long sum = 0;
    for (int step = 0; step < results.size(); step++) {
      log.seen(results.get(step).runId());
      sum += (step + 1) * results.get(step).unwrap();
    }
    return sum;
  }

  private Long forget(Work work, RunContext run) {
    run.trigger(leaf, child(work, 0));
    run.trigger(flaky, child(work, 1));
    return 3 * awaited(run, leaf, child(work, 2));
  }

  private Long recursion(Work work, RunContext run) {
    enter(NARROW.name());
    busy();
    leave(NARROW.name());
    if (work.step() == 0) {
      return value(work);
    }
    long below = awaited(run, recursion, child(work, work.step() - 1));
    enter(NARROW.name());
    busy();
    leave(NARROW.name());
    return value(work) + below;
  }

  private Long risky(Work work, RunContext run) {
    RunResult<Long> result = run.triggerAndWait(fragile, child(work, 0));
    log.seen(result.runId());
    return result.ok() ? result.unwrap() : CHILD_CRASHED;
  }

  private long awaited(RunContext run, Task<Work, Long> task, Work work) {
    RunResult<Long> result = run.triggerAndWait(task, work, options(task.id(), work));
    log.seen(result.runId());
    return result.unwrap();
  }

  /** The body holds a slot of a place. */
  private void enter(String place) {
    int bodies = present.computeIfAbsent(place, p -> new AtomicInteger()).incrementAndGet();
    AtomicInteger before = most.computeIfAbsent(place, p -> new AtomicInteger());
    if (before.getAndAccumulate(bodies, Math::max) < bodies) {
      log.most(place, bodies);
    }
  }

  private void leave(String place) {
    present.get(place).decrementAndGet();
  }

  /** Work that takes some time, so that kills fall into it. */
  private static void busy() {
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(12)));
  }
}
