package dev.pawl.internal.exec;

import dev.pawl.AbortRunException;
import dev.pawl.RunError;
import java.io.PrintWriter;
import java.io.Writer;
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
    Throwable cause = cause(thrown);
    @Nullable RunError causeError =
        cause == null || depth >= MAX_CAUSES || seen.containsKey(cause)
            ? null
            : convert(RunError.Code.EXCEPTION, cause, depth + 1, seen);
    return new RunError(
        code, thrown.getClass().getName(), message(thrown), stackTrace(thrown, depth), causeError);
  }

  private static @Nullable Throwable cause(Throwable thrown) {
    try {
      return thrown.getCause();
    } catch (Throwable e) {
      return null; // the class is the user's; its methods may throw anything, errors included
    }
  }

  private String message(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return message == null ? "" : cut(message);
    } catch (Throwable e) {
      return "(its getMessage() threw " + e.getClass().getName() + ")";
    }
  }

  /** The outermost trace holds those of its causes; each cause's own is not stored again. */
  private String stackTrace(Throwable thrown, int depth) {
    if (depth > 0) {
      return "";
    }
    Trace trace = new Trace(maxChars);
    try {
      thrown.printStackTrace(new PrintWriter(trace));
    } catch (Trace.Full e) {
      // the rest would be cut off anyway
    } catch (Throwable e) {
      return "(its stack trace could not be printed: " + e.getClass().getName() + ")";
    }
    return cut(trace.text.toString());
  }

  private String cut(String text) {
    if (text.length() <= maxChars) {
      return text;
    }
    boolean splitsAPair = Character.isHighSurrogate(text.charAt(maxChars - 1));
    return text.substring(0, splitsAPair ? maxChars - 1 : maxChars);
  }

  /**
   * Stops the printing of a stack trace once there is enough of it: the trace of a chain of causes
   * that is very long, or never ends, would otherwise take minutes and all memory.
   */
  private static final class Trace extends Writer {
    /** Unchecked, because a {@link PrintWriter} swallows the checked ones and goes on. */
    private static final class Full extends RuntimeException {
      private static final long serialVersionUID = 1L;

      Full() {
        super(null, null, false, false);
      }
    }

    private final StringBuilder text = new StringBuilder();
    private final int enough;

    /**
     * A trace that takes one character more than is kept, so that {@link #cut} sees where a
     * character ends.
     */
    Trace(int maxChars) {
      this.enough = maxChars + 1;
    }

    @Override
    public void write(char[] chars, int from, int length) {
      text.append(chars, from, Math.min(length, enough - text.length()));
      stopWhereFull();
    }

    @Override
    public void write(String part, int from, int length) {
      text.append(part, from, from + Math.min(length, enough - text.length()));
      stopWhereFull();
    }

    private void stopWhereFull() {
      if (text.length() >= enough) {
        throw new Full();
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
