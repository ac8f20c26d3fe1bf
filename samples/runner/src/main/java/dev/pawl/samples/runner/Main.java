package dev.pawl.samples.runner;

import dev.pawl.PawlException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code java -jar runner.jar --store FOLDER --tasks tasks.jar}: see {@code docs/runner.md}. Ends
 * with 1 when it cannot start, 2 when it was told what makes no sense, and, as every Java does,
 * with 143 or 130 when SIGTERM or SIGINT has stopped it.
 */
public final class Main {
  private static final Logger log = LoggerFactory.getLogger(Main.class);
  private static final int CANNOT_START = 1;
  private static final int BAD_USAGE = 2;

  private Main() {}

  /** Starts a runner, which ends with the process. */
  public static void main(String[] args) {
    int status = run(System.out, System.err, System.getenv(), args);
    if (status != 0) {
      System.exit(status);
    }
  }

  private static int run(
      PrintStream out, PrintStream err, Map<String, String> environment, String... args) {
    try {
      CommandLine commandLine = CommandLine.parse(args);
      if (commandLine.help()) {
        out.print(CommandLine.USAGE);
        return 0;
      }
      RunnerConfig config = RunnerConfig.of(commandLine);
      Runner runner = Runner.start(config, SecretKey.of(environment), Web.Patience.USUAL);
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> stop(runner, config.stopTime()), "stop"));
      return 0;
    } catch (UsageException e) {
      err.println(e.getMessage());
      return BAD_USAGE;
    } catch (PawlException e) {
      err.println(e.getMessage());
      return CANNOT_START;
    }
  }

  /**
   * The process ends when this returns, whatever else runs: a body that is deaf to its interrupt
   * cannot keep it longer than the time.
   */
  private static void stop(Runner runner, Duration time) {
    log.info("stops, within {} s", time.toSeconds());
    Thread closing = Thread.ofPlatform().name("close").daemon().start(runner::close);
    try {
      log.info(closing.join(time) ? "has stopped" : "ends without waiting any longer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
