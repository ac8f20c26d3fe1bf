package dev.pawl;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TriggerOptionsTest {
  @Test
  void nothingIsSetAtFirst() {
    assertNothingIsSet();
  }

  private static void assertNothingIsSet() {
    assertThat(options().delay()).isNull();
    assertThat(options().delayUntil()).isNull();
    assertThat(options().ttl()).isNull();
    assertThat(options().queue()).isNull();
    assertThat(options().concurrencyKey()).isNull();
    assertThat(options().maxAttempts()).isNull();
    assertThat(options().priority()).isZero();
    assertThat(options().tags()).isEmpty();
    assertThat(options().metadata()).isNull();
  }

  @Test
  void everyMethodReturnsAChangedCopyThatKeepsTheRest() {
    TriggerOptions full =
        options()
            .delay("1h")
            .ttl("2h")
            .queue("q", 3)
            .concurrencyKey("k")
            .maxAttempts(4)
            .priority(5)
            .tags("t")
            .metadata(Map.of("m", 1));
    TriggerOptions changed =
        full.delay(Duration.ofMinutes(1))
            .ttl(Duration.ZERO)
            .queue("r")
            .concurrencyKey("l")
            .maxAttempts(1)
            .priority(-5)
            .tags(List.of())
            .metadata(Map.of());

    assertThat(full.delay()).isEqualTo(Duration.ofHours(1));
    assertThat(full.ttl()).isEqualTo(Duration.ofHours(2));
    assertThat(full.queue().name()).isEqualTo("q");
    assertThat(full.queue().concurrencyLimit()).hasValue(3);
    assertThat(full.concurrencyKey()).isEqualTo("k");
    assertThat(full.maxAttempts()).isEqualTo(4);
    assertThat(full.priority()).isEqualTo(Duration.ofSeconds(5));
    assertThat(full.tags()).containsExactly("t");
    assertThat(full.metadata()).isEqualTo(Map.of("m", 1));

    assertThat(changed.delay()).isEqualTo(Duration.ofMinutes(1));
    assertThat(changed.ttl()).isZero();
    assertThat(changed.queue().name()).isEqualTo("r");
    assertThat(changed.queue().concurrencyLimit()).isEmpty();
    assertThat(changed.concurrencyKey()).isEqualTo("l");
    assertThat(changed.maxAttempts()).isEqualTo(1);
    assertThat(changed.priority()).isEqualTo(Duration.ofSeconds(-5));
    assertThat(changed.tags()).isEmpty();
    assertThat(changed.metadata()).isEmpty();

    assertNothingIsSet();
  }

  @Test
  void theLastDelayReplacesTheOneBefore() {
    Instant noon = Instant.parse("2030-01-01T12:00:00Z");
    TriggerOptions until = options().delay("1h").delay(noon);
    assertThat(until.delay()).isNull();
    assertThat(until.delayUntil()).isEqualTo(noon);
    TriggerOptions later = until.delay("1h");
    assertThat(later.delay()).isEqualTo(Duration.ofHours(1));
    assertThat(later.delayUntil()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "2030-01-01T09:00:00+01:00, 2030-01-01T08:00:00Z",
    "2030-01-01T09:00+01:00, 2030-01-01T08:00:00Z",
    "2030-01-01T09:00:00.5Z, 2030-01-01T09:00:00.5Z",
    "1999-12-31T23:59:59-11:30, 2000-01-01T11:29:59Z"
  })
  void aDelayMayBeADateTimeWithAnOffset(String text, Instant expected) {
    TriggerOptions delayed = options().ttl("1h").delay("1h").delay(text);
    assertThat(delayed.delayUntil()).isEqualTo(expected);
    assertThat(delayed.delay()).isNull();
    assertThat(delayed.ttl()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tomorrow",
        "2030",
        "2030-01-01",
        "2030-01-01T09:00:00",
        "2030-13-01T09:00:00Z",
        "2030-02-30T09:00:00Z",
        "2030-01-01T25:00:00Z",
        "2030-01-01 09:00:00Z",
        "2030-01-01T09:00:00+19:00",
        "2030-01-01T09:00:00Z ",
        "+12030-01-01T09:00:00Z",
        "2030-01-01T09:00:00+01:00[Europe/Paris]",
        "1893456000",
        "-1h",
        "1h 30m",
        "PT-1H",
        "101w\n"
      })
  void aDelayThatCannotBeReadIsRefused(String text) {
    refused(() -> options().delay(text), "delay", Text.quote(text));
  }

  @Test
  void aDelayIsNeitherNegativeNorLongerThan100Years() {
    refused(() -> options().delay(Duration.ofNanos(-1)), "delay");
    refused(() -> options().delay(Duration.ofSeconds(Long.MAX_VALUE)), "delay");
    refused(() -> options().delay("36526d"), "delay", "36526d");
    assertThat(options().delay(Duration.ZERO).delay()).isZero();
  }

  @Test
  void aTtlIsReadByTheSameParserAndMayBeZero() {
    assertThat(options().ttl("0s").ttl()).isZero();
    refused(() -> options().ttl("1 day"), "ttl", "\"1 day\"");
    refused(() -> options().ttl("2030-01-01T09:00:00Z"), "ttl");
    refused(() -> options().ttl(Duration.ofSeconds(-1)), "ttl");
  }

  @Test
  void aPriorityHasARangeInBothDirections() {
    assertThat(options().priority(Durations.MAX).priority()).isEqualTo(Durations.MAX);
    assertThat(options().priority(Durations.MAX.negated()).priority()).isNegative();
    refused(() -> options().priority(Durations.MAX.plusNanos(1)), "priority");
    refused(() -> options().priority(Durations.MAX.negated().minusNanos(1)), "priority");
    refused(() -> options().priority(Long.MAX_VALUE), "priority");
    refused(() -> options().priority(Long.MIN_VALUE), "priority");
  }

  @Test
  void aQueueNameMustBeAValidOne() {
    refused(() -> options().queue("no blanks"), "queue", "\"no blanks\"");
    refused(() -> options().queue(""), "queue");
    refused(() -> options().queue("q", -1), "\"q\"", "-1");
    assertThat(options().queue("q", 0).queue().concurrencyLimit()).hasValue(0);
  }

  @Test
  void aConcurrencyKeyHas1To256Characters() {
    assertThat(options().concurrencyKey("k".repeat(256)).concurrencyKey()).hasSize(256);
    assertThat(options().concurrencyKey(" ").concurrencyKey()).isEqualTo(" ");
    refused(() -> options().concurrencyKey(""), "concurrencyKey");
    refused(() -> options().concurrencyKey("k".repeat(257)), "concurrencyKey", "256");
  }

  @Test
  void thereIsAtLeastOneAttempt() {
    refused(() -> options().maxAttempts(0), "maxAttempts", "0");
    refused(() -> options().maxAttempts(-3), "maxAttempts", "-3");
  }

  @Test
  void tagsAreKeptInOrderWithoutDuplicates() {
    assertThat(options().tags("b", "a", "b", "c", "a").tags()).containsExactly("b", "a", "c");
    assertThat(options().tags("a").tags("b").tags()).containsExactly("b");
  }

  @Test
  void tagsThatChangeLaterDoNotChangeTheOptions() {
    List<String> tags = new ArrayList<>(List.of("a"));
    TriggerOptions tagged = options().tags(tags);
    tags.add("b");
    assertThat(tagged.tags()).containsExactly("a");
    assertThatThrownBy(() -> tagged.tags().add("c"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static void refused(ThrowingCallable call, String... inMessage) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(InvalidOptionException.class)
        .hasMessageContainingAll(inMessage);
  }
}
