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
