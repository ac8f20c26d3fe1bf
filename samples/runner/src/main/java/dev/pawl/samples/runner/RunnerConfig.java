package dev.pawl.samples.runner;

import dev.pawl.InvalidOptionException;
import dev.pawl.Retention;
import dev.pawl.TriggerOptions;
import dev.pawl.h2.H2Store;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a runner is to be.
 *
 * @param store the folder of its store
 * @param tasks the jars with its tasks
 * @param address the address that it listens on
 * @param port the port that it listens on; 0 for a free one
 * @param hosts names by which it may be called, besides those of the loopback, in lower case
 * @param maxConcurrency how many runs may execute at once
 * @param durability what an acknowledged call survives
 * @param retention how long runs are kept
 * @param stopTime how long a stop may take
 * @param maxBodyBytes how large the body of a request may be
 */
record RunnerConfig(
    Path store,
    List<Path> tasks,
    InetAddress address,
    int port,
    List<String> hosts,
    int maxConcurrency,
    H2Store.Durability durability,
    Retention retention,
    Duration stopTime,
    int maxBodyBytes) {
  /** 64 connections may have such a body in memory at the same time. */
  private static final int MAX_MAX_BODY_BYTES = 64 << 20;

  private static final Duration MAX_STOP_TIME = Duration.ofHours(1);

  /**
   * The settings of a command line, and for what it does not give those of its file.
   *
   * @throws UsageException if a setting is missing or makes no sense
   */
  static RunnerConfig of(CommandLine commandLine) throws UsageException {
    Map<Setting, List<String>> given = new EnumMap<>(Setting.class);
    Path config = commandLine.config();
    if (config != null) {
      given.putAll(ConfigFile.read(config));
    }
    given.putAll(commandLine.given());
    return new Given(given).read();
  }

  /** What was given, as text. */
  private record Given(Map<Setting, List<String>> values) {
    RunnerConfig read() throws UsageException {
      return new RunnerConfig(
          CommandLine.path(Setting.STORE.key(), required(Setting.STORE)),
          tasks(),
          address(),
          number(Setting.PORT, 0, 65_535),
          hosts(),
          number(Setting.MAX_CONCURRENCY, 1, Integer.MAX_VALUE),
          durability(),
          retention(),
          stopTime(),
          number(Setting.MAX_BODY_BYTES, 1_024, MAX_MAX_BODY_BYTES));
    }

    private String required(Setting setting) throws UsageException {
      List<String> found = values.getOrDefault(setting, List.of());
      if (found.isEmpty()) {
        throw new UsageException(setting.option() + " is missing; see --help");
      }
      return found.get(0);
    }

    private String text(Setting setting) {
      return values.getOrDefault(setting, List.of(setting.otherwise())).get(0);
    }

    private List<Path> tasks() throws UsageException {
      required(Setting.TASKS);
      List<Path> jars = new ArrayList<>();
      for (String jar : values.getOrDefault(Setting.TASKS, List.of())) {
        jars.add(CommandLine.path(Setting.TASKS.key(), jar));
      }
      return jars;
    }

    /** Looked up once, so that what was checked is what is listened on. */
    private InetAddress address() throws UsageException {
      String host = text(Setting.HOST);
      try {
        return InetAddress.getByName(host);
      } catch (UnknownHostException e) {
        throw new UsageException("host \"" + host + "\" is not known", e);
      }
    }

    private List<String> hosts() {
      return values.getOrDefault(Setting.HOSTS, List.of()).stream()
          .map(host -> host.toLowerCase(Locale.ROOT))
          .toList();
    }

    private int number(Setting setting, int min, int max) throws UsageException {
      String text = text(setting);
      try {
        int number = Integer.parseInt(text);
        if (number >= min && number <= max) {
          return number;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new UsageException(
          setting.key() + " must be a number from " + min + " to " + max + ": \"" + text + "\"");
    }

    private H2Store.Durability durability() throws UsageException {
      String text = text(Setting.DURABILITY);
      return switch (text) {
        case "POWER" -> H2Store.Durability.POWER;
        case "PROCESS" -> H2Store.Durability.PROCESS;
        default ->
            throw new UsageException("durability must be POWER or PROCESS: \"" + text + "\"");
      };
    }

    private Retention retention() throws UsageException {
      if (text(Setting.RETENTION).equals("forever")) {
        return Retention.forever();
      }
      return Retention.of(duration(Setting.RETENTION));
    }

    private Duration stopTime() throws UsageException {
      Duration time = duration(Setting.STOP_TIME);
      if (time.compareTo(MAX_STOP_TIME) > 0) {
        throw new UsageException("stopTime must be one hour at most");
      }
      return time;
    }

    private Duration duration(Setting setting) throws UsageException {
      String text = text(setting);
      Duration time = parse(text);
      if (time == null || time.isZero()) {
        throw new UsageException(
            setting.key() + " must be a time such as 30s, 1h30m or 7d: \"" + text + "\"");
      }
      return time;
    }

    /** In the grammar that the engine has for times. */
    private static @Nullable Duration parse(String text) {
      try {
        return Objects.requireNonNull(TriggerOptions.options().ttl(text).ttl());
      } catch (InvalidOptionException e) {
        return null;
      }
    }
  }
}
