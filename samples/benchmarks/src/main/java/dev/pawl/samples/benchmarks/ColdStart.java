package dev.pawl.samples.benchmarks;

import static dev.pawl.samples.benchmarks.Entrant.DB_SCHEDULER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_MEMORY;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_POWER;
import static dev.pawl.samples.benchmarks.Entrant.PAWL_PROCESS;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * S1: from the start of a JVM to the end of its first run: plain, with an archive of its classes,
 * and with a cache of the ahead-of-time kind where the JDK has that.
 */
public final class ColdStart implements Workload {
  private static final String ENDED = "ENDED";
  private static final int AOT_SINCE = 25;

  public static void main(String[] args) throws Exception {
    Benchmarks.run(new ColdStart(), args);
  }

  @Override
  public String id() {
    return "S1";
  }

  @Override
  public String title() {
    return "cold JVM to the first run's end";
  }

  @Override
  public List<Entrant> entrants() {
    return List.of(PAWL_PROCESS, PAWL_POWER, PAWL_MEMORY, DB_SCHEDULER);
  }

  @Override
  public List<Target> targets() {
    return List.of();
  }

  /** The JVM that is timed. */
  static final class FirstRun {
    private FirstRun() {}

    public static void main(String[] args) throws Exception {
      Contender contender = Entrant.valueOf(args[0]).open(Setting.fresh(Path.of(args[1])));
      contender.start();
      contender.lifeCycle(1);
      System.out.println(ENDED);
      if (args.length > 2) {
        contender.close(); // an archive is written when a JVM ends in good order
        System.exit(0);
      }
      new CompletableFuture<Void>().join();
    }
  }

  @Override
  public Figures run(Round round) throws Exception {
    int times = round.scale().pick(1, 3, 9);
    String classPath = jarsOnly(round.folder().resolve("jars"));
    Map<String, List<String>> variants = variants(round, classPath);
    Map<String, List<Start>> starts = new LinkedHashMap<>();
    for (int i = 0; i < times; i++) {
      for (Map.Entry<String, List<String>> variant : variants.entrySet()) {
        starts
            .computeIfAbsent(variant.getKey(), name -> new ArrayList<>())
            .add(start(round, classPath, variant.getValue()));
      }
    }
    Figures figures = new Figures();
    starts.forEach((name, all) -> add(name, all, figures));
    return figures;
  }

  /** The flags of each way to start, by name; what they need is made here. */
  private static Map<String, List<String>> variants(Round round, String classPath)
      throws Exception {
    Map<String, List<String>> variants = new LinkedHashMap<>();
    variants.put("plain", List.of());
    if (round.scale() != Scale.SMOKE) {
      Path classes = round.folder().resolve("app.jsa");
      archive(round, classPath, "-XX:ArchiveClassesAtExit=" + classes);
      variants.put("class archive", List.of("-XX:SharedArchiveFile=" + classes));
      if (Runtime.version().feature() >= AOT_SINCE) {
        Path cache = round.folder().resolve("app.aot");
        archive(round, classPath, "-XX:AOTCacheOutput=" + cache);
        variants.put("AOT cache", List.of("-XX:AOTCache=" + cache));
      }
    }
    return variants;
  }

  private static void add(String name, List<Start> starts, Figures figures) {
    figures
        .add(name + " ms", median(starts.stream().map(Start::millis)))
        .add(name + " cpu ms", median(starts.stream().map(Start::cpuMillis)));
  }

  private static double median(Stream<Double> values) {
    return Results.Spread.of(values.toList()).median();
  }

  private static void archive(Round round, String classPath, String flag) throws Exception {
    try (ChildProcess child = process(round, classPath, List.of(flag), "write")) {
      child.await(ENDED::equals, 60);
      child.awaitExit();
    }
  }

  /** How long it took, and how much of a processor, which depends less on the neighbours. */
  private record Start(double millis, double cpuMillis) {}

  private static Start start(Round round, String classPath, List<String> flags) throws Exception {
    long before = System.nanoTime();
    try (ChildProcess child = process(round, classPath, flags)) {
      Optional<String> ended = child.await(ENDED::equals, 60);
      double millis = (System.nanoTime() - before) / 1e6;
      double cpuMillis = child.cpuMillis();
      if (ended.isEmpty()) {
        throw new IllegalStateException("the first run did not end");
      }
      return new Start(millis, cpuMillis);
    }
  }

  private static ChildProcess process(
      Round round, String classPath, List<String> flags, String... more) throws IOException {
    Path store = Folders.empty(round.folder().resolve("cold"));
    List<String> command = new ArrayList<>();
    command.add(FirstRun.class.getName());
    command.add(round.entrant().name());
    command.add(store.toString());
    command.addAll(Arrays.asList(more));
    List<String> all = new ArrayList<>(List.of("-Xmx512m"));
    all.addAll(flags);
    Path log = round.folder().resolve("cold.log");
    return ChildProcess.start(all, classPath, log, command.toArray(String[]::new));
  }

  /** This class path with its folders packed: an archive of classes is made of jars alone. */
  private static String jarsOnly(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<String> jars = new ArrayList<>();
    for (String entry : ChildProcess.classPath().split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      jars.add(
          Files.isDirectory(path)
              ? Jars.pack(path, folder.resolve(jars.size() + ".jar")).toString()
              : entry);
    }
    return String.join(File.pathSeparator, jars);
  }
}
