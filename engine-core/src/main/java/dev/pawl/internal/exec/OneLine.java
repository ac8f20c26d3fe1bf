package dev.pawl.internal.exec;

import org.jspecify.annotations.Nullable;

/**
 * What users' code has thrown, for a log: its message must not look like further lines of it.
 * Whoever chooses payloads often chooses what an exception says, and with a line break in it could
 * forge an entry.
 */
public final class OneLine {
  /** So many causes and suppressed ones are shown. */
  private static final int MOST_CAUSES = 50;

  private OneLine() {}

  /** The same where no message of the chain has a control character, else a copy without any. */
  public static Throwable of(Throwable thrown) {
    try {
      return isPlain(thrown) ? thrown : new Copy(thrown, new int[] {MOST_CAUSES});
    } catch (Throwable e) { // the class is the user's; its methods may throw anything
      return new Copy(thrown.getClass());
    }
  }

  /** A text without control characters. */
  public static String text(@Nullable String text) {
    if (text == null || text.chars().noneMatch(OneLine::breaks)) {
      return String.valueOf(text);
    }
    StringBuilder shown = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (breaks(c)) {
                shown.append(String.format("\\u%04x", c));
              } else {
                shown.append((char) c);
              }
            });
    return shown.toString();
  }

  private static boolean breaks(int c) {
    return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
  }

  private static boolean isPlain(Throwable thrown) {
    Throwable link = thrown;
    for (int i = 0; link != null && i < MOST_CAUSES; i++) {
      String shown = link.toString();
      if (shown != null && shown.chars().anyMatch(OneLine::breaks)) {
        return false;
      }
      for (Throwable suppressed : link.getSuppressed()) {
        if (!isPlain(suppressed)) {
          return false;
        }
      }
      link = link.getCause();
    }
    return true;
  }

  /** Says what another one did, and where. */
  private static final class Copy extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * A copy with those that it came with.
     *
     * @param left how many of them may still be copied: they may form circles
     */
    Copy(Throwable of, int[] left) {
      super(text(of.toString()), cause(of, left), true, true);
      setStackTrace(of.getStackTrace());
      for (Throwable suppressed : of.getSuppressed()) {
        if (left[0]-- > 0) {
          addSuppressed(new Copy(suppressed, left));
        }
      }
    }

    Copy(Class<?> silent) {
      super(silent.getName(), null, false, false);
    }

    private static @Nullable Throwable cause(Throwable of, int[] left) {
      Throwable cause = of.getCause();
      return cause == null || left[0]-- <= 0 ? null : new Copy(cause, left);
    }
  }
}
