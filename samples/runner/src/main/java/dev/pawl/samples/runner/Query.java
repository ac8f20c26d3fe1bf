package dev.pawl.samples.runner;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** The parameters behind the path. */
final class Query {
  private final Map<String, List<String>> values;

  private Query(Map<String, List<String>> values) {
    this.values = values;
  }

  static Query of(Fields fields) {
    Map<String, List<String>> values = new HashMap<>();
    for (Fields.Field field : fields) {
      values.put(field.getName(), new ArrayList<>(field.getValues()));
    }
    return new Query(values);
  }

  /**
   * Refuses others than these.
   *
   * @throws Refusal naming the unknown ones
   */
  Query only(String... known) {
    Set<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(Set.of(known));
    if (!unknown.isEmpty()) {
      throw Refusal.badRequest(
          "unknown parameters " + unknown + "; known: " + new TreeSet<>(Set.of(known)));
    }
    return this;
  }

  /** All values of one; empty where it is not given. */
  String[] all(String name) {
    return values.getOrDefault(name, List.of()).toArray(String[]::new);
  }

  /** The value of one; null where it is not given. */
  @Nullable String one(String name) {
    List<String> found = values.getOrDefault(name, List.of());
    if (found.size() > 1) {
      throw Refusal.badRequest(name + " is given twice");
    }
    return found.isEmpty() ? null : found.get(0);
  }

  @Nullable Integer number(String name) {
    String text = one(name);
    try {
      return text == null ? null : Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw Refusal.badRequest(name + " must be a number");
    }
  }

  @Nullable Boolean flag(String name) {
    String text = one(name);
    if (text == null) {
      return null;
    }
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw Refusal.badRequest(name + " must be true or false");
    };
  }

  @Nullable Instant instant(String name) {
    String text = one(name);
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw Refusal.badRequest(name + " must be a time such as 2030-01-01T09:00:00Z");
    }
  }
}
