package dev.pawl.internal.exec;

import dev.pawl.AbortRunException;
import dev.pawl.RunError;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a body threw into what is stored, whatever it threw: bounded in length and depth, and
 * never throwing.
 */
final class Errors {
  private static final int MAX_CAUSES = 10;
  private final int maxChars;

  Errors(int maxChars) {
    this.maxChars = maxChars;
  }

  RunError of(Throwable thrown) {
    RunError.Code code =
        thrown instanceof AbortRunException ? RunError.Code.ABORTED : RunError.Code.EXCEPTION;
    return of(code, thrown);
  }

  RunError of(RunError.Code code, Throwable thrown) {
    try {
      return convert(code, thrown, 0, new IdentityHashMap<>());
    } catch (OutOfMemoryError | StackOverflowError e) {
      return new RunError(code, thrown.getClass().getName(), "", "", null);
    }
  }

  private RunError convert(
      RunError.Code code, Throwable thrown, int depth, Map<Throwable, Boolean> seen) {
    seen.put(thrown, true);
    Throwable cause = thrown.getCause();
    @Nullable RunError causeError =
        cause == null || depth >= MAX_CAUSES || seen.containsKey(cause)
            ? null
            : convert(RunError.Code.EXCEPTION, cause, depth + 1, seen);
    return new RunError(
        code, thrown.getClass().getName(), message(thrown), stackTrace(thrown, depth), causeError);
  }

  private String message(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return message == null ? "" : cut(message);
    } catch (Exception e) {
      return "(its getMessage() threw " + e.getClass().getName() + ")";
    }
  }

  /** The outermost trace holds those of its causes; each cause's own is not stored again. */
  private String stackTrace(Throwable thrown, int depth) {
    if (depth > 0) {
      return "";
    }
    try {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      return cut(trace.toString());
    } catch (Exception e) {
      return "(its stack trace could not be printed: " + e.getClass().getName() + ")";
    }
  }

  private String cut(String text) {
    return text.length() <= maxChars ? text : text.substring(0, maxChars);
  }
}
