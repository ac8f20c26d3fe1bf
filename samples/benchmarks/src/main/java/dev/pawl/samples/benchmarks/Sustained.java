package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;

import dev.pawl.Retention;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * P14: for a long time half of the peak rate is offered, on a schedule that does not wait for
 * answers, and ended runs are deleted after a fifth of that time. Ten windows tell whether rate,
 * latency, file and heap stay as they are. A latency counts from the time at which its call was
 * due, so that a stall counts for every call it held up.
 */
public final class Sustained implements Workload {
  private static final int WINDOWS = 10;
  private static final int IN_FLIGHT = 1_000;
  private static final int KEPT_SHARE = 5;
  private static final String DRIFT = "rate drift %";
  private static final String FILE = "largest database / allowed";
  private static final String FOLDER = "largest folder / allowed";
  private static final double FREE_BYTES = 100e6;

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new Sustained(), args);
  }

  @Override
  public String id() {
    return "P14";
  }

  @Override
  public String title() {
    return "half the peak rate for a long time";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS, PAWL_POWER);
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.atMost(DRIFT, 10), Target.atMost(FILE, 1));
  }

  @Override
  public String heap() {
    return "1g";
  }

  @Override
  public Figures run(Round round) throws Exception {
    Duration time = Duration.ofSeconds(round.extra("seconds", round.scale().pick(2, 20, 600)));
    Peak peak = peak(round);
    Path store = round.folder().resolve("sustained");
    Duration kept =
        time.dividedBy(KEPT_SHARE).compareTo(Duration.ofSeconds(1)) < 0
            ? Duration.ofSeconds(1)
            : time.dividedBy(KEPT_SHARE);
    try (PawlContender contender =
        PawlContender.open(
            round.entrant().store(Setting.fresh(store)),
            builder -> builder.retention(Retention.of(kept)))) {
      contender.start();
      double rate = round.extra("rate", (int) (peak.perSecond() / 2));
      double live = rate * kept.toMillis() / 1e3 * peak.bytesEach();
      return windows(contender, store, rate, time, 3 * live + FREE_BYTES)
          .add("peak lives /s", peak.perSecond());
    }
  }

  /**
   * What the engine does when it is offered all it can take, and what a run takes of the database.
   */
  private record Peak(double perSecond, double bytesEach) {}

  private static Peak peak(Round round) throws Exception {
    Duration time = round.scale().millis(300, 3_000, 10_000);
    Callers.Result result;
    Callers lives;
    try (Contender contender = round.open("peak")) {
      contender.start();
      lives = new Callers(0, contender::lifeCycle);
      lives.runOnVirtualThreads(IN_FLIGHT, time);
      result = lives.runOnVirtualThreads(IN_FLIGHT, time);
    }
    double bytes = databaseSize(round.folder().resolve("peak"));
    return new Peak(result.perSecond(), bytes / lives.next());
  }

  /** Without the journal and the copy, which grow with it. */
  private static long databaseSize(Path folder) throws Exception {
    return Files.size(folder.resolve("pawl.mv.db"));
  }

  /**
   * Offers triggers on schedule, window after window.
   *
   * @param allowedBytes what the database may take; the folder also has its journal and a copy
   */
  private static Figures windows(
      Contender contender, Path store, double rate, Duration time, double allowedBytes)
      throws Exception {
    Figures figures = new Figures().add("offered /s", rate);
    Latencies all = new Latencies();
    double slowest = Double.MAX_VALUE;
    double fastest = 0;
    long largestDatabase = 0;
    long largestFolder = 0;
    long began = System.nanoTime();
    try (Offer offer = new Offer(contender, began, rate)) {
      for (int window = 1; window <= WINDOWS; window++) {
        long collecting = Heap.collectingMillis();
        long ran = Bodies.count();
        long start = System.nanoTime();
        Latencies latencies = offer.until(began + time.toNanos() * window / WINDOWS, all);
        double ended = (Bodies.count() - ran) * 1e9 / (System.nanoTime() - start);
        slowest = Math.min(slowest, ended);
        fastest = Math.max(fastest, ended);
        long database = databaseSize(store);
        long folder = Folders.size(store);
        largestDatabase = Math.max(largestDatabase, database);
        largestFolder = Math.max(largestFolder, folder);
        String name = "window " + window;
        figures
            .add(name + " /s", ended)
            .add(name + " trigger", latencies)
            .add(name + " trigger p99.9 ms", latencies.millis(0.999))
            .add(name + " database MB", database / 1e6)
            .add(name + " folder MB", folder / 1e6)
            .add(name + " collecting ms", Heap.collectingMillis() - collecting);
        if (window == 2 || window == WINDOWS) {
          figures.add(name + " heap MB", Heap.live() / 1e6);
        }
      }
    }
    return figures
        .add(DRIFT, 100 * Math.max(fastest / rate - 1, 1 - slowest / rate))
        .add(FILE, largestDatabase / allowedBytes)
        .add(FOLDER, largestFolder / allowedBytes)
        .add("trigger", all)
        .add("trigger p99.9 ms", all.millis(0.999));
  }
}
