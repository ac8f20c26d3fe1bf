package dev.pawl.samples.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.h2.H2Store;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every request of {@code docs/runner.md} is answered well, and every route has one there. */
class DocumentedRequestsTest {
  private static final Pattern CURL =
      Pattern.compile(
          "^curl -s (?:\"([^\"]+)\"|(\\S+))((?:'[^']*'|\\\\\\n|[^'\\n])*)$", Pattern.MULTILINE);
  private static final Pattern BODY = Pattern.compile("-d '([^']*)'");
  private static final Pattern CONTENT_TYPE = Pattern.compile("-H 'Content-Type: ([^']*)'");

  private record Example(String path, String body, String contentType) {
    static Example of(MatchResult curl) {
      String url = curl.group(1) == null ? curl.group(2) : curl.group(1);
      String more = curl.group(3);
      return new Example(
          url.replaceFirst("^localhost:7295", ""), first(BODY, more), first(CONTENT_TYPE, more));
    }

    private static String first(Pattern pattern, String text) {
      return pattern.matcher(text).results().map(found -> found.group(1)).findFirst().orElse("");
    }

    String method() {
      return body.isEmpty() ? "GET" : "POST";
    }
  }

  private static String document() throws IOException {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("docs/runner.md"))) {
      folder = folder.getParent();
    }
    return Files.readString(folder.resolve("docs/runner.md"));
  }

  private static List<Example> examples() throws IOException {
    return CURL.matcher(document()).results().map(Example::of).toList();
  }

  @Test
  void everyRequestIsAnsweredWell(@TempDir Path store) throws Exception {
    try (Runner runner = Local.start(store, null, Local.PATIENCE)) {
      Client client = new Client(runner.port());
      Map<String, String> ids = new HashMap<>();
      ids.put("$run", client.trigger("greet", "{\"name\": \"Ada\"}"));
      client.ended(ids.get("$run"));
      ids.put("$delayed", client.trigger("greet", "{\"name\": \"Ada\"}", "{\"delay\": \"1h\"}"));
      for (Example example : examples()) {
        String path = example.path();
        for (Map.Entry<String, String> id : ids.entrySet()) {
          path = path.replace(id.getKey(), id.getValue());
        }
        Client.Reply reply =
            example.method().equals("GET")
                ? client.get(path)
                : client.send(
                    "POST", path, example.body(), Map.of("Content-Type", example.contentType()));
        assertThat(reply.status()).as("%s\n%s", example, reply.response().body()).isIn(200, 201);
        if (path.equals("/v1/batches")) {
          ids.put("$batch", reply.json().get("id").asString());
        }
      }
    }
  }

  @Test
  void everyRouteHasARequest() throws IOException {
    Set<String> asked = new LinkedHashSet<>();
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (Engine engine = Engine.builder().store(H2Store.inMemory()).open()) {
      List<Route> routes = Runner.routes(engine, meters);
      for (Example example : examples()) {
        String path =
            example.path().replaceFirst("\\?.*", "").replaceAll("\\$\\w+", "run_0000000000000");
        routes.stream()
            .filter(route -> route.method().equals(example.method()) && route.match(path) != null)
            .forEach(route -> asked.add(route.toString()));
      }
      assertThat(asked).containsAll(routes.stream().map(Route::toString).toList());
    }
  }

  @Test
  void everySettingIsInTheTableWithItsDefault() throws IOException {
    String document = document();
    for (Setting setting : Setting.values()) {
      String named = "| `" + setting.key() + "` | `" + setting.option() + "` | ";
      assertThat(document).contains(named);
      if (!setting.otherwise().isEmpty()) {
        assertThat(document).contains(named + "`" + setting.otherwise() + "` |");
      }
    }
  }

  @Test
  void everyTypeOfErrorIsInTheTable() throws IOException {
    String document = document();
    Path sources = Path.of("src/main/java");
    Set<String> missing = new TreeSet<>();
    int found = 0;
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        for (MatchResult type :
            Pattern.compile("new\\s+Refusal\\(\\s*\\d+,\\s*\"([a-z-]+)\"")
                .matcher(Files.readString(file))
                .results()
                .toList()) {
          found++;
          if (!document.contains("`" + type.group(1) + "`")) {
            missing.add(type.group(1));
          }
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(found).isGreaterThan(25);
  }
}
