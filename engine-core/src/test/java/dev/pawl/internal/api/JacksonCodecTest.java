package dev.pawl.internal.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.TypeRef;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JacksonCodecTest {
  record Line(String article, int count) {}

  record Order(String id, List<Line> lines, Instant at, Optional<String> note) {}

  private final JacksonCodec codec = new JacksonCodec();

  @Test
  void recordsSurviveTheRoundTrip() {
    Order order =
        new Order(
            "\u00e9\ud83d\ude80\u0000\"",
            List.of(new Line("a", 1), new Line("b", Integer.MIN_VALUE)),
            Instant.parse("2030-01-01T00:00:00.123456789Z"),
            Optional.empty());
    assertThat(roundTrip(order, Order.class)).isEqualTo(order);
  }

  @Test
  void genericsKeepTheirArguments() {
    Type type = new TypeRef<Map<String, List<Line>>>() {}.type();
    Map<String, List<Line>> value = Map.of("x", List.of(new Line("a", 1)));
    assertThat(roundTrip(value, type)).isEqualTo(value);
  }

  @Test
  void plainValuesSurviveTheRoundTrip() {
    assertThat(roundTrip("text", String.class)).isEqualTo("text");
    assertThat(roundTrip("half \ud83d", String.class)).isEqualTo("half \ud83d");
    assertThat(roundTrip(7L, Long.class)).isEqualTo(7L);
    assertThat(roundTrip(Double.NaN, Double.class)).isEqualTo(Double.NaN);
    assertThat(roundTrip(new byte[] {1, -1}, byte[].class)).isEqualTo(new byte[] {1, -1});
    assertThat(roundTrip(Duration.ofNanos(1), Duration.class)).isEqualTo(Duration.ofNanos(1));
    assertThat(roundTrip(new BigDecimal("1.10"), BigDecimal.class))
        .isEqualTo(new BigDecimal("1.10"));
    assertThat(roundTrip(null, Void.class)).isNull();
    assertThat(roundTrip(null, String.class)).isNull();
  }

  @Test
  void largeNumbersAndLongNamesThatWereWrittenAreRead() {
    BigInteger number = BigInteger.TEN.pow(5_000);
    assertThat(roundTrip(number, BigInteger.class)).isEqualTo(number);
    Map<String, Integer> named = Map.of("n".repeat(60_000), 1);
    assertThat(roundTrip(named, new TypeRef<Map<String, Integer>>() {}.type())).isEqualTo(named);
  }

  @Test
  void propertiesThatATypeDoesNotKnowAreSkipped() {
    assertThat(decode("{\"article\":\"a\",\"colour\":{\"r\":[1]},\"count\":2}", Line.class))
        .isEqualTo(new Line("a", 2));
  }

  @Test
  void propertiesThatAreMissingAreNull() {
    assertThat(decode("{}", Order.class)).isEqualTo(new Order(null, null, null, Optional.empty()));
  }

  @Test
  void whatIsStoredChoosesNoClass() {
    String gadget =
        "{\"@class\":\"java.net.URLClassLoader\",\"@type\":\"javax.swing.JFrame\",\"count\":1}";
    assertThat(decode(gadget, Line.class)).isEqualTo(new Line(null, 1));
    assertThat(decode(gadget, Object.class))
        .isInstanceOf(Map.class)
        .isEqualTo(
            Map.of("@class", "java.net.URLClassLoader", "@type", "javax.swing.JFrame", "count", 1));
    assertThat(decode("[\"java.net.URLClassLoader\",{\"a\":1}]", Object.class))
        .isEqualTo(List.of("java.net.URLClassLoader", Map.of("a", 1)));
  }

  @Test
  void aBombOfDepthIsRefused() {
    String bomb = "[".repeat(100_000) + "]".repeat(100_000);
    assertThatThrownBy(() -> decode(bomb, Object.class)).isInstanceOf(Exception.class);
    assertThatThrownBy(() -> decode("{\"x\":" + bomb + "}", Line.class))
        .isInstanceOf(Exception.class);
  }

  /** An output that cannot be read again must fail when it is written. */
  @Test
  void whatIsNotTooDeepToBeWrittenIsNotTooDeepToBeRead() {
    int refusedAt = 0;
    for (int depth = 480; depth < 520 && refusedAt == 0; depth++) {
      Object nested = nested(depth);
      byte[] written;
      try {
        written = codec.encode(nested, Object.class);
      } catch (RuntimeException e) {
        refusedAt = depth;
        continue;
      }
      assertThat(codec.decode(written, Object.class)).isNotNull();
    }
    assertThat(refusedAt).isPositive();
  }

  private static Object nested(int depth) {
    Object nested = new ArrayList<>();
    for (int i = 1; i < depth; i++) {
      nested = List.of(nested);
    }
    return nested;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "{}x", "{} {}", "1 2", "nul", "{\"count\":\"x\"}", "[1]"})
  void whatIsNotOneWholeValueOfTheTypeIsRefused(String json) {
    assertThatThrownBy(() -> decode(json, Line.class)).isInstanceOf(Exception.class);
  }

  private Object roundTrip(Object value, Type type) {
    return codec.decode(codec.encode(value, type), type);
  }

  private Object decode(String json, Type type) {
    return codec.decode(json.getBytes(UTF_8), type);
  }
}
