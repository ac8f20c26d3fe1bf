package dev.pawl.samples.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server with routes that fail. */
class WebTest {
  private static final RunnerConfig CONFIG = config("0");

  private Web web;

  private static RunnerConfig config(String port) {
    try {
      return RunnerConfig.of(
          CommandLine.parse("--store", "none", "--tasks", "none", "--port", port));
    } catch (UsageException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void start() throws UsageException {
    List<Route> routes =
        List.of(
            Route.get(
                "/throws",
                call -> {
                  throw new IllegalStateException("inner matters");
                }),
            Route.get("/breaks", call -> Answer.stream(breaking("[1, 2,".repeat(10_000)))),
            Route.get("/whole", call -> Answer.stream(stream("[1, 2]"))));
    web = Web.start(CONFIG, null, routes, Web.Patience.USUAL);
  }

  @AfterEach
  void stop() {
    web.close();
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  /** As a stored value whose checksum turns out to be wrong at its end. */
  private static InputStream breaking(String text) {
    return new SequenceInputStream(
        stream(text),
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("damaged");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            throw new IOException("damaged");
          }
        });
  }

  private String get(String path) throws IOException {
    return Wire.ask(
        web.port(), "GET " + path + " HTTP/1.1\nHost: localhost\nConnection: close\n\n");
  }

  @Test
  void whatGoesWrongInsideIsNotTold() throws IOException {
    String answer = get("/throws");
    assertThat(Wire.status(answer)).isEqualTo(500);
    assertThat(answer)
        .contains("\"type\":\"internal\"")
        .doesNotContain("inner")
        .doesNotContain("IllegalState")
        .doesNotContain("\tat ");
  }

  @Test
  void aValueThatBreaksOffDoesNotLookWhole() throws IOException {
    assertThat(get("/whole")).contains("[1, 2]").endsWith("\r\n0\r\n\r\n");
    assertThat(get("/breaks")).doesNotEndWith("\r\n0\r\n\r\n");
  }

  @Test
  void aPortThatIsTakenIsToldAsSuch() {
    RunnerConfig same = config(String.valueOf(web.port()));
    assertThatThrownBy(() -> Web.start(same, null, List.of(), Web.Patience.USUAL))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(String.valueOf(web.port()));
    assertThat(Path.of("none")).doesNotExist();
  }
}
