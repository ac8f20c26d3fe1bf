package dev.pawl.internal.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Queue;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.spi.Micros;
import dev.pawl.spi.StoredValue;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HashesTest {
  @Test
  void equalPayloadsMatch() {
    assertThat(Hashes.match(request("a"))).isEqualTo(Hashes.match(request("a")));
    assertThat(of("a", "b")).isEqualTo(of("a", "b"));
  }

  @Test
  void otherPayloadsOrAnotherOrderDoNot() {
    assertThat(of("a")).isNotEqualTo(of("b"));
    assertThat(of("a", "b")).isNotEqualTo(of("b", "a"));
    assertThat(of("a")).isNotEqualTo(of("a", "a"));
  }

  @Test
  void whereAPayloadEndsMatters() {
    assertThat(of("ab", "c")).isNotEqualTo(of("a", "bc"));
    assertThat(of("", "a")).isNotEqualTo(of("a", ""));
    assertThat(of()).isNotEqualTo(of(""));
  }

  private static long of(String... payloads) {
    List<TriggerRequest> requests = Arrays.stream(payloads).map(HashesTest::request).toList();
    return Hashes.match(requests);
  }

  private static TriggerRequest request(String payload) {
    return new TriggerRequest(
        "task",
        StoredValue.of(payload.getBytes(UTF_8)),
        0,
        Micros.NONE,
        0,
        1,
        0,
        Queue.named("q"),
        null,
        List.of(),
        null,
        0,
        null,
        null,
        0,
        Hashes.of(StoredValue.of(payload.getBytes(UTF_8))),
        null,
        null);
  }
}
