package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.spi.Micros;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdSourceTest {
  private static final long PER_MILLI = 1 << 18;

  @ParameterizedTest
  @ValueSource(strings = {"1999-01-01T00:00:00Z", "2025-06-01T12:00:00Z", "2500-12-31T23:59:59Z"})
  void anIdIsTheMillisecondAndACount(Instant at) {
    long micros = Micros.of(at);
    IdSource ids = new IdSource(0);
    long first = ids.next(micros);
    assertThat(first).isPositive().isEqualTo(at.toEpochMilli() * PER_MILLI + 1);
    assertThat(ids.next(micros + 999)).isEqualTo(first + 1);
    assertThat(ids.next(micros + 1_000)).isEqualTo(first + PER_MILLI + 2);
    assertThat(ids.last()).isEqualTo(first + PER_MILLI + 2);
    assertThat(IdSource.floor(micros)).isEqualTo(first - 1);
  }

  /** Of a burst over a hundred milliseconds; in each there were as many at the same places. */
  @Test
  void idsAreSpreadOverAHashMap() {
    IdSource ids = new IdSource(0);
    long micros = Micros.of(Instant.parse("2025-06-01T12:00:00Z"));
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      int hash = Long.hashCode(ids.next(micros + 10L * i));
      places.add((hash ^ (hash >>> 16)) % 16_384); // as a HashMap does
    }
    assertThat(places).hasSizeGreaterThan(6_000);
  }

  @Test
  void idsAscendAlsoWhenTheClockGoesBack() {
    IdSource ids = new IdSource(0);
    long last = ids.next(5_000_000);
    for (long now : new long[] {4_000_000, 0, -1, -86_400_000_000L, Long.MIN_VALUE, 5_000_000}) {
      long next = ids.next(now);
      assertThat(next).isEqualTo(last + 1);
      last = next;
    }
  }

  @Test
  void idsGoOnBehindTheLastOneHandedOutBefore() {
    long before = new IdSource(0).next(Micros.of(Instant.parse("2500-01-01T00:00:00Z")));
    assertThat(new IdSource(before).next(Micros.of(Instant.parse("1999-01-01T00:00:00Z"))))
        .isEqualTo(before + 1);
  }

  @Test
  void aMillisecondThatOverflowsRunsAheadOfTheClock() {
    IdSource ids = new IdSource(0);
    long last = ids.next(7_000);
    for (int i = 1; i < PER_MILLI + 10; i++) {
      long next = ids.next(7_000);
      if (next != last + 1) {
        throw new AssertionError(next + " after " + last);
      }
      last = next;
    }
    assertThat(last).isEqualTo(8 * PER_MILLI + 10);
    assertThat(ids.next(8_000)).isEqualTo(last + 1);
    assertThat(ids.next(9_000)).isEqualTo(9 * PER_MILLI + 12);
  }

  @Test
  void noIdIsZeroEvenAtTheBeginningOfTime() {
    assertThat(new IdSource(0).next(0)).isEqualTo(1);
    assertThat(new IdSource(0).next(Micros.NONE)).isEqualTo(1);
  }

  @Test
  void theLeastIdBeforeTheBeginningIsZero() {
    assertThat(IdSource.floor(-1)).isZero();
    assertThat(IdSource.floor(Micros.NONE)).isZero();
  }
}
