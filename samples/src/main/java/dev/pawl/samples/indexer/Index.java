package dev.pawl.samples.indexer;

import java.util.List;
import java.util.Map;

/**
 * What is known of a folder and all that is below it.
 *
 * @param languages the sums for each language
 * @param unreadable how many files and folders could not be read
 * @param problems the first {@link #MAX_PROBLEMS} of these
 * @param sha256 a checksum over names and checksums of all files: equal trees have equal ones
 */
record Index(Map<String, Tally> languages, long unreadable, List<Problem> problems, String sha256) {
  /** A tree in which nothing can be read must not make outputs that grow with it. */
  static final int MAX_PROBLEMS = 100;

  Index {
    languages = Map.copyOf(languages);
    problems = List.copyOf(problems);
  }

  /**
   * A file or folder that could not be read.
   *
   * @param path the way to it from the folder that is indexed
   * @param reason why, in one line
   */
  record Problem(String path, String reason) {}

  /** The sums over all languages. */
  Tally total() {
    return languages.values().stream().reduce(Tally.NONE, Tally::plus);
  }
}
