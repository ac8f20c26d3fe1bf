package dev.pawl.samples.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ApiTest {
  @TempDir static Path store;
  static Runner runner;
  static Client client;

  @BeforeAll
  static void start() throws UsageException {
    runner = Local.start(store, null, Local.PATIENCE);
    client = new Client(runner.port());
  }

  @AfterAll
  static void stop() {
    runner.close();
  }

  @Test
  void aRunIsTriggeredAndItsOutputFetched() {
    JsonNode run = client.ended(client.trigger("greet", "{\"name\": \"Ada\"}"));
    assertThat(run.get("status").asString()).isEqualTo("COMPLETED");
    assertThat(run.get("payload").get("name").asString()).isEqualTo("Ada");
    assertThat(run.get("output").asString()).isEqualTo("Hello Ada");
    String path = "/v1/runs/" + run.get("id").asString();
    assertThat(client.get(path + "/payload").json()).isEqualTo(run.get("payload"));
    assertThat(client.get(path + "/output").json()).isEqualTo(run.get("output"));
  }

  @Test
  void everyOptionReachesItsRun() {
    String id =
        client.trigger(
            "nap",
            "{\"seconds\": 0}",
            """
            {"delay": "1h", "ttl": "2h", "idempotencyKey": ["all", "options"],
             "idempotencyKeyTtl": "3h", "onPayloadConflict": "REJECT",
             "debounce": {"key": "d", "delay": "1h", "maxDelay": "2h", "mode": "TRAILING"},
             "queue": {"name": "own", "concurrencyLimit": 3, "totalLimit": 4, "maxQueued": 5},
             "concurrencyKey": "k", "maxAttempts": 7, "priority": 10, "tags": ["a", "b"],
             "metadata": {"m": {"n": 1}}, "maxDuration": "5m", "machine": "large"}
            """);
    JsonNode run = client.get("/v1/runs/" + id).expect(200).json();
    assertThat(run.get("status").asString()).isEqualTo("DELAYED");
    assertThat(run.get("ttl").asString()).isEqualTo("PT2H");
    assertThat(run.get("idempotencyKey").asString()).isEqualTo("all options");
    assertThat(run.get("queue").asString()).isEqualTo("own");
    assertThat(run.get("concurrencyKey").asString()).isEqualTo("k");
    assertThat(run.get("maxAttempts").asInt()).isEqualTo(7);
    assertThat(run.get("priority").asString()).isEqualTo("PT10S");
    assertThat(run.get("tags").size()).isEqualTo(2);
    assertThat(run.at("/metadata/m/n").asInt()).isEqualTo(1);
    assertThat(run.get("maxDuration").asString()).isEqualTo("PT5M");
    assertThat(run.get("machine").asString()).isEqualTo("large");
    JsonNode queue = client.get("/v1/queues?name=own").json().get("queues").get(0);
    assertThat(queue.get("concurrencyLimit").asInt()).isEqualTo(3);
    assertThat(queue.get("totalLimit").asInt()).isEqualTo(4);
    assertThat(queue.get("maxQueued").asInt()).isEqualTo(5);

    String again =
        """
        {"task": "nap", "payload": {"seconds": 0}, "options": {"idempotencyKey": ["all", "options"]}}
        """;
    assertThat(client.post("/v1/runs", again).expect(200).json().get("outcome").asString())
        .isEqualTo("DEDUPLICATED");
    String other =
        """
        {"task": "nap", "payload": {"seconds": 1},
         "options": {"idempotencyKey": ["all", "options"], "onPayloadConflict": "REJECT"}}
        """;
    assertThat(client.post("/v1/runs", other).expect(409).error())
        .isEqualTo("idempotency-conflict");
    String debounced =
        """
        {"task": "nap", "payload": {"seconds": 1},
         "options": {"debounce": {"key": "d", "delay": "1h", "mode": "TRAILING"}}}
        """;
    assertThat(client.post("/v1/runs", debounced).expect(200).json().get("id").asString())
        .isEqualTo(id);
    assertThat(client.get("/v1/runs/" + id).json().at("/payload/seconds").asInt()).isEqualTo(1);
    String lane =
        "{\"task\": \"nap\", \"payload\": {\"seconds\": 0}, \"options\": {\"region\": \"x\"}}";
    assertThat(client.post("/v1/runs", lane).expect(400).error()).isEqualTo("invalid-option");
    client
        .post("/v1/idempotency-keys/reset", "{\"task\": \"nap\", \"key\": [\"all\", \"options\"]}")
        .expect(200);
    assertThat(client.post("/v1/runs", other).expect(201).json().get("outcome").asString())
        .isEqualTo("CREATED");
  }

  @Test
  void aBatchIsTriggeredAndRead() {
    String body =
        """
        {"items": [{"task": "greet", "payload": {"name": "Ada"}},
                   {"task": "greet", "payload": {"name": " "}, "options": {"tags": ["blank"]}}],
         "options": {"idempotencyKey": "one-batch", "each": {"tags": ["each"]}}}
        """;
    JsonNode batch = client.post("/v1/batches", body).expect(201).json();
    JsonNode runs = batch.get("runs");
    assertThat(client.ended(runs.get(0).asString()).get("output").asString())
        .isEqualTo("Hello Ada");
    JsonNode failed = client.ended(runs.get(1).asString());
    assertThat(failed.get("status").asString()).isEqualTo("FAILED");
    assertThat(failed.at("/error/message").asString()).isEqualTo("nobody to greet");
    JsonNode read = client.get("/v1/batches/" + batch.get("id").asString()).expect(200).json();
    assertThat(read.get("status").asString()).isEqualTo("COMPLETED");
    assertThat(read.get("succeeded").asInt()).isEqualTo(1);
    assertThat(read.get("failed").asInt()).isEqualTo(1);
    assertThat(client.post("/v1/batches", body).expect(200).json().get("isCached").asBoolean())
        .isTrue();
    String listed =
        client
            .get("/v1/runs?tag=each&batch=" + batch.get("id").asString())
            .json()
            .get("runs")
            .toString();
    assertThat(listed).contains(runs.get(0).asString()).doesNotContain(runs.get(1).asString());
  }

  @Test
  void aBatchWithABadItemLeavesNothing() {
    String body =
        """
        {"items": [{"task": "greet", "payload": {"name": "Eve"}, "options": {"tags": "bad-batch"}},
                   {"task": "nobody", "payload": 1}]}
        """;
    assertThat(client.post("/v1/batches", body).expect(404).error()).isEqualTo("unknown-task");
    assertThat(client.get("/v1/runs?tag=bad-batch").json().get("runs").size()).isZero();
  }

  @Test
  void aListIsReadPageByPage() {
    for (int i = 0; i < 5; i++) {
      client.trigger("greet", "{\"name\": \"Ada\"}", "{\"tags\": [\"paged\"]}");
    }
    List<String> seen = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = client.get("/v1/runs?tag=paged&task=greet&limit=2" + next).expect(200).json();
      page.get("runs").forEach(run -> seen.add(run.get("id").asString()));
      next = page.has("next") ? "&after=" + page.get("next").asString() : null;
    } while (next != null);
    assertThat(seen).hasSize(5).doesNotHaveDuplicates();
  }

  @Test
  void aDelayedRunIsMovedCancelledAndReplayed() {
    String id = client.trigger("greet", "{\"name\": \"Bob\"}", "{\"delay\": \"1h\"}");
    String path = "/v1/runs/" + id;
    client.post(path + "/reschedule", "{\"delay\": \"2h\"}").expect(200);
    String why = client.get(path + "/explanation").expect(200).response().body();
    assertThat(why).contains("DELAYED");
    JsonNode cancelled =
        client.post(path + "/cancel", "{\"reason\": \"no longer\"}").expect(200).json();
    assertThat(cancelled.get("changed").asBoolean()).isTrue();
    assertThat(client.get(path).json().at("/error/message").asString()).isEqualTo("no longer");
    assertThat(client.post(path + "/reschedule", "{\"delay\": \"2h\"}").expect(409).error())
        .isEqualTo("illegal-run-state");
    JsonNode replay = client.post(path + "/replay", "{}").expect(201).json();
    JsonNode ended = client.ended(replay.get("id").asString());
    assertThat(ended.get("output").asString()).isEqualTo("Hello Bob");
    assertThat(ended.get("replayOf").asString()).isEqualTo(id);
  }

  @Test
  void aQueueIsPausedAndLimited() {
    String queue = "{\"queue\": \"task/greet-all\"}";
    assertThat(client.post("/v1/queues/pause", queue).expect(200).json().get("paused").asBoolean())
        .isTrue();
    String id = client.trigger("greet-all", "{\"people\": [{\"name\": \"Ada\"}]}");
    assertThat(client.get("/v1/runs/" + id).json().get("status").asString()).isEqualTo("QUEUED");
    client.post("/v1/queues/resume", queue).expect(200);
    assertThat(client.ended(id).get("output").asInt()).isEqualTo(1);
    String limit = "{\"queue\": \"task/greet-all\", \"limit\": 3}";
    JsonNode limited = client.post("/v1/queues/set-limit", limit).expect(200).json();
    assertThat(limited.get("concurrencyLimit").asInt()).isEqualTo(3);
    assertThat(limited.get("concurrencyLimitOverridden").asBoolean()).isTrue();
    JsonNode total = client.post("/v1/queues/set-total-limit", limit).expect(200).json();
    assertThat(total.get("totalLimit").asInt()).isEqualTo(3);
    JsonNode reset = client.post("/v1/queues/reset-limit", queue).expect(200).json();
    assertThat(reset.has("concurrencyLimit")).isFalse();
    assertThat(reset.has("totalLimit")).isTrue();
    reset = client.post("/v1/queues/reset-total-limit", queue).expect(200).json();
    assertThat(reset.has("totalLimit")).isFalse();
    String misspelled = "{\"queue\": \"task/gret\"}";
    assertThat(client.post("/v1/queues/pause", misspelled).expect(404).error())
        .isEqualTo("unknown-queue");
    JsonNode page = client.get("/v1/queues?limit=1").expect(200).json();
    assertThat(page.get("queues").size()).isEqualTo(1);
    client.get("/v1/queues?limit=1&after=" + page.get("next").asString()).expect(200);
  }

  @Test
  void aWaitThatIsOverSaysHowTheRunIs() {
    String id = client.trigger("greet", "{\"name\": \"Ada\"}", "{\"delay\": \"1h\"}");
    JsonNode run = client.get("/v1/runs/" + id + "?wait=1s").expect(200).json();
    assertThat(run.get("status").asString()).isEqualTo("DELAYED");
  }

  @Test
  void whatIsMisspelledIsRefused() {
    String field = "{\"task\": \"greet\", \"paylod\": {\"name\": \"Ada\"}}";
    assertThat(client.post("/v1/runs", field).expect(400).json().at("/error/message").asString())
        .contains("paylod", "payload");
    String option =
        "{\"task\": \"greet\", \"payload\": {\"name\": \"A\"}, \"options\": {\"dely\": \"1h\"}}";
    client.post("/v1/runs", option).expect(400);
    String twice = "{\"task\": \"greet\", \"task\": \"nap\", \"payload\": {\"name\": \"Ada\"}}";
    client.post("/v1/runs", twice).expect(400);
    client.post("/v1/runs", "{\"task\": \"greet\", \"payload\": {\"name\": \"A\"}} {}").expect(400);
    client.post("/v1/runs", "null").expect(400);
    client.post("/v1/runs", "").expect(400);
    client.post("/v1/runs", "{\"task\": \"greet\"}").expect(400);
    client.post("/v1/runs", "[".repeat(5_000)).expect(400);
    client.get("/v1/runs?stauts=FAILED").expect(400);
    client.get("/v1/runs?status=failed").expect(400);
    client.get("/v1/runs?limit=0").expect(400);
    client.get("/v1/runs?after=x").expect(404);
    client.get("/v1/runs/run_0000000000000").expect(404);
    client.get("/v1/runs/batch_0000000000001").expect(404);
    client.get("/v1/runs/..%2f..%2fetc").expect(400);
    client.get("/v1/nothing").expect(404);
  }

  private void refused(String options, String message) {
    String body =
        "{\"task\": \"greet\", \"payload\": {\"name\": \"A\"}, \"options\": " + options + "}";
    assertThat(client.post("/v1/runs", body).expect(400).json().at("/error/message").asString())
        .contains(message);
  }

  @Test
  void whatIsOfAnotherKindIsRefusedInOurWords() {
    refused("{\"tags\": [null]}", "options.tags");
    refused("{\"idempotencyKey\": [null, \"a\"]}", "options.idempotencyKey");
    refused("{\"maxAttempts\": 1.5}", "options.maxAttempts");
    client.trigger("greet", "{\"name\": \"A\"}", "{\"metadata\": {\"a\": [null, 1.5]}}");
    client.post("/v1/batches", "{\"items\": [null]}").expect(400);
    for (String body : List.of("[]", "1", "\"x\"", "")) {
      assertThat(client.post("/v1/runs", body).expect(400).json().at("/error/message").asString())
          .isEqualTo("the body must be a JSON object");
    }
    client.get("/v1/runs?task=%ff").expect(400);
    assertThat(client.get("/v1/runs/run_000000000001a?wait=-1s").expect(400).response().body())
        .contains("wait must be a time");
  }

  @Test
  void whatAWatcherAsksForIsThere() {
    client.ended(client.trigger("greet", "{\"name\": \"Ada\"}"));
    assertThat(client.get("/healthz").expect(200).json().get("status").asString()).isEqualTo("UP");
    Client.Reply metrics = client.get("/metrics").expect(200);
    assertThat(metrics.response().headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain");
    assertThat(metrics.response().body()).contains("pawl_").contains("jvm_memory_used_bytes");
  }

  @Test
  void aClosedEngineIsNotWell(@TempDir Path other) throws UsageException {
    try (Runner closing = Local.start(other, null, Local.PATIENCE)) {
      closing.engine().close(Duration.ZERO);
      Client asks = new Client(closing.port());
      assertThat(asks.get("/healthz").expect(503).json().get("status").asString())
          .isEqualTo("CLOSED");
      String body = "{\"task\": \"greet\", \"payload\": {\"name\": \"Ada\"}}";
      assertThat(asks.post("/v1/runs", body).expect(503).error()).isEqualTo("stopping");
    }
  }
}
