package dev.pawl.samples.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A well-behaved client. */
final class Client {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String url;
  private final @Nullable String key;

  Client(int port) {
    this(port, null);
  }

  Client(int port, @Nullable String key) {
    this.url = "http://localhost:" + port;
    this.key = key;
  }

  record Reply(int status, HttpResponse<String> response) {
    JsonNode json() {
      return JSON.readTree(response.body());
    }

    /** The type of the error that it is. */
    String error() {
      return json().at("/error/type").asString();
    }

    Reply expect(int expected) {
      assertThat(status).as(response.body()).isEqualTo(expected);
      return this;
    }
  }

  Reply get(String path) {
    return send("GET", path, null, Map.of());
  }

  Reply post(String path, String json) {
    return send("POST", path, json, Map.of("Content-Type", "application/json"));
  }

  Reply send(String method, String path, @Nullable String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(40))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    headers.forEach(request::header);
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), response);
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " got no answer", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Triggers a run of the example tasks. */
  String trigger(String task, String payload) {
    return trigger(task, payload, "{}");
  }

  String trigger(String task, String payload, String options) {
    String body =
        "{\"task\": \"%s\", \"payload\": %s, \"options\": %s}".formatted(task, payload, options);
    return post("/v1/runs", body).expect(201).json().get("id").asString();
  }

  /** The run when it has ended. */
  JsonNode ended(String run) {
    JsonNode json = get("/v1/runs/" + run + "?wait=30s").expect(200).json();
    assertThat(json.has("finishedAt")).as("%s has ended", json).isTrue();
    return json;
  }
}
