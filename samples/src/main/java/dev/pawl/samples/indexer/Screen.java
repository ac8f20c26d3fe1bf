package dev.pawl.samples.indexer;

import java.io.PrintStream;
import java.time.Duration;

/** Where lines go: on a terminal the line of progress is written over by the next one. */
final class Screen {
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final boolean quiet;

  /**
   * Writes to a stream.
   *
   * @param terminal whether it is one that a person looks at
   * @param quiet whether nothing but results is wanted
   */
  Screen(PrintStream out, boolean terminal, boolean quiet) {
    this.out = out;
    this.terminal = terminal;
    this.quiet = quiet;
  }

  /** Whether standard output is a terminal. */
  @SuppressWarnings("SystemConsoleNull") // -Djdk.console=java.base keeps the old meaning on 22-24
  static boolean isTerminal() {
    return System.console() != null;
  }

  /** How often progress is worth a line. */
  Duration interval() {
    return Duration.ofMillis(terminal ? 200 : 1_000);
  }

  /** The line that moves. */
  void progress(String line) {
    if (quiet) {
      return;
    }
    if (terminal) {
      out.print(CLEAR_LINE + line);
    } else {
      out.println(line);
    }
    out.flush();
  }

  /** A line that says what goes on. */
  void say(String line) {
    if (!quiet) {
      result(line);
    }
  }

  /** A result. */
  void result(String text) {
    if (terminal && !quiet) {
      out.print(CLEAR_LINE);
    }
    out.println(text);
    out.flush();
  }
}
