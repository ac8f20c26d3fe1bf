package dev.pawl.samples.benchmarks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What one round has measured: numbers by name, the unit in the name. Travels as one line. */
final class Figures {
  private static final String MARK = "FIGURES";

  private final Map<String, Double> values = new LinkedHashMap<>();

  Figures add(String name, double value) {
    values.put(name, value);
    return this;
  }

  Figures add(String name, long value) {
    return add(name, (double) value);
  }

  /** Adds median and 99th percentile of latencies. */
  Figures add(String name, Latencies latencies) {
    return add(name + " p50 ms", latencies.millis(0.5))
        .add(name + " p99 ms", latencies.millis(0.99));
  }

  Map<String, Double> values() {
    return Collections.unmodifiableMap(values);
  }

  double get(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no figure " + name + " in " + values.keySet());
    }
    return value;
  }

  /** The line that a child prints, and its launcher reads. */
  String toLine() {
    StringBuilder line = new StringBuilder(MARK);
    values.forEach((name, value) -> line.append('\t').append(name).append('=').append(value));
    return line.toString();
  }

  static boolean isLine(String line) {
    return line.startsWith(MARK + "\t");
  }

  static Figures parse(String line) {
    Figures figures = new Figures();
    String[] parts = line.split("\t", -1);
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].lastIndexOf('=');
      figures.add(
          parts[i].substring(0, equals), Double.parseDouble(parts[i].substring(equals + 1)));
    }
    return figures;
  }

  /** Three digits that count, with thousands set off. */
  static String show(double value) {
    double size = Math.abs(value);
    String pattern = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, pattern, value);
  }
}
