package dev.pawl.samples.runner;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the runner can be told, on the command line and in its file alike. */
enum Setting {
  STORE("store", "FOLDER", "", "where runs are kept; required"),
  TASKS("tasks", "JAR", "", "a jar with tasks, or several; required"),
  HOST("host", "ADDRESS", "127.0.0.1", "the address to listen on"),
  PORT("port", "NUMBER", "7295", "the port to listen on; 0 takes a free one"),
  HOSTS("hosts", "NAME", "", "names by which clients may call it, besides those of the loopback"),
  MAX_CONCURRENCY("maxConcurrency", "NUMBER", "1000", "how many runs may execute at once"),
  DURABILITY("durability", "MODE", "POWER", "what an acknowledged call survives: POWER or PROCESS"),
  RETENTION("retention", "TIME", "30d", "how long runs are kept after their end, or: forever"),
  STOP_TIME("stopTime", "TIME", "30s", "how long a stop may take, bodies that execute included"),
  MAX_BODY_BYTES("maxBodyBytes", "NUMBER", "1048576", "how large the body of a request may be");

  private final String key;
  private final String unit;
  private final String otherwise;
  private final String meaning;

  Setting(String key, String unit, String otherwise, String meaning) {
    this.key = key;
    this.unit = unit;
    this.otherwise = otherwise;
    this.meaning = meaning;
  }

  /** Its name in the file: {@code maxConcurrency}. */
  String key() {
    return key;
  }

  /** Its name on the command line: {@code --max-concurrency}. */
  String option() {
    return "--" + key.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** What counts where it is not given; empty where there is nothing that could. */
  String otherwise() {
    return otherwise;
  }

  /** Whether it may be given several times. */
  boolean isList() {
    return this == TASKS || this == HOSTS;
  }

  static Optional<Setting> ofOption(String option) {
    return Arrays.stream(values()).filter(each -> each.option().equals(option)).findFirst();
  }

  static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
  }

  /** The names of all in the file, for the message about one that is not. */
  static String keys() {
    return Arrays.stream(values()).map(Setting::key).collect(Collectors.joining(", "));
  }

  /** A line of the usage. */
  String line() {
    return String.format(
        Locale.ROOT,
        "  %-26s %s%s%n",
        option() + " " + unit,
        meaning,
        otherwise.isEmpty() ? "" : "; default: " + otherwise);
  }
}
