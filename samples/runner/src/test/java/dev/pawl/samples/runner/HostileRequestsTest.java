package dev.pawl.samples.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileRequestsTest {
  private static final String TRIGGER = "{\"task\": \"greet\", \"payload\": {\"name\": \"Eve\"}}";

  @TempDir static Path store;
  static Runner runner;
  static Client client;

  @BeforeAll
  static void start() throws UsageException {
    runner =
        Local.start(
            store,
            Local.KEY,
            Local.IMPATIENCE,
            "--max-body-bytes",
            "2048",
            "--hosts",
            "Jobs.Example");
    client = new Client(runner.port(), Local.KEY);
  }

  @AfterAll
  static void stop() {
    runner.close();
  }

  private static String get(String host, String more) {
    return "GET /v1/queues HTTP/1.1\nHost: "
        + host
        + "\nAuthorization: Bearer "
        + Local.KEY
        + "\nConnection: close\n"
        + more
        + "\n";
  }

  @Test
  void onlyTheRightKeyIsLetIn() {
    client.get("/v1/queues").expect(200);
    for (String wrong : List.of("wrong", Local.KEY + "x", Local.KEY.substring(1))) {
      Client.Reply reply = new Client(runner.port(), wrong).get("/v1/queues").expect(401);
      assertThat(reply.response().headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(reply.error()).isEqualTo("unauthorized");
      assertThat(reply.response().body()).doesNotContain(Local.KEY);
    }
    Client nobody = new Client(runner.port());
    nobody.get("/v1/runs").expect(401);
    nobody.get("/metrics").expect(401);
    nobody.post("/v1/runs", TRIGGER).expect(401);
    nobody.get("/nothing").expect(401);
    nobody
        .send("GET", "/v1/queues", null, Map.of("Authorization", "Basic " + Local.KEY))
        .expect(401);
    nobody.get("/healthz").expect(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:80",
        "127.0.0.1",
        "127.0.0.1:7295",
        "[::1]:1",
        "jobs.example"
      })
  void ourOwnNamesAreTaken(String host) throws IOException {
    assertThat(Wire.status(Wire.ask(runner.port(), get(host, "")))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:7295",
        "localhost.evil.example",
        "127.0.0.2",
        "jobs.example.evil",
        "localhost, evil.example",
        "user@localhost",
        ""
      })
  void otherNamesAreRefused(String host) throws IOException {
    assertThat(Wire.status(Wire.ask(runner.port(), get(host, "")))).isIn(400, 421);
  }

  @Test
  void aRequestNamesOneHost() throws IOException {
    assertThat(Wire.status(Wire.ask(runner.port(), get("localhost", "Host: localhost\n"))))
        .isIn(400, 421);
    String without = get("localhost", "").replace("Host: localhost\n", "");
    assertThat(Wire.status(Wire.ask(runner.port(), without))).isIn(400, 421);
    assertThat(Wire.status(Wire.ask(runner.port(), without.replace("/1.1", "/1.0"))))
        .isEqualTo(421);
    String absolute = get("localhost", "").replace(" /v1", " http://evil.example/v1");
    assertThat(Wire.status(Wire.ask(runner.port(), absolute))).isIn(400, 421);
  }

  @Test
  void webPagesAreNotServed() throws IOException {
    assertThat(Wire.status(Wire.ask(runner.port(), get("localhost", "Origin: http://localhost\n"))))
        .isEqualTo(403);
    assertThat(Wire.status(Wire.ask(runner.port(), get("localhost", "Origin: null\n"))))
        .isEqualTo(403);
    String crossSite = "Sec-Fetch-Site: cross-site\n";
    assertThat(Wire.status(Wire.ask(runner.port(), get("localhost", crossSite)))).isEqualTo(403);
    String answer = Wire.ask(runner.port(), get("localhost", ""));
    assertThat(answer.toLowerCase(Locale.ROOT))
        .doesNotContain("access-control-")
        .doesNotContain("server:");
    client.send("OPTIONS", "/v1/runs", null, Map.of()).expect(405);
    client.send("TRACE", "/v1/runs", null, Map.of()).expect(405);
  }

  @Test
  void aFormCannotTrigger() {
    for (String type :
        List.of(
            "text/plain",
            "application/x-www-form-urlencoded",
            "text/plain; application/json",
            "application/jsonx",
            "application/json; charset=utf-16")) {
      client.send("POST", "/v1/runs", TRIGGER, Map.of("Content-Type", type)).expect(415);
    }
    client.send("POST", "/v1/runs", TRIGGER, Map.of()).expect(415);
    client.send("POST", "/v1/runs", null, Map.of()).expect(415);
    client
        .send(
            "POST", "/v1/runs", TRIGGER, Map.of("Content-Type", "application/JSON; charset=UTF-8"))
        .expect(201);
  }

  @Test
  void aLargeBodyIsRefused() throws IOException {
    String large = TRIGGER + " ".repeat(2048);
    assertThat(client.post("/v1/runs", large).expect(413).error()).isEqualTo("too-large");
    String head = head("Transfer-Encoding: chunked");
    String chunk = "400\n" + "x".repeat(0x400) + "\n";
    String answer = Wire.ask(runner.port(), head + chunk.repeat(3) + "0\n\n");
    assertThat(Wire.status(answer)).isEqualTo(413);
    String promised = Wire.ask(runner.port(), head("Content-Length: 9999999999"));
    assertThat(Wire.status(promised)).isEqualTo(413);
    String longHead = get("localhost", "X: " + "x".repeat(20_000) + "\n");
    assertThat(Wire.status(Wire.ask(runner.port(), longHead))).isEqualTo(431);
  }

  @Test
  void aRequestMayNotBeTwo() throws IOException {
    String both = head("Content-Length: 5\nTransfer-Encoding: chunked");
    assertThat(Wire.status(Wire.ask(runner.port(), both + "0\n\nGET /"))).isEqualTo(400);
    String two = head("Content-Length: 5\nContent-Length: 6");
    assertThat(Wire.status(Wire.ask(runner.port(), two + "hello"))).isEqualTo(400);
  }

  private static String head(String more) {
    return "POST /v1/runs HTTP/1.1\nHost: localhost\nAuthorization: Bearer "
        + Local.KEY
        + "\nContent-Type: application/json\nConnection: close\n"
        + more
        + "\n\n";
  }

  @Test
  void aBodyThatDoesNotComeIsNotWaitedFor() throws IOException {
    String answer = Wire.ask(runner.port(), head("Content-Length: 100") + "{");
    assertThat(Wire.status(answer)).isEqualTo(408);
    assertThat(answer).contains("body-timeout");
  }

  @Test
  void aHeadThatDoesNotEndIsCutOff() throws IOException {
    try (Wire wire = new Wire(runner.port())) {
      assertThat(wire.send("GET /v1/queues HTTP/1.1\nHost: local").untilClosed()).isEmpty();
    }
  }

  @Test
  void aHeadThatComesByteByByteIsCutOff() throws IOException {
    try (Wire wire = new Wire(runner.port())) {
      wire.send("GET /v1/queues HTTP/1.1\nHost: localhost\nX-Slow: ");
      int sent = 0;
      while (sent < 60 && !wire.isClosedAfter("x")) {
        sent++;
      }
      assertThat(sent).as("bytes, one each 100 ms").isLessThan(60);
    }
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws IOException {
    try (Wire wire = new Wire(runner.port())) {
      assertThat(wire.untilClosed()).isEmpty();
      String more = get("localhost", "").replace("Connection: close\n", "");
      try (Wire used = new Wire(runner.port())) {
        assertThat(Wire.status(used.send(more).untilClosed())).isEqualTo(200);
      }
    }
  }

  @Test
  void manyIdleConnectionsLeaveRoomInTheEnd() throws IOException {
    List<Wire> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * Web.MAX_CONNECTIONS; i++) {
        idle.add(new Wire(runner.port()));
      }
      client.get("/healthz").expect(200);
    } finally {
      for (Wire wire : idle) {
        wire.close();
      }
    }
  }

  @Test
  void whoeverCanBeReachedFromElsewhereNeedsAKey(@TempDir Path other) {
    assertThatThrownBy(() -> Local.start(other, null, Local.PATIENCE, "--host", "0.0.0.0"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(SecretKey.VARIABLE);
    assertThatThrownBy(() -> Local.start(other, "short", Local.PATIENCE))
        .isInstanceOf(UsageException.class);
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void withAKeyEveryAddressWillDo(@TempDir Path other) throws UsageException {
    try (Runner open = Local.start(other, Local.KEY, Local.PATIENCE, "--host", "0.0.0.0")) {
      new Client(open.port(), Local.KEY).get("/v1/queues").expect(200);
      new Client(open.port()).get("/v1/queues").expect(401);
    }
  }
}
