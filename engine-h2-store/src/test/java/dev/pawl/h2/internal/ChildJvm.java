package dev.pawl.h2.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Starts a class of these tests in a process of its own. */
public final class ChildJvm {
  private ChildJvm() {}

  public static ProcessBuilder of(Class<?> main, String heap, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /** Waits for one line of a child's output. */
  public static String line(Process child) throws IOException {
    String line = child.inputReader().readLine();
    if (line == null) {
      throw new IOException("the child has ended");
    }
    return line;
  }
}
