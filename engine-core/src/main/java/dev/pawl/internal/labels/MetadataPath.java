package dev.pawl.internal.labels;

import dev.pawl.InvalidOptionException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where in a JSON object something stands: a plain key, or the steps of a path such as {@code
 * $.files[2].name}.
 *
 * @param key what the user wrote
 * @param steps names of an object's entries, or places in an array; at least one
 */
public record MetadataPath(String key, List<String> steps) {
  private static final String PATH = "$.";

  /** Deeper than that no reader has a use for; JSON readers refuse depths not far beyond. */
  static final int MAX_DEPTH = 400;

  /**
   * Reads a key.
   *
   * @throws InvalidOptionException if it begins as a path and is none
   */
  public static MetadataPath of(String key) {
    if (!key.startsWith(PATH)) {
      return new MetadataPath(key, List.of(key));
    }
    List<String> steps = new ArrayList<>();
    int at = PATH.length();
    at = name(key, at, steps);
    while (at < key.length()) {
      at = key.charAt(at) == '[' ? bracket(key, at + 1, steps) : name(key, at + 1, steps);
    }
    if (steps.size() > MAX_DEPTH) {
      throw invalid(key, "has more than " + MAX_DEPTH + " steps");
    }
    return new MetadataPath(key, List.copyOf(steps));
  }

  /** Reads a name up to the next dot or bracket. */
  private static int name(String key, int from, List<String> steps) {
    int to = from;
    while (to < key.length() && key.charAt(to) != '.' && key.charAt(to) != '[') {
      to++;
    }
    if (to == from) {
      throw invalid(key, "has an empty step");
    }
    steps.add(key.substring(from, to));
    return behind(key, to);
  }

  /** Reads a place, or a name in quotes, and the bracket behind it. */
  private static int bracket(String key, int from, List<String> steps) {
    char quote = from < key.length() ? key.charAt(from) : 0;
    boolean quoted = quote == '\'' || quote == '"';
    int begin = quoted ? from + 1 : from;
    int end = key.indexOf(quoted ? quote + "]" : "]", begin);
    if (end < 0) {
      throw invalid(key, "has a bracket that is not closed");
    }
    String step = key.substring(begin, end);
    if (!quoted && place(step) == null) {
      throw invalid(key, "has brackets around something that is no number; put it in quotes");
    }
    steps.add(step);
    return behind(key, end + (quoted ? 2 : 1));
  }

  private static int behind(String key, int at) {
    if (at < key.length() && key.charAt(at) != '.' && key.charAt(at) != '[') {
      throw invalid(key, "goes on behind a bracket with something that is no step");
    }
    return at;
  }

  /** The place in an array that a step names, or null. */
  static @Nullable Integer place(String step) {
    boolean digits =
        !step.isEmpty() && step.length() <= 9 && step.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Integer.valueOf(step) : null;
  }

  private static InvalidOptionException invalid(String key, String why) {
    return new InvalidOptionException(
        "the metadata path \""
            + shown(key)
            + "\" "
            + why
            + "; a path looks like $.files[2].name or $.by['user.name']");
  }

  /** A key in a message: on one line, and not long. */
  static String shown(String key) {
    String cut = key.length() > 80 ? key.substring(0, 80) + "…" : key;
    return cut.replaceAll("\\p{C}", "?");
  }
}
