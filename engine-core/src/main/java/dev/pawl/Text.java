package dev.pawl;

/** Renders a caller's text in a message: on one line, quoted, and cut when it is long. */
final class Text {
  private static final int SHOWN = 80;

  private Text() {}

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().limit(SHOWN).forEach(c -> append(quoted, c));
    return quoted.append(text.codePointCount(0, text.length()) > SHOWN ? "…\"" : "\"").toString();
  }

  /**
   * A message that quotes what others say, such as a JSON reader, which quotes the caller's text:
   * what would break the line is escaped.
   */
  static String oneLine(String message) {
    if (message.chars().noneMatch(Text::breaksTheLine)) {
      return message;
    }
    StringBuilder line = new StringBuilder();
    message
        .replaceAll("\\s*\\R\\s*", " ")
        .codePoints()
        .forEach(
            c -> {
              if (breaksTheLine(c)) {
                append(line, c);
              } else {
                line.appendCodePoint(c);
              }
            });
    return line.toString();
  }

  private static boolean breaksTheLine(int c) {
    return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
  }

  private static void append(StringBuilder to, int c) {
    switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          to.append(String.format("\\u%04x", c));
      default -> to.appendCodePoint(c);
    }
  }
}
