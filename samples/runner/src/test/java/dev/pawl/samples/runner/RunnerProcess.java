package dev.pawl.samples.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/** The runner's jar in a JVM of its own. */
final class RunnerProcess implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("listens on http://[^ ]*:(\\d+) ");

  private final Process process;
  private final BufferedReader reader;
  private final StringBuilder out = new StringBuilder();

  private RunnerProcess(Process process) {
    this.process = process;
    this.reader = process.inputReader(UTF_8);
  }

  static RunnerProcess start(Path store, Map<String, String> environment, String... more)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(List.of("-jar", System.getProperty("runner.jar")));
    command.addAll(List.of("--store", store.toString(), "--tasks", Local.tasks().toString()));
    command.addAll(List.of("--port", "0"));
    command.addAll(List.of(more));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove(SecretKey.VARIABLE);
    builder.environment().putAll(environment);
    return new RunnerProcess(builder.start());
  }

  /** Reads on until it says where it listens. */
  int port() throws IOException {
    for (String line = next(); line != null; line = next()) {
      Matcher listens = LISTENS.matcher(line);
      if (listens.find()) {
        return Integer.parseInt(listens.group(1));
      }
    }
    return Assertions.fail("the process ended too early:\n" + out);
  }

  /** SIGKILL; by way of the handle, because the process would close the reader. */
  void kill() throws Exception {
    process.toHandle().destroyForcibly();
    end();
  }

  /** SIGTERM. */
  int terminate() throws Exception {
    process.toHandle().destroy();
    return end();
  }

  /** Reads to the end, and waits for it. */
  int end() throws Exception {
    for (String line = next(); line != null; line = next()) {}
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the process does not end:\n" + out);
    }
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  String out() {
    return out.toString();
  }

  private String next() throws IOException {
    String line = reader.readLine();
    if (line != null) {
      out.append(line).append('\n');
    }
    return line;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
