package dev.pawl.internal.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.TriggerOptions;
import dev.pawl.spi.StoredValue;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HashesTest {
  @Test
  void equalPayloadsMatch() {
    assertThat(Hashes.match(draft("a"))).isEqualTo(Hashes.match(draft("a")));
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
    return Hashes.match(Arrays.stream(payloads).map(HashesTest::draft).toList());
  }

  private static Requests.Draft draft(String payload) {
    StoredValue value = StoredValue.of(payload.getBytes(UTF_8));
    return new Requests.Draft("task", value, Hashes.of(value), null, TriggerOptions.options());
  }
}
