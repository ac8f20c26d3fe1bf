package dev.pawl.samples.runner;

import dev.pawl.samples.tasks.ExampleTasks;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runners in this JVM. */
final class Local {
  static final String KEY = "a-key-of-24-characters..";
  static final Web.Patience PATIENCE = Web.Patience.USUAL;

  /** For those who want to see it come to an end. */
  static final Web.Patience IMPATIENCE =
      new Web.Patience(Duration.ofMillis(600), Duration.ofMillis(400), Duration.ofMillis(1_500));

  private Local() {}

  /** The jar with the example tasks, or their folder where they have not been packed. */
  static Path tasks() {
    try {
      return Path.of(
          ExampleTasks.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static Runner start(Path store, @Nullable String key, Web.Patience patience, String... more)
      throws UsageException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--store",
                store.toString(),
                "--tasks",
                tasks().toString(),
                "--port",
                "0",
                "--durability",
                "PROCESS",
                "--stop-time",
                "5s"));
    args.addAll(List.of(more));
    RunnerConfig config = RunnerConfig.of(CommandLine.parse(args.toArray(String[]::new)));
    Map<String, String> environment = key == null ? Map.of() : Map.of(SecretKey.VARIABLE, key);
    return Runner.start(config, SecretKey.of(environment), patience);
  }
}
