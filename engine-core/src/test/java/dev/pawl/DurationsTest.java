package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "1w, PT168H",
    "1d, PT24H",
    "1hr, PT1H",
    "1h, PT1H",
    "1m, PT1M",
    "1s, PT1S",
    "0s, PT0S",
    "007m, PT7M",
    "1h52m18s, PT1H52M18S",
    "1hr52m18s, PT1H52M18S",
    "2w3d4h5m6s, PT412H5M6S",
    "18s52m1h, PT1H52M18S",
    "90m, PT1H30M",
    "000000000001s, PT1S",
    "5217w, PT876456H",
    "36525d, PT876600H",
    "PT1H, PT1H",
    "P1D, PT24H",
    "P2DT3H4M5S, PT51H4M5S",
    "PT0.25S, PT0.25S"
  })
  void aDurationIsItsComponentsInAnyOrderOrIso(String text, Duration expected) {
    assertThat(Durations.parse("ttl", text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "h",
        "1",
        "12",
        "1x",
        "1ms",
        "1y",
        "1mo",
        "s1",
        "1h1",
        "1h m",
        "hello",
        "1hh",
        // a unit twice, also under its other name
        "1h1h",
        "1s2m1s",
        "1h1hr",
        "1hr1h",
        "1hr1hr",
        "1w1d1w",
        // blanks
        " 1h",
        "1h ",
        "1 h",
        "1h 2m",
        "1h\n",
        "\t1h",
        "1\u00a0h",
        // signs and decimals
        "+1h",
        "-1h",
        "1h-2m",
        "1.5h",
        "1,5h",
        ".5h",
        "1e3s",
        "1_000s",
        "0x1s",
        // other case
        "1H",
        "1D",
        "1W",
        "1M",
        "1S",
        "1HR",
        "1Hr",
        // digits that are none of ours
        "\u0661h",
        "\uff11h",
        "\u0967h",
        "\ud835\udfcfh",
        "1\u0661h",
        // too long, too large
        "0000000000001s",
        "9999999999999s",
        "99999999999999999999s",
        "36526d",
        "5218w1d",
        "999999999999w",
        "999999999999w999999999999d999999999999h999999999999m999999999999s",
        "3155760001s",
        "999999999999999999999999999999999999999999999999999999999999999999s",
        // what ISO does not have, though Duration.parse does
        "pt1h",
        "Pt1h",
        "PT1h",
        "-PT1H",
        "+PT1H",
        "PT-1H",
        "PT+1H",
        "PT1H-30M",
        "P-1D",
        "PT1,5S",
        // what is no ISO duration of hours
        "P",
        "PT",
        "P1Y",
        "P1M",
        "PT1X",
        "P1D1H",
        "PT 1H",
        "PT1H ",
        "P\u0661D",
        "PT99999999999999999999H",
        "P999999999999D",
        "PT9223372036854775807S",
        "P36526D",
      })
  void anythingElseIsRefusedWithOptionValueAndGrammar(String text) {
    assertThatThrownBy(() -> Durations.parse("ttl", text))
        .isExactlyInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("ttl ")
        .hasMessageContaining(Text.quote(text))
        .hasMessageContaining("<digits><w|d|hr|h|m|s>")
        .hasMessageContaining("\"PT1H\"");
  }

  @Test
  void aHostileTextIsShownOnOneLineAndCut() {
    assertThatThrownBy(() -> Durations.parse("delay", "1h\n\u001b[31m" + "9".repeat(100_000)))
        .isExactlyInstanceOf(InvalidOptionException.class)
        .message()
        .hasSizeLessThan(400)
        .doesNotContain("\n", "\u001b")
        .contains("1h\\u000a\\u001b[31m");
  }

  @Test
  void aDurationLiesBetweenZeroAnd100Years() {
    assertThat(Durations.checkRange("ttl", Duration.ZERO)).isZero();
    assertThat(Durations.checkRange("ttl", Durations.MAX)).isEqualTo(Durations.MAX);
    for (Duration bad :
        new Duration[] {
          Duration.ofNanos(-1), Durations.MAX.plusNanos(1), Duration.ofSeconds(Long.MIN_VALUE)
        }) {
      assertThatThrownBy(() -> Durations.checkRange("ttl", bad))
          .isExactlyInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("ttl")
          .hasMessageContaining(bad.toString());
    }
  }

  @Test
  void whatMustBePositiveIsNotZero() {
    assertThat(Durations.positive("ttl", Duration.ofNanos(1))).isPositive();
    assertThatThrownBy(() -> Durations.positive("ttl", Duration.ZERO))
        .isExactlyInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("ttl");
    assertThatThrownBy(() -> Durations.positive("ttl", Duration.ofSeconds(-1)))
        .isExactlyInstanceOf(InvalidOptionException.class);
  }

  @Test
  void aRetryDelayHasTheSameRange() {
    assertThat(new RetryAfterException(Duration.ZERO).delay()).isZero();
    assertThat(new RetryAfterException(Durations.MAX).delay()).isEqualTo(Durations.MAX);
    for (Duration bad :
        new Duration[] {Duration.ofMillis(-1), Duration.ofSeconds(Long.MAX_VALUE)}) {
      assertThatThrownBy(() -> new RetryAfterException(bad))
          .isExactlyInstanceOf(InvalidOptionException.class)
          .hasMessageContaining(bad.toString());
    }
  }

  @Test
  void everyOptionIsReadByTheOneParserAndNamesItself() {
    Map<String, Consumer<String>> options =
        Map.of(
            "delay", text -> TriggerOptions.options().delay(text),
            "ttl", text -> TriggerOptions.options().ttl(text),
            "idempotencyKeyTtl", text -> TriggerOptions.options().idempotencyKeyTtl(text),
            "maxDuration", text -> TriggerOptions.options().maxDuration(text),
            "debounce delay", text -> Debounce.key("k").delay(text),
            "debounce maxDelay", text -> Debounce.key("k").delay("1s").maxDelay(text),
            "period", text -> RunQuery.all().period(text));
    Map<String, Consumer<String>> elsewhere =
        Map.of(
            "ttl", text -> Task.define("t", String.class, String.class).ttl(text),
            "maxDuration", text -> Task.define("t", String.class, String.class).maxDuration(text),
            "idempotencyKeyTtl", text -> BatchOptions.batchOptions().idempotencyKeyTtl(text));
    for (Map<String, Consumer<String>> each : List.of(options, elsewhere)) {
      each.forEach(
          (name, option) -> {
            option.accept("1w2d3hr4m5s");
            option.accept("PT1H");
            for (String bad : new String[] {"", "1h1h", "1 h", "-1h", "1.5h", "1H", "36526d"}) {
              assertThatThrownBy(() -> option.accept(bad))
                  .as("%s %s", name, bad)
                  .isExactlyInstanceOf(InvalidOptionException.class)
                  .hasMessageStartingWith(name + " " + Text.quote(bad))
                  .hasMessageContaining("<digits><w|d|hr|h|m|s>");
            }
          });
    }
  }
}
