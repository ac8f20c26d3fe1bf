package dev.pawl.samples.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A JVM with the JDK of this one. What it says on standard error goes to a log file. */
final class ChildProcess implements AutoCloseable {
  private static final long EXIT_SECONDS = 60;

  private final Process process;
  private final BufferedReader out;

  private ChildProcess(Process process) {
    this.process = process;
    this.out = process.inputReader();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  static ChildProcess start(List<String> flags, String classPath, Path log, String... command)
      throws IOException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(flags);
    String postgres = Databases.postgresUrl();
    if (postgres != null) {
      all.add("-D" + Databases.POSTGRES + "=" + postgres);
    }
    all.addAll(List.of("-cp", classPath));
    all.addAll(List.of(command));
    return new ChildProcess(
        new ProcessBuilder(all)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start());
  }

  static String classPath() {
    return System.getProperty("java.class.path");
  }

  /** This class path with a jar before it. */
  static String classPathBehind(String jar) {
    return jar + File.pathSeparator + classPath();
  }

  /** The first line that is wanted; empty where it ends before it, or the time is up. */
  Optional<String> await(Predicate<String> wanted, long seconds) throws InterruptedException {
    CompletableFuture<Optional<String>> line =
        CompletableFuture.supplyAsync(() -> out.lines().filter(wanted).findFirst());
    try {
      return line.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return Optional.empty();
    }
  }

  /** {@code kill -9}, and waits until it is gone. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** The processor time that it has taken so far. */
  double cpuMillis() {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e6;
  }

  /** Gives it time to end by itself, and to write what it writes then: a recording, an archive. */
  void awaitExit() throws InterruptedException {
    boolean unused = process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Kills it where it still runs. */
  @Override
  public void close() {
    kill();
  }
}
