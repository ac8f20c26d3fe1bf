package dev.pawl.samples.indexer;

/** Sums over files. */
record Tally(long files, long lines, long words, long bytes) {
  static final Tally NONE = new Tally(0, 0, 0, 0);

  static Tally of(FileFacts file) {
    return new Tally(1, file.lines(), file.words(), file.bytes());
  }

  Tally plus(Tally other) {
    return new Tally(
        files + other.files, lines + other.lines, words + other.words, bytes + other.bytes);
  }
}
