package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;

import dev.pawl.Engine;
import dev.pawl.Limits;
import dev.pawl.Queue;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * P10: what a parent that waits for its child takes of the heap, its virtual thread and its queued
 * child included, and how fast all of them go on when their children do. No peer can do it but
 * DBOS, whose waiting parents hold a thread and poll. Then the same with ten times as many, of
 * which all but some are unloaded and enter their bodies again.
 */
public final class ParkedParents implements Workload {
  private static final String HEAP = "heap B per parked parent";
  private static final String WAKE = "parents ended /s";
  private static final String UNLOADED_HEAP = "heap B per unloaded parent";
  private static final String UNLOADED_WAKE = "unloaded parents ended /s";
  private static final int BODIES = 10_000;
  private static final String CHILDREN = "children";
  private static final Duration LONG = Duration.ofMinutes(10);

  private static final Task<Integer, Integer> CHILD =
      Task.define("child", Integer.class, Integer.class)
          .queue(Queue.named(CHILDREN))
          .run((number, run) -> number);

  private static final Task<Integer, Integer> PARENT =
      Task.define("parent", Integer.class, Integer.class)
          .run((number, run) -> run.triggerAndWait(CHILD, number).unwrap());

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new ParkedParents(), args);
  }

  @Override
  public String id() {
    return "P10";
  }

  @Override
  public String title() {
    return "parked parents";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.atMost(HEAP, 8 << 10), Target.atLeast(WAKE, 20_000));
  }

  @Override
  public String heap() {
    return "4g";
  }

  @Override
  public Figures run(Round round) throws Exception {
    int count = round.extra("parents", round.scale().pick(500, 30_000, 100_000));
    Figures figures = new Figures();
    try (Engine engine = start(round, "parked", Integer.MAX_VALUE)) {
      pairs(engine, 0, count / 2); // to warm up
      Pairs parked = pairs(engine, count / 2, count);
      figures.add(HEAP, parked.heap).add(WAKE, parked.rate);
    }
    try (Engine engine = start(round, "unloaded", Math.min(BODIES, count / 10))) {
      Pairs unloaded = pairs(engine, 0, 10 * count);
      return figures.add(UNLOADED_HEAP, unloaded.heap).add(UNLOADED_WAKE, unloaded.rate);
    }
  }

  private static Engine start(Round round, String name, int parkedBodies) {
    return Engine.builder()
        .store(round.entrant().store(Setting.fresh(round.folder().resolve(name))))
        .limits(Limits.defaults().parkedBodies(parkedBodies))
        .register(CHILD, PARENT)
        .start();
  }

  private record Pairs(double heap, double rate) {}

  private static Pairs pairs(Engine engine, int from, int count) {
    long before = Heap.live();
    engine.queues().pause(CHILDREN);
    engine.tasks().batchTrigger(PARENT, IntStream.range(from, from + count).boxed());
    awaitIdle(engine);
    check(engine, RunStatus.WAITING, count);
    double heap = (Heap.live() - before) / (double) count;
    long start = System.nanoTime();
    engine.queues().resume(CHILDREN);
    awaitIdle(engine);
    double rate = count * 1e9 / (System.nanoTime() - start);
    check(engine, RunStatus.COMPLETED, from + count);
    return new Pairs(heap, rate);
  }

  private static void awaitIdle(Engine engine) {
    if (!engine.awaitIdle(LONG)) {
      throw new IllegalStateException("not idle within " + LONG);
    }
  }

  private static void check(Engine engine, RunStatus status, long expected) {
    long found = engine.runs().count(RunQuery.all().tasks(PARENT.id()).statuses(status));
    if (found != expected) {
      throw new IllegalStateException(found + " parents are " + status + ", not " + expected);
    }
  }
}
