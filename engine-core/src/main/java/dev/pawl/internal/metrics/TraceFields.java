package dev.pawl.internal.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields by which a trace goes on elsewhere ({@code traceparent} and whatever else a tracer
 * writes), as one text: a line {@code name: value} for each, as they would stand in the head of an
 * HTTP request.
 */
final class TraceFields {
  /** Longer than any that tracers agree on; what is longer is not worth a place in each row. */
  static final int MOST_CHARS = 4_096;

  private static final String BETWEEN = ": ";

  private TraceFields() {}

  /** The text; null where there is no field, or too much of them. */
  static @Nullable String write(Map<String, String> fields) {
    StringBuilder text = new StringBuilder();
    fields.forEach(
        (name, value) -> {
          if (isOneLine(name) && isOneLine(value) && !name.contains(BETWEEN)) {
            text.append(name).append(BETWEEN).append(value).append('\n');
          }
        });
    return text.isEmpty() || text.length() > MOST_CHARS ? null : text.toString();
  }

  /** The fields of a text. */
  static Map<String, String> read(@Nullable String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (text != null) {
      for (String line : text.lines().toList()) {
        int at = line.indexOf(BETWEEN);
        if (at > 0) {
          fields.put(line.substring(0, at), line.substring(at + BETWEEN.length()));
        }
      }
    }
    return fields;
  }

  private static boolean isOneLine(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }
}
