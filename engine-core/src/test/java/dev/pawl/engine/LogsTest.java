package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.pawl.Queue;
import dev.pawl.Retry;
import dev.pawl.RunHandle;
import dev.pawl.Task;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What an operator finds in the log. */
class LogsTest {
  /** What one logger writes, and nowhere else, while this is open. */
  private static final class Lines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger logger;
    private final Level level;

    Lines(String name) {
      logger = (Logger) LoggerFactory.getLogger(name);
      level = logger.getLevel();
      setContext(logger.getLoggerContext());
      start();
      logger.setLevel(Level.INFO);
      logger.setAdditive(false);
      logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getLevel() + " " + event.getFormattedMessage());
    }

    @Override
    public void close() {
      logger.detachAppender(this);
      logger.setAdditive(true);
      logger.setLevel(level);
    }
  }

  private static Map<String, String> pawlKeys() {
    Map<String, String> all = MDC.getCopyOfContextMap();
    Map<String, String> keys = new ConcurrentHashMap<>();
    if (all != null) {
      all.forEach(
          (key, value) -> {
            if (key.startsWith("pawl.")) {
              keys.put(key, value);
            }
          });
    }
    return keys;
  }

  private static Map<String, String> keysOf(RunHandle<?> handle, int attempt) {
    return Map.of(
        "pawl.task",
        "logs",
        "pawl.run",
        handle.id(),
        "pawl.attempt",
        String.valueOf(attempt),
        "pawl.queue",
        "orders");
  }

  @Test
  void whatBodiesForksAndHooksLogBelongsToTheirRun() {
    Map<String, Map<String, String>> seen = new ConcurrentHashMap<>();
    Task<String, String> logs =
        Task.define("logs", String.class, String.class)
            .queue(Queue.named("orders"))
            .hooks(
                hooks ->
                    hooks
                        .onStartAttempt((text, run) -> seen.put("onStartAttempt", pawlKeys()))
                        .onTerminal(run -> seen.put("onTerminal", pawlKeys())))
            .run(
                (text, run) -> {
                  if (run.attempt() == 1) {
                    throw new IllegalStateException("again");
                  }
                  seen.put("body", pawlKeys());
                  run.fork(() -> seen.put("fork", pawlKeys())).join();
                  return text;
                });
    try (TestEngine engine = TestEngine.start(logs)) {
      RunHandle<String> handle = engine.tasks().trigger(logs, "x");
      engine.advance(Duration.ofMinutes(1));
      for (String place : List.of("onStartAttempt", "body", "fork", "onTerminal")) {
        assertThat(seen.get(place)).as(place).isEqualTo(keysOf(handle, 2));
      }
      assertThat(pawlKeys()).isEmpty();
    }
  }

  @Test
  void theThreadOfALaneGetsBackWhatItHadInItsMdc() throws Exception {
    Map<String, Map<String, String>> seen = new ConcurrentHashMap<>();
    CompletableFuture<Map<String, String>> after = new CompletableFuture<>();
    Task<String, String> logs =
        Task.define("logs", String.class, String.class)
            .queue(Queue.named("orders"))
            .run(
                (text, run) -> {
                  seen.put("body", pawlKeys());
                  return text;
                });
    try (TestEngine engine =
        TestEngine.start(
            new InMemoryStore(),
            builder ->
                builder
                    .register(logs)
                    .lane(
                        "own",
                        body -> {
                          MDC.put("pawl.task", "the application's");
                          body.run();
                          after.complete(pawlKeys());
                          MDC.clear();
                        }))) {
      RunHandle<String> handle = engine.tasks().trigger(logs, "x", options().region("own"));
      engine.settle();
      assertThat(seen.get("body")).isEqualTo(keysOf(handle, 1));
      assertThat(after.get(20, TimeUnit.SECONDS))
          .isEqualTo(Map.of("pawl.task", "the application's"));
    }
  }

  @Test
  void aRunThatFailsForGoodIsOneLineWhateverItsMessage() {
    Task<String, String> fails =
        Task.define("fails", String.class, String.class)
            .retry(Retry.exponential().maxAttempts(3))
            .run(
                (text, run) -> {
                  throw new IllegalStateException("no\n12:00 INFO all is well\u2028\u001b[2J");
                });
    try (Lines lines = new Lines("dev.pawl.runs");
        TestEngine engine = TestEngine.start(fails)) {
      RunHandle<String> handle = engine.tasks().trigger(fails, "x");
      RunHandle<String> canceled = engine.tasks().trigger(fails, "x", options().delay("1d"));
      canceled.cancel();
      engine.advance(Duration.ofHours(1));
      assertThat(lines.lines)
          .containsExactly(
              "WARN run "
                  + handle.id()
                  + " of task \"fails\" in queue \"task/fails\" has ended FAILED in attempt 3 of 3:"
                  + " java.lang.IllegalStateException: no\\u000a12:00 INFO all is"
                  + " well\\u2028\\u001b[2J");
    }
  }

  @Test
  void theStartSaysWhatIsThereAndWhatIsMissing() {
    Task<String, String> here =
        Task.define("here", String.class, String.class).run((text, run) -> text);
    Task<String, String> gone =
        Task.define("gone", String.class, String.class).run((text, run) -> text);
    InMemoryStore store = new InMemoryStore();
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(here, gone))) {
      engine.tasks().trigger(here, "x", options().delay("1h"));
      engine.pause();
      engine.tasks().trigger(gone, "x");
      engine.tasks().trigger(gone, "x");
      engine.settle();
    }
    try (Lines lines = new Lines("dev.pawl.engine");
        TestEngine engine =
            TestEngine.start(store, builder -> builder.register(here).maxConcurrency(7))) {
      engine.settle();
      String start =
          lines.lines.stream().filter(line -> line.contains("started")).findFirst().orElseThrow();
      assertThat(start)
          .contains("recovered 3 live runs {DELAYED=1, QUEUED=2}")
          .contains("1 tasks")
          .contains("parked for want of tasks that are not registered {gone=2}")
          .contains("maxConcurrency 7")
          .contains("triggerRate none");
    }
  }
}
