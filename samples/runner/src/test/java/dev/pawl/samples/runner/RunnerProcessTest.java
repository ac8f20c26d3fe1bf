package dev.pawl.samples.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Starts the jar as people do. */
class RunnerProcessTest {
  private static final int TERMINATED = 143;

  @TempDir Path store;

  @Test
  void whatWasTriggeredSurvivesAKillAndAStop() throws Exception {
    String done;
    String cutOff;
    try (RunnerProcess process = RunnerProcess.start(store, Map.of())) {
      Client client = new Client(process.port());
      done =
          client.trigger("greet-all", "{\"people\": [{\"name\": \"Ada\"}, {\"name\": \"Bob\"}]}");
      assertThat(client.ended(done).get("output").asInt()).isEqualTo(2);
      cutOff = client.trigger("nap", "{\"seconds\": 3000}");
      try (RunnerProcess second = RunnerProcess.start(store, Map.of())) {
        assertThat(second.end()).isEqualTo(1);
        assertThat(second.out())
            .contains("is open in process " + process.pid())
            .doesNotContain("\tat ");
      }
      process.kill();
    }
    try (RunnerProcess process = RunnerProcess.start(store, Map.of(), "--stop-time", "3s")) {
      Client client = new Client(process.port());
      assertThat(client.ended(done).get("output").asInt()).isEqualTo(2);
      JsonNode again = client.get("/v1/runs/" + cutOff).expect(200).json();
      assertThat(again.at("/attempts/0/status").asString()).isEqualTo("CRASHED");
      assertThat(again.has("finishedAt")).isFalse();
      assertThat(client.get("/metrics").expect(200).response().body()).contains("pawl_");
      long begin = System.nanoTime();
      assertThat(process.terminate()).isEqualTo(TERMINATED);
      assertThat((System.nanoTime() - begin) / 1_000_000_000).as("seconds").isLessThan(20);
      assertThat(process.out()).contains("has stopped").doesNotContain("\tat ");
    }
  }

  @Test
  void nobodyFromElsewhereIsLetInWithoutAKey() throws Exception {
    try (RunnerProcess process = RunnerProcess.start(store, Map.of(), "--host", "0.0.0.0")) {
      assertThat(process.end()).isEqualTo(2);
      assertThat(process.out()).contains(SecretKey.VARIABLE).doesNotContain("\tat ");
    }
    assertThat(store).isEmptyDirectory();
    Map<String, String> key = Map.of(SecretKey.VARIABLE, Local.KEY);
    try (RunnerProcess process = RunnerProcess.start(store, key, "--host", "0.0.0.0")) {
      int port = process.port();
      new Client(port, Local.KEY).get("/v1/runs").expect(200);
      new Client(port, "wrong").get("/v1/runs").expect(401);
      process.kill();
      assertThat(process.out()).doesNotContain(Local.KEY);
    }
  }
}
