package dev.pawl.internal.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "'', abc, 3",
    "same, same, 0",
    "send-email, send-emial, 2",
    "send-email, send-mail, 1",
    "kitten, sitting, 3",
    "abc, xyz, 3"
  })
  void itCountsChangesAdditionsAndOmissions(String a, String b, int expected) {
    assertThat(EditDistance.between(a, b)).isEqualTo(expected);
    assertThat(EditDistance.between(b, a)).isEqualTo(expected);
  }

  @Test
  void whatIsTooLongForANameResemblesNothing() {
    assertThat(EditDistance.between("a".repeat(128), "a".repeat(127))).isEqualTo(1);
    assertThat(EditDistance.between("a".repeat(129), "a".repeat(128))).isEqualTo(Integer.MAX_VALUE);
    assertThat(EditDistance.between("a", "a".repeat(1 << 20))).isEqualTo(Integer.MAX_VALUE);
  }
}
