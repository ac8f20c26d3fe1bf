package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.BatchTriggerException;
import dev.pawl.Debounce;
import dev.pawl.Engine;
import dev.pawl.InvalidOptionException;
import dev.pawl.InvalidPayloadException;
import dev.pawl.Limits;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.Queue;
import dev.pawl.QueueFullException;
import dev.pawl.Retention;
import dev.pawl.Retry;
import dev.pawl.RunHandle;
import dev.pawl.Task;
import dev.pawl.UnknownTaskException;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a scrape shows of an engine: names, tags and values, as Prometheus gets them. */
class MetersTest {
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)(\\{[^}]*})? (\\S+)");

  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((text, run) -> text);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** Each sample of a scrape, by its name and tags. */
  private Map<String, Double> scrape() {
    Map<String, Double> samples = new TreeMap<>();
    for (String line : registry.scrape().lines().toList()) {
      if (!line.startsWith("#")) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        String tags = sample.group(2) == null ? "" : sample.group(2).replace("\"", "");
        samples.put(sample.group(1) + tags, value(sample.group(3)));
      }
    }
    return samples;
  }

  private static double value(String text) {
    return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  private TestEngine start(Task<?, ?>... tasks) {
    return TestEngine.start(
        new InMemoryStore(), builder -> builder.register(tasks).meterRegistry(registry));
  }

  @Test
  void aRunIsCountedFromItsTriggerToItsEnd() {
    Task<String, String> fail =
        Task.define("fail", String.class, String.class)
            .queue(Queue.named("slow").concurrencyLimit(2))
            .retry(Retry.exponential().maxAttempts(2))
            .run(
                (text, run) -> {
                  throw new IllegalStateException("no");
                });
    try (TestEngine engine = start(ECHO, fail)) {
      engine.tasks().trigger(ECHO, "a", options().idempotencyKey("k"));
      engine.tasks().trigger(ECHO, "a", options().idempotencyKey("k"));
      engine.tasks().trigger(fail, "x");
      engine.tasks().trigger(ECHO, "b", options().delay("10s"));
      Debounce debounce = Debounce.key("d").delay("5s");
      engine.tasks().trigger(ECHO, "c", options().debounce(debounce));
      engine.tasks().trigger(ECHO, "c", options().debounce(debounce));
      engine.advance(Duration.ofMinutes(5));

      assertThat(scrape())
          .containsEntry("pawl_triggers_total{outcome=created,task=echo}", 3.0)
          .containsEntry("pawl_triggers_total{outcome=deduplicated,task=echo}", 1.0)
          .containsEntry("pawl_triggers_total{outcome=debounced,task=echo}", 1.0)
          .containsEntry("pawl_runs_ended_total{queue=task/echo,status=completed,task=echo}", 3.0)
          .containsEntry("pawl_runs_ended_total{queue=slow,status=failed,task=fail}", 1.0)
          .containsEntry(
              "pawl_attempt_duration_seconds_count{outcome=retried,queue=slow,task=fail}", 1.0)
          .containsEntry(
              "pawl_attempt_duration_seconds_count{outcome=failed,queue=slow,task=fail}", 1.0)
          .containsEntry("pawl_run_start_delay_seconds_count{queue=task/echo,task=echo}", 3.0)
          .containsEntry("pawl_run_start_delay_seconds_count{queue=slow,task=fail}", 1.0)
          .containsEntry("pawl_queue_limit{queue=slow}", 2.0)
          .containsEntry("pawl_queue_limit{queue=task/echo}", Double.POSITIVE_INFINITY)
          .containsEntry("pawl_queue_queued{queue=slow}", 0.0)
          .containsEntry("pawl_runs_live", 0.0)
          .containsEntry("pawl_up", 1.0)
          .containsEntry("pawl_commit_failures_total", 0.0)
          .containsKeys(
              "pawl_commit_duration_seconds_count",
              "pawl_commit_changes_rows_sum",
              "pawl_scheduler_lag_seconds_max",
              "pawl_listeners_dropped_total",
              "pawl_store_journal_size_bytes");
    }
  }

  @Test
  void noTagHoldsWhatIsDifferentInEachRun() {
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> handle =
          engine
              .tasks()
              .trigger(
                  ECHO,
                  "a-secret",
                  options().idempotencyKey("a-key").concurrencyKey("a-tenant").tags("a-tag"));
      engine.settle();
      assertThat(registry.scrape())
          .contains("pawl_runs_ended_total")
          .doesNotContain(handle.id(), "a-secret", "a-key", "a-tenant", "a-tag");
    }
  }

  @Test
  void anAttemptTakesAsLongAsItsBodyWithWhatThatWaitsFor() {
    Task<String, String> waits =
        Task.define("waits", String.class, String.class)
            .run((text, run) -> run.triggerAndWait(ECHO, text, options().delay("30s")).unwrap());
    try (TestEngine engine = start(waits, ECHO)) {
      engine.tasks().trigger(waits, "x");
      engine.advance(Duration.ofMinutes(1));
      String tags = "{outcome=completed,queue=task/waits,task=waits}";
      assertThat(scrape())
          .containsEntry("pawl_attempt_duration_seconds_sum" + tags, 30.0)
          .containsEntry("pawl_run_start_delay_seconds_sum{queue=task/echo,task=echo}", 0.0);
    }
  }

  @Test
  void aQueueShowsWhatStandsInItAndSinceWhen() {
    Gate gate = new Gate();
    Task<String, String> slow =
        Task.define("slow", String.class, String.class)
            .queue(Queue.named("narrow").concurrencyLimit(1))
            .run(
                (text, run) -> {
                  gate.pass();
                  return text;
                });
    try (TestEngine engine = start(slow)) {
      engine.tasks().trigger(slow, "1");
      engine.settle();
      engine.tasks().trigger(slow, "2");
      engine.tasks().trigger(slow, "3");
      engine.advance(Duration.ofSeconds(90));
      assertThat(scrape())
          .containsEntry("pawl_queue_queued{queue=narrow}", 2.0)
          .containsEntry("pawl_queue_executing{queue=narrow}", 1.0)
          .containsEntry("pawl_queue_oldest_age_seconds{queue=narrow}", 90.0)
          .containsEntry("pawl_runs_live", 3.0)
          .containsEntry("pawl_runs_executing", 1.0);
      gate.open();
      engine.settle();
      assertThat(scrape())
          .containsEntry("pawl_queue_queued{queue=narrow}", 0.0)
          .containsEntry("pawl_queue_oldest_age_seconds{queue=narrow}", 0.0)
          .containsEntry("pawl_run_start_delay_seconds_sum{queue=narrow,task=slow}", 180.0);
    }
  }

  @Test
  void queuesPastTheBoundShareOneValueOfTheTag() {
    try (TestEngine engine =
        TestEngine.start(
            new InMemoryStore(),
            builder ->
                builder
                    .register(ECHO)
                    .limits(Limits.defaults().maxMeteredQueues(3))
                    .meterRegistry(registry))) {
      for (int i = 0; i < 50; i++) {
        engine.tasks().trigger(ECHO, "x", options().queue("queue-" + i));
      }
      engine.settle();
      Map<String, Double> ends = new TreeMap<>(scrape());
      ends.keySet().removeIf(key -> !key.startsWith("pawl_runs_ended_total"));
      assertThat(ends).hasSizeBetween(2, 4);
      assertThat(ends).containsKey("pawl_runs_ended_total{queue=other,status=completed,task=echo}");
      assertThat(ends.values().stream().mapToDouble(Double::doubleValue).sum()).isEqualTo(50);
    }
  }

  @Test
  void whatIsRefusedIsCountedByItsReason() {
    Task<String, String> bounded =
        Task.define("bounded", String.class, String.class)
            .queue(Queue.named("short").concurrencyLimit(0).maxQueued(1))
            .run((text, run) -> text);
    Task<String, String> unknown =
        Task.define("not-registered", String.class, String.class).run((text, run) -> text);
    try (TestEngine engine = start(bounded)) {
      engine.tasks().trigger(bounded, "x");
      assertThatThrownBy(() -> engine.tasks().trigger(bounded, "x"))
          .isInstanceOf(QueueFullException.class);
      assertThatThrownBy(() -> engine.tasks().batchTrigger(bounded, List.of("x", "y")))
          .isInstanceOf(BatchTriggerException.class);
      assertThatThrownBy(
              () -> engine.tasks().trigger(bounded, "x", options().tags("x".repeat(200))))
          .isInstanceOf(InvalidOptionException.class);
      assertThatThrownBy(() -> engine.tasks().trigger(unknown, "x"))
          .isInstanceOf(UnknownTaskException.class);
      assertThat(scrape())
          .containsEntry("pawl_triggers_rejected_total{reason=queue.full,task=bounded}", 2.0)
          .containsEntry("pawl_triggers_rejected_total{reason=option,task=bounded}", 1.0)
          .containsEntry("pawl_triggers_rejected_total{reason=unknown.task,task=unknown}", 1.0)
          .containsEntry("pawl_triggers_total{outcome=created,task=bounded}", 1.0);
      assertThat(registry.scrape()).doesNotContain(unknown.id());
    }
  }

  @Test
  void aCallWhosePayloadCannotBeStoredIsCountedToo() {
    Task<String, String> caller =
        Task.define("caller", String.class, String.class)
            .retry(Retry.none())
            .run((text, run) -> run.triggerAndWait(ECHO, text.repeat(200)).unwrap());
    try (TestEngine engine =
        TestEngine.start(
            new InMemoryStore(),
            builder ->
                builder
                    .register(ECHO, caller)
                    .limits(Limits.defaults().maxPayloadBytes(100))
                    .meterRegistry(registry))) {
      String large = "x".repeat(200);
      assertThatThrownBy(() -> engine.tasks().trigger(ECHO, large))
          .isInstanceOf(PayloadTooLargeException.class);
      assertThatThrownBy(() -> engine.tasks().trigger("echo", large))
          .isInstanceOf(PayloadTooLargeException.class);
      assertThatThrownBy(() -> engine.tasks().batchTrigger(ECHO, List.of("x", large)))
          .isInstanceOf(BatchTriggerException.class);
      assertThatThrownBy(() -> engine.tasks().trigger("echo", List.of()))
          .isInstanceOf(InvalidPayloadException.class);
      assertThatThrownBy(() -> engine.tasks().trigger("ecko", "x"))
          .isInstanceOf(UnknownTaskException.class);
      engine.tasks().trigger(caller, "x");
      engine.settle();
      assertThat(scrape())
          .containsEntry("pawl_triggers_rejected_total{reason=payload.too.large,task=echo}", 4.0)
          .containsEntry("pawl_triggers_rejected_total{reason=payload,task=echo}", 1.0)
          .containsEntry("pawl_triggers_rejected_total{reason=unknown.task,task=unknown}", 1.0);
    }
  }

  @Test
  void aRecoveryTellsWhatItFound() {
    Gate gate = new Gate();
    Task<String, String> last =
        Task.define("last", String.class, String.class)
            .retry(Retry.none())
            .run(
                (text, run) -> {
                  gate.pass();
                  return text;
                });
    try (TestEngine engine = start(last)) {
      engine.tasks().trigger(last, "x");
      engine.tasks().trigger(last, "y", options().delay("1h"));
      engine.settle();
      engine.crash();
      gate.open();
      assertThat(scrape())
          .containsEntry("pawl_recovery_duration_seconds_count", 2.0)
          .containsEntry("pawl_recovery_runs_total{status=executing}", 1.0)
          .containsEntry("pawl_recovery_runs_total{status=delayed}", 1.0)
          .containsEntry("pawl_runs_ended_total{queue=task/last,status=crashed,task=last}", 1.0)
          .containsEntry("pawl_runs_live", 1.0);
    }
  }

  @Test
  void retentionTellsWhatItHasDeleted() {
    try (TestEngine engine =
        TestEngine.start(
            new InMemoryStore(),
            builder ->
                builder
                    .register(ECHO)
                    .retention(Retention.of(Duration.ofDays(1)))
                    .meterRegistry(registry))) {
      IntStream.range(0, 5).forEach(i -> engine.tasks().trigger(ECHO, "x"));
      engine.advance(Duration.ofDays(2));
      assertThat(scrape())
          .containsEntry("pawl_retention_deleted_total{kind=run}", 5.0)
          .containsEntry("pawl_retention_deleted_total{kind=batch}", 0.0);
    }
  }

  @Test
  void enginesThatShareARegistryAreToldApartByTheirTags() {
    try (TestEngine orders = tagged("orders");
        TestEngine mails = tagged("mails")) {
      orders.tasks().trigger(ECHO, "x", options().delay("1h"));
      orders.settle();
      mails.settle();
      assertThat(scrape())
          .containsEntry("pawl_runs_live{engine=orders}", 1.0)
          .containsEntry("pawl_runs_live{engine=mails}", 0.0);
    }
    assertThat(scrape()).doesNotContainKey("pawl_runs_live{engine=orders}");
    assertThatThrownBy(() -> Engine.builder().meterRegistry(registry, "engine"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("[engine]");
  }

  private TestEngine tagged(String name) {
    return TestEngine.start(
        new InMemoryStore(),
        builder -> builder.register(ECHO).meterRegistry(registry, "engine", name));
  }

  /** The application's filter, for example. */
  @Test
  void aRegistryThatThrowsChangesNoRun() {
    SimpleMeterRegistry broken = new SimpleMeterRegistry();
    broken
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public MeterFilterReply accept(Meter.Id id) {
                if (id.getName().startsWith("pawl.runs.ended")
                    || id.getName().startsWith("pawl.triggers")) {
                  throw new IllegalStateException("a filter has thrown");
                }
                return MeterFilterReply.NEUTRAL;
              }
            });
    try (TestEngine engine =
        TestEngine.start(
            new InMemoryStore(), builder -> builder.register(ECHO).meterRegistry(broken))) {
      RunHandle<String> handle = engine.tasks().trigger(ECHO, "x");
      engine.settle();
      assertThat(handle.retrieve().isCompleted()).isTrue();
      assertThat(engine.health().isUp()).isTrue();
    }
  }
}
