package dev.pawl.samples.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.h2.H2Store;
import dev.pawl.spi.Changes;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.RunStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A run whose metadata is damaged in the store, and its neighbours. */
class DamagedRunTest {
  private static void damage(Path store, long runId) {
    LabelRow label = new LabelRow(runId, List.of(), "{");
    try (RunStore rows = H2Store.file(store).open()) {
      rows.commit(labels(label));
    }
  }

  private static Changes labels(LabelRow label) {
    List<LabelRow> labels = List.of(label);
    return new Changes(
        List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
        List.of(), List.of(), List.of(), List.of(), List.of(), labels, List.of(), List.of(),
        List.of(), null, List.of(), List.of());
  }

  @Test
  void isListedWithTheOthers(@TempDir Path store) throws UsageException {
    String damaged;
    String sound;
    try (Runner runner = Local.start(store, null, Local.PATIENCE)) {
      Client client = new Client(runner.port());
      String later = "{\"delay\": \"1h\", \"metadata\": {\"a\": 1}}";
      damaged = client.trigger("greet", "{\"name\": \"Ada\"}", later);
      sound = client.trigger("greet", "{\"name\": \"Alan\"}", later);
    }
    damage(store, idOf(damaged));
    try (Runner runner = Local.start(store, null, Local.PATIENCE)) {
      Client client = new Client(runner.port());
      JsonNode runs = client.get("/v1/runs").expect(200).json().get("runs");
      assertThat(runs.get(0).get("id").asString()).isEqualTo(sound);
      assertThat(runs.get(0).at("/metadata/a").asInt()).isEqualTo(1);
      assertThat(runs.get(1).get("id").asString()).isEqualTo(damaged);
      assertThat(runs.get(1).has("metadata")).isFalse();
      assertThat(runs.get(1).get("metadataError").asString()).contains("cannot be read");
      client.get("/v1/runs/" + damaged).expect(200);
    }
  }

  /** As the rows have it: base 32 without i, l, o and u. */
  private static long idOf(String run) {
    return run.substring("run_".length())
        .chars()
        .mapToLong(digit -> "0123456789abcdefghjkmnpqrstvwxyz".indexOf(digit))
        .reduce(0, (id, digit) -> id << 5 | digit);
  }
}
