package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.NotFoundException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 31, 32, 42, 1L << 40, (1L << 60) - 1, 1L << 60, Long.MAX_VALUE})
  void anIdSurvivesTheRoundTrip(long id) {
    assertThat(Ids.parseRun(Ids.run(id))).isEqualTo(id);
    assertThat(Ids.parseBatch(Ids.batch(id))).isEqualTo(id);
    assertThat(Ids.run(id)).matches("run_[0-9a-hjkmnp-tv-z]{13}");
    assertThat(Ids.batch(id)).matches("batch_[0-9a-hjkmnp-tv-z]{13}");
  }

  @Test
  void idsSortAsTextLikeTheirNumbers() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long a = random.nextLong() >>> (1 + random.nextInt(60));
      long b = random.nextLong() >>> (1 + random.nextInt(60));
      assertThat(Integer.signum(Ids.run(a).compareTo(Ids.run(b)))).isEqualTo(Long.compare(a, b));
    }
  }

  @Test
  void zeroStandsForNone() {
    assertThat(Ids.runOrNull(0)).isNull();
    assertThat(Ids.batchOrNull(0)).isNull();
    assertThat(Ids.runOrNull(7)).isEqualTo(Ids.run(7));
    assertThat(Ids.batchOrNull(7)).isEqualTo(Ids.batch(7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "run_",
        "run_1",
        "0000000000001",
        "run-0000000000001",
        "RUN_0000000000001",
        "batch_0000000000001",
        "run_00000000000001",
        "run_000000000001",
        "run_000000000000l",
        "run_000000000000A",
        "run_000000000000u",
        "run_000000000000-",
        " run_0000000000001",
        "run_000000000000 ",
        "run_000000000000\n",
        "run_\ud83d\ude8000000000000",
        // names none, a negative number, and one that needs more bits than there are
        "run_0000000000000",
        "run_8000000000000",
        "run_g000000000001",
        "run_zzzzzzzzzzzzz"
      })
  void whatIsNotTheIdOfARunNamesNone(String text) {
    assertThatThrownBy(() -> Ids.parseRun(text))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("run_0000000000");
  }

  @Test
  void theIdOfARunIsNotTheIdOfABatch() {
    assertThatThrownBy(() -> Ids.parseBatch(Ids.run(1)))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("batch_");
  }

  @Test
  void aHostileTextIsShownOnOneLineAndCut() {
    assertThatThrownBy(() -> Ids.parseRun("a\nb\u001b\u202e" + "x".repeat(10_000)))
        .message()
        .hasSizeLessThan(200)
        .startsWith("\"a?b??xxx")
        .doesNotContain("\n");
  }
}
