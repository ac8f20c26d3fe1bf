package dev.pawl.simulation;

import dev.pawl.Limits;
import dev.pawl.Queue;
import dev.pawl.RateLimit;
import dev.pawl.Retention;
import dev.pawl.Retry;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.fixtures.check.Terms;
import dev.pawl.internal.queue.Machines;
import dev.pawl.internal.queue.Queues;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What the engine of a history is built with.
 *
 * @param start when the history begins: far from every wall clock
 * @param hooks whether ends are to be heard of
 */
record Settings(
    Instant start,
    int maxConcurrency,
    Machines machines,
    Limits limits,
    Retention retention,
    boolean hooks) {
  private static final int CAPACITY = 4;

  /** The tasks that are always known; one of them declares nothing at all. */
  static final List<Task<?, ?>> TASKS =
      List.of(
          task("free", Queue.named("task/free"), Duration.ZERO),
          task("one", Queue.named("task/one").concurrencyLimit(1), Duration.ZERO),
          task("two", Queue.named("task/two").concurrencyLimit(2), Duration.ofSeconds(30)));

  /** The task that some engines do not know. */
  static final Task<?, ?> LATE =
      task("late", Queue.named("shared").concurrencyLimit(2), Duration.ofSeconds(5));

  static final Retry RETRY =
      Retry.exponential().maxAttempts(3).minTimeout(Duration.ofSeconds(1)).randomize(false);

  /** Some that follow from a seed. */
  static Settings of(SplittableRandom random) {
    boolean weights = random.nextInt(4) == 0;
    int cache = new int[] {0, 2, 1_000}[random.nextInt(3)];
    Limits limits =
        Limits.defaults()
            .mailboxCapacity(1_000)
            .keyCacheSize(cache)
            .labelCacheBytes(cache * 1_000)
            .maxTurnCommands(
                new int[] {1, 3, 3, 1_000, 1_000, 1_000, 1_000, 1_000}[random.nextInt(8)])
            .stuckBodyAfter(Duration.ofSeconds(30));
    if (random.nextInt(12) == 0) {
      limits = limits.triggerRate(RateLimit.perSecond(2).burst(20));
    }
    Settings settings =
        new Settings(
            Instant.parse(random.nextBoolean() ? "1999-12-31T23:59:00Z" : "2500-01-01T00:00:00Z"),
            random.nextInt(1, 7),
            weights
                ? new Machines(Map.of("small", 1, "big", 3), CAPACITY)
                : new Machines(Map.of(), Queues.UNLIMITED),
            limits,
            random.nextInt(3) == 0
                ? Retention.of(Duration.ofMinutes(2)).keep(RunStatus.FAILED, Duration.ofSeconds(10))
                : Retention.defaults(),
            random.nextInt(3) == 0);
    return settings.keeping(
        new int[] {1, 2, 3, 20_000}[random.nextInt(4)],
        new int[] {0, 1, Integer.MAX_VALUE, Integer.MAX_VALUE}[random.nextInt(4)]);
  }

  /** The same with so much in memory: little is what histories are longer than. */
  private Settings keeping(int residentRuns, int parkedBodies) {
    return new Settings(
        start,
        maxConcurrency,
        machines,
        limits.residentRuns(residentRuns).parkedBodies(parkedBodies),
        retention,
        hooks);
  }

  boolean hasMachines() {
    return !machines.weights().isEmpty();
  }

  Terms terms() {
    return new Terms(maxConcurrency, machines, retention);
  }

  private static Task<Program, byte[]> task(String id, Queue queue, Duration ttl) {
    var definition = Task.define(id, Program.class, byte[].class).queue(queue);
    if (!ttl.isZero()) {
      definition = definition.ttl(ttl);
    }
    return definition.run(
        (program, run) -> {
          throw new IllegalStateException("bodies are scripted");
        });
  }
}
