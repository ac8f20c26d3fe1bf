package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Limits;
import dev.pawl.Retry;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs as lines of JSON. */
class ExportTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  record Order(String id, List<Integer> amounts) {}

  private static final Task<Order, String> ORDER =
      Task.define("order", Order.class, String.class)
          .retry(Retry.exponential().maxAttempts(2))
          .run(
              (order, run) -> {
                if (run.attempt() == 1) {
                  throw new IllegalStateException("not\nyet");
                }
                return "done \"" + order.id() + "\"";
              });

  private static List<JsonNode> export(TestEngine engine, RunQuery query) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long written = engine.runs().export(query, out);
    String text = out.toString(StandardCharsets.UTF_8);
    List<JsonNode> lines = text.lines().map(JSON::readTree).toList();
    assertThat(lines).hasSize((int) written);
    assertThat(text.isEmpty() || text.endsWith("}\n")).isTrue();
    return lines;
  }

  @Test
  void aRunIsOneLineWithAllThatIsStoredOfIt() throws IOException {
    try (TestEngine engine = TestEngine.start(ORDER)) {
      RunHandle<String> handle =
          engine
              .tasks()
              .trigger(
                  ORDER,
                  new Order("a\nb", List.of(1, 2)),
                  options().tags("t1", "t2").metadata(Map.of("source", "web")).idempotencyKey("k"));
      engine.advance(Duration.ofMinutes(1));
      JsonNode line = export(engine, RunQuery.all()).getFirst();
      assertThat(line.get("id").asString()).isEqualTo(handle.id());
      assertThat(line.get("task").asString()).isEqualTo("order");
      assertThat(line.get("status").asString()).isEqualTo("COMPLETED");
      assertThat(line.get("createdAt").asString()).isEqualTo(TestEngine.START.toString());
      assertThat(line.get("idempotencyKey").asString()).isEqualTo("k");
      assertThat(line.get("payload").get("id").asString()).isEqualTo("a\nb");
      assertThat(line.get("payload").get("amounts").get(1).asInt()).isEqualTo(2);
      assertThat(line.get("output").asString()).isEqualTo("done \"a\nb\"");
      assertThat(line.get("tags").get(1).asString()).isEqualTo("t2");
      assertThat(line.get("metadata").get("source").asString()).isEqualTo("web");
      assertThat(line.get("attempts")).hasSize(2);
      assertThat(line.get("attempts").get(0).get("error").get("message").asString())
          .isEqualTo("not\nyet");
      assertThat(line.has("error")).isFalse();
    }
  }

  @Test
  void onlyWhatIsAskedForIsWrittenNewestFirst() throws IOException {
    try (TestEngine engine = TestEngine.start(ORDER)) {
      for (int i = 0; i < 45; i++) { // more than is read at once
        engine.tasks().trigger(ORDER, new Order("o" + i, List.of()), options().delay("1h"));
      }
      engine.tasks().trigger(ORDER, new Order("other", List.of()), options().tags("other"));
      List<JsonNode> all = export(engine, RunQuery.all());
      assertThat(all).hasSize(46);
      assertThat(all.get(1).get("payload").get("id").asString()).isEqualTo("o44");
      assertThat(export(engine, RunQuery.all().tags("other"))).hasSize(1);
      assertThat(export(engine, RunQuery.all().tags("nothing"))).isEmpty();
    }
  }

  /** Writes what no JSON reader takes. */
  private static final class Reversed implements PayloadCodec {
    @Override
    public byte[] encode(Object value, Type type) {
      return new StringBuilder("\n" + value).reverse().toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Object decode(byte[] bytes, Type type) {
      return new StringBuilder(new String(bytes, StandardCharsets.UTF_8))
          .reverse()
          .deleteCharAt(0)
          .toString();
    }
  }

  @Test
  void aPayloadThatIsNoJsonIsWrittenAsBase64() throws IOException {
    Task<String, String> echo =
        Task.define("echo", String.class, String.class).run((text, run) -> text);
    InMemoryStore store = new InMemoryStore();
    try (TestEngine engine =
        TestEngine.start(
            store,
            builder ->
                builder
                    .register(echo)
                    .codec(new Reversed())
                    .limits(Limits.defaults().maxInlineBytes(10)))) {
      engine.tasks().trigger(echo, "{abc", options().delay("1h"));
      JsonNode line = export(engine, RunQuery.all()).getFirst();
      assertThat(line.get("payloadBase64").asString()).isEqualTo("Y2Jhewo=");
      assertThat(line.has("payload")).isFalse();
    }
  }

  /** A reader of a file of gigabytes gets them as they come. */
  @Test
  void linesAreWrittenOneByOne() throws IOException {
    try (TestEngine engine = TestEngine.start(ORDER)) {
      for (int i = 0; i < 50; i++) {
        engine.tasks().trigger(ORDER, new Order("o", List.of()), options().delay("1h"));
      }
      int[] writes = {0};
      OutputStream counting =
          new OutputStream() {
            @Override
            public void write(int b) {
              throw new AssertionError("byte by byte");
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
              writes[0]++;
              assertThat(length).isLessThan(2_000);
            }
          };
      assertThat(engine.runs().export(RunQuery.all(), counting)).isEqualTo(50);
      assertThat(writes[0]).isEqualTo(50);
    }
  }
}
