package dev.pawl.samples.benchmarks;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;

import dev.pawl.BatchItem;
import dev.pawl.TriggerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * P9: as many concurrency keys as there are runs, each with a limit of one, beside the same runs
 * without keys; and how long the first run of an idle key waits behind a backlog of other keys. No
 * peer has such keys in the edition that is measured here.
 */
public final class ConcurrencyKeys implements Workload {
  private static final String QUEUE = "keyed";
  private static final String RATIO = "keyed / unkeyed drain";
  private static final String BEFORE = "starts before the idle key's";
  private static final int BUSY_KEYS = 10;

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new ConcurrencyKeys(), args);
  }

  @Override
  public String id() {
    return "P9";
  }

  @Override
  public String title() {
    return "concurrency keys";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS);
  }

  /** In the next pass: each busy key may have one start before it, and a turn may be under way. */
  @Override
  public List<Target> targets() {
    return List.of(Target.atLeast(RATIO, 0.7), Target.atMost(BEFORE, 2 * BUSY_KEYS));
  }

  @Override
  public String heap() {
    return "4g";
  }

  @Override
  public Figures run(Round round) throws Exception {
    int count = round.scale().pick(1_000, 50_000, 100_000);
    int times = round.scale().pick(1, 3, 4);
    double keyed = 0;
    double unkeyed = 0;
    for (int i = 0; i < times; i++) {
      unkeyed = drain(round, "unkeyed-" + i, count, number -> options());
      keyed = drain(round, "keyed-" + i, count, number -> keyed("key-" + number));
    }
    Figures figures =
        new Figures()
            .add("unkeyed drain /s", unkeyed)
            .add("keyed drain /s", keyed)
            .add(RATIO, keyed / unkeyed);
    return idleKey(round, round.scale().pick(20_000, 100_000, 1_000_000), figures);
  }

  private static TriggerOptions keyed(String key) {
    return options().queue(QUEUE, 1).concurrencyKey(key);
  }

  private static double drain(
      Round round, String name, int count, IntFunction<TriggerOptions> optionsOf) throws Exception {
    try (Contender contender = round.open(name)) {
      fill(contender, count, optionsOf);
      return Draining.drain(contender, count, Duration.ofMinutes(5)).perSecond();
    }
  }

  private static void fill(Contender contender, int count, IntFunction<TriggerOptions> optionsOf) {
    ((PawlContender) contender)
        .engine()
        .tasks()
        .batchTrigger(
            IntStream.range(0, count)
                .mapToObj(
                    n -> BatchItem.of(PawlContender.NO_OP, Bodies.payload(n), optionsOf.apply(n))));
  }

  private static Figures idleKey(Round round, int backlog, Figures figures) throws Exception {
    int probes = round.scale().pick(5, 50, 200);
    Latencies waited = new Latencies();
    long before = 0;
    try (Contender contender = round.open("idle-key")) {
      fill(contender, backlog, number -> keyed("busy-" + number % BUSY_KEYS));
      contender.start();
      PawlContender pawl = (PawlContender) contender;
      for (int i = 0; i < probes; i++) {
        int number = backlog + i;
        CompletableFuture<Void> started = Bodies.expect(number);
        CompletableFuture<Long> at = started.thenApply(nothing -> Bodies.count());
        long triggered = System.nanoTime();
        pawl.engine()
            .tasks()
            .trigger(PawlContender.NO_OP, Bodies.payload(number), keyed("idle-" + number));
        long stored = Bodies.count();
        before = Math.max(before, at.join() - stored - 1);
        waited.add(System.nanoTime() - triggered);
      }
      if (contender.left() == 0) {
        throw new IllegalStateException("the backlog was gone before the last key was tried");
      }
    }
    return figures.add(BEFORE, before).add("idle key", waited);
  }
}
