package dev.pawl.samples.indexer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The indexer in a JVM of its own, as the command line starts it. */
final class ChildProcess implements AutoCloseable {
  private static final Pattern PROGRESS = Pattern.compile("^([\\d,]+)/[\\d,]+ files");

  private final Process process;
  private final BufferedReader reader;
  private final StringBuilder out = new StringBuilder();

  private ChildProcess(Process process) {
    this.process = process;
    this.reader = process.inputReader(UTF_8);
  }

  static ChildProcess start(Path folder, Path store, String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Two processors, so that not all files are read before they can be counted.
    command.addAll(
        List.of(
            "-XX:ActiveProcessorCount=2",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m"));
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    command.add(Indexer.class.getName());
    command.addAll(List.of(folder.toString(), "--store", store.toString()));
    command.addAll(List.of(more));
    return new ChildProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** Reads on until the child says that it has done so many files. */
  void awaitDone(int files) throws IOException {
    for (String line = next(); line != null; line = next()) {
      Matcher progress = PROGRESS.matcher(line);
      if (progress.find() && Integer.parseInt(progress.group(1).replace(",", "")) >= files) {
        return;
      }
    }
    throw new AssertionError("the process ended too early:\n" + out);
  }

  /** SIGKILL; by way of the handle, because the process would close the reader. */
  void kill() throws Exception {
    process.toHandle().destroyForcibly();
    end();
  }

  /** SIGTERM. */
  void terminate() throws Exception {
    process.toHandle().destroy();
    end();
  }

  /** Reads to the end, and waits for it. */
  int end() throws Exception {
    for (String line = next(); line != null; line = next()) {}
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the process does not end:\n" + out);
    }
    return process.exitValue();
  }

  private String next() throws IOException {
    String line = reader.readLine();
    if (line != null) {
      out.append(line).append('\n');
    }
    return line;
  }

  String out() {
    return out.toString();
  }

  int exitValue() {
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
