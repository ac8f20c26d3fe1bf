package dev.pawl.samples.runner;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param given the settings that it gives
 * @param config the file that gives others; null where there is none
 * @param help whether only the usage is wanted
 */
record CommandLine(Map<Setting, List<String>> given, @Nullable Path config, boolean help) {
  static final String USAGE =
      "usage: java -jar runner.jar --store FOLDER --tasks JAR [--config FILE] [OPTION VALUE]...\n\n"
          + Arrays.stream(Setting.values()).map(Setting::line).collect(Collectors.joining())
          + "  --config FILE              a YAML file with the same settings, whose names are"
          + " written\n"
          + "                             maxConcurrency there; the command line wins\n"
          + "  --help                     prints this\n\n"
          + "The environment variable "
          + SecretKey.VARIABLE
          + " is the token that clients have to show. Without\n"
          + "it the runner listens on the loopback only.\n";

  /**
   * Reads a command line.
   *
   * @throws UsageException if an option is unknown, given twice, or has no value
   */
  static CommandLine parse(String... args) throws UsageException {
    Map<Setting, List<String>> given = new EnumMap<>(Setting.class);
    Path config = null;
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (arg.equals("--help")) {
        return new CommandLine(Map.of(), null, true);
      } else if (arg.equals("--config")) {
        config = path(arg, value(args, ++i, arg));
      } else {
        Setting setting =
            Setting.ofOption(arg)
                .orElseThrow(() -> new UsageException("unknown option: " + arg + "; see --help"));
        List<String> values = given.computeIfAbsent(setting, key -> new ArrayList<>());
        values.add(value(args, ++i, arg));
        if (values.size() > 1 && !setting.isList()) {
          throw new UsageException(arg + " is given twice");
        }
      }
    }
    return new CommandLine(given, config, false);
  }

  private static String value(String[] args, int index, String option) throws UsageException {
    if (index >= args.length) {
      throw new UsageException(option + " needs a value");
    }
    return args[index];
  }

  static Path path(String what, String value) throws UsageException {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new UsageException(what + " is not a path: " + e.getMessage(), e);
    }
  }
}
