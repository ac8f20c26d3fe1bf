package dev.pawl.samples.indexer;

/**
 * Counts lines and words in bytes that come piece by piece. White space is ASCII's, so it works for
 * UTF-8 and every other encoding that extends ASCII.
 */
final class TextCounter {
  private long lineEnds;
  private long words;
  private boolean inLine;
  private boolean inWord;

  /** Goes on with the first {@code length} bytes of the buffer. */
  void count(byte[] buffer, int length) {
    for (int i = 0; i < length; i++) {
      byte b = buffer[i];
      if (b == '\n') {
        lineEnds++;
      }
      inLine = b != '\n';
      boolean wordByte = b != ' ' && (b < '\t' || b > '\r');
      if (wordByte && !inWord) {
        words++;
      }
      inWord = wordByte;
    }
  }

  /** How many lines there were; a last one without an end counts. */
  long lines() {
    return inLine ? lineEnds + 1 : lineEnds;
  }

  long words() {
    return words;
  }
}
