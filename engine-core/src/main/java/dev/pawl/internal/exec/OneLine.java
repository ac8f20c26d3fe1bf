package dev.pawl.internal.exec;

/**
 * A text as part of one line of a log, whatever is in it: what comes from bodies and callers must
 * not look like a line of its own.
 */
public final class OneLine {
  private static final int SHOWN = 500;

  private OneLine() {}

  /** The text with control characters and line ends escaped, cut when it is long. */
  public static String of(String text) {
    if (text.length() <= SHOWN && text.codePoints().allMatch(OneLine::isPlain)) {
      return text;
    }
    StringBuilder line = new StringBuilder();
    text.codePoints().limit(SHOWN).forEach(c -> append(line, c));
    return text.codePointCount(0, text.length()) > SHOWN
        ? line.append('…').toString()
        : line.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }

  private static void append(StringBuilder to, int c) {
    if (isPlain(c)) {
      to.appendCodePoint(c);
    } else {
      to.append(String.format("\\u%04x", c));
    }
  }
}
