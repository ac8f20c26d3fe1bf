package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DB_SCHEDULER;
import static dev.pawl.samples.benchmarks.Entrant.JOBRUNR;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * P11: a process with a large backlog is killed while some bodies execute. How long another one,
 * whose JVM has loaded nothing of the contender yet, takes from opening the store to the first
 * start of a body, and to the last start of the bodies that were cut off.
 */
public final class ReopenAfterKill implements Workload {
  private static final String FIRST = "first start ms";
  private static final String CUT_OFF = "all cut off started again ms";
  private static final int SLOTS = 8;
  private static final String FILLED = "FILLED";

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new ReopenAfterKill(), args);
  }

  @Override
  public String id() {
    return "P11";
  }

  @Override
  public String title() {
    return "reopen after kill -9";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS, PAWL_POWER, DB_SCHEDULER, JOBRUNR);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.atMost(FIRST, 3_000), Target.atMost(CUT_OFF, 3_000));
  }

  @Override
  public String heap() {
    return "4g";
  }

  /** The process that is killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] args) throws Exception {
      Setting setting = new Setting(Path.of(args[1]), true, SLOTS);
      int count = Integer.parseInt(args[2]);
      Contender contender = Entrant.valueOf(args[0]).open(setting);
      AtomicInteger executing = new AtomicInteger();
      CompletableFuture<Void> all = new CompletableFuture<>();
      Bodies.listen(
          number -> {
            if (executing.incrementAndGet() == SLOTS) {
              all.complete(null);
            }
            new CompletableFuture<Void>().join(); // until the kill
          });
      contender.start();
      for (int i = 0; i < SLOTS; i++) {
        contender.trigger(i);
      }
      all.join();
      Draining.fill(contender, SLOTS, count);
      System.out.println(FILLED);
      new CompletableFuture<Void>().join();
    }
  }

  @Override
  public Figures run(Round round) throws Exception {
    int most = round.entrant() == JOBRUNR ? 100_000 : 1_000_000;
    int count = Math.min(most, round.extra("live", round.scale().pick(1_000, 100_000, 1_000_000)));
    Path store = round.folder().resolve("killed");
    fillAndKill(round, store, count);
    return reopen(round, store);
  }

  private static void fillAndKill(Round round, Path store, int count) throws Exception {
    try (ChildProcess victim =
        ChildProcess.start(
            List.of("-Xmx4g"),
            ChildProcess.classPath(),
            round.folder().resolve("victim.log"),
            Victim.class.getName(),
            round.entrant().name(),
            store.toString(),
            Integer.toString(count))) {
      Optional<String> filled = victim.await(FILLED::equals, TimeUnit.MINUTES.toSeconds(10));
      if (filled.isEmpty()) {
        throw new IllegalStateException("the victim did not get that far");
      }
      victim.kill();
    }
  }

  private static Figures reopen(Round round, Path store) throws Exception {
    Duration cap = round.scale().millis(10_000, 30_000, 120_000);
    CompletableFuture<Long> first = new CompletableFuture<>();
    CompletableFuture<Long> last = new CompletableFuture<>();
    AtomicInteger cutOff = new AtomicInteger();
    Bodies.listen(
        number -> {
          first.complete(System.nanoTime());
          if (number < SLOTS && cutOff.incrementAndGet() == SLOTS) {
            last.complete(System.nanoTime());
          }
        });
    MachineLoad load = new MachineLoad();
    long before = System.nanoTime();
    try (Contender contender = round.entrant().open(new Setting(store, false, 0))) {
      contender.start();
      double firstMillis = (await(first, cap) - before) / 1e6;
      double cpuMillis = load.ownNanosUsed() / 1e6;
      double lastMillis = (await(last, cap) - before) / 1e6;
      return new Figures()
          .add(FIRST, firstMillis)
          .add("first start cpu ms", cpuMillis)
          .add(CUT_OFF, lastMillis)
          .add("store MB", Folders.size(store) / 1e6);
    }
  }

  /** When it came, or now where it has not come within the cap: a lower bound. */
  private static long await(CompletableFuture<Long> at, Duration cap) throws Exception {
    try {
      return at.get(cap.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return System.nanoTime();
    }
  }
}
