package dev.pawl.samples.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.Health;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.Verification;
import dev.pawl.h2.H2Store;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do with an engine, as docs/operations.md shows it. */
class OperationsTest {
  private static final Task<String, String> SEND =
      Task.define("send-email", String.class, String.class).run((text, run) -> text);

  private final PrometheusMeterRegistry prometheus =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ObservationRegistry observations = ObservationRegistry.create();
  private final List<String> alerts = new ArrayList<>();

  @TempDir Path folder;
  private Engine engine;

  @BeforeEach
  void open() {
    Path jobs = folder.resolve("jobs");
    engine =
        Engine.builder()
            .store(H2Store.file(jobs))
            .register(SEND)
            .meterRegistry(prometheus)
            .observationRegistry(observations)
            .start();
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private void alert(String message) {
    alerts.add(message);
  }

  @Test
  void aScrapeShowsWhatTheEngineDoes() throws InterruptedException {
    engine.tasks().triggerAndPoll(SEND, "hello", Duration.ofSeconds(20));
    assertThat(prometheus.scrape())
        .contains("pawl_runs_ended_total{queue=\"task/send-email\",status=\"completed\"")
        .contains("pawl_store_journal_size_bytes")
        .contains("pawl_up 1.0");
  }

  @Test
  void healthIsAskedAndSaysWhatToLookAt() {
    Health health = engine.health();
    if (!health.isUp()) {
      alert(health.status() + ": " + health.reason());
    }
    for (Health.Concern concern : health.concerns()) {
      alert(concern.kind() + ": " + concern.message());
    }
    assertThat(alerts).noneMatch(alert -> alert.startsWith("STORE_UNAVAILABLE"));
  }

  @Test
  void aBackupIsMadeAndVerifiedBeforeADeploy() {
    engine.tasks().trigger(SEND, "hello");
    Path backup = folder.resolve("backups").resolve("2026-03-01");
    engine.backup(backup);

    Verification found = Engine.builder().store(H2Store.file(backup)).register(SEND).verify();
    if (!found.isClean()) {
      found.problems().forEach(problem -> alert(problem.runId() + ": " + problem.message()));
    }
    assertThat(alerts).isEmpty();
    assertThat(Engine.builder().store(H2Store.file(backup)).verify().counts())
        .satisfiesAnyOf(
            counts -> assertThat(counts).containsEntry(Verification.Kind.UNKNOWN_TASK, 1L),
            counts -> assertThat(counts).isEmpty()); // the run may have ended by then
  }

  @Test
  void runsAreExported() throws IOException, InterruptedException {
    engine.tasks().triggerAndPoll(SEND, "hello", Duration.ofSeconds(20));
    Path file = folder.resolve("failed.jsonl");
    try (OutputStream out = Files.newOutputStream(file)) {
      engine.runs().export(RunQuery.all().statuses(RunStatus.FAILED, RunStatus.CRASHED), out);
    }
    assertThat(file).isEmptyFile();
    try (OutputStream out = Files.newOutputStream(file)) {
      engine.runs().export(RunQuery.all(), out);
    }
    assertThat(Files.readString(file)).contains("\"payload\":\"hello\"").endsWith("}\n");
  }
}
