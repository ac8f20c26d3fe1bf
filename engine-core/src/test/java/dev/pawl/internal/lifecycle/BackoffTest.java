package dev.pawl.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Retry;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Retry EXACT = Retry.exponential().randomize(false);
  private static final double ALMOST_ONE = Math.nextDown(1.0);

  @Test
  void theDelayDoublesFromOneSecondUpToAMinute() {
    long[] seconds = {1, 2, 4, 8, 16, 32, 60, 60};
    for (int n = 1; n <= seconds.length; n++) {
      assertThat(Backoff.delay(EXACT, n, 0.9)).isEqualTo(seconds[n - 1] * 1_000_000);
    }
  }

  @Test
  void randomizingStretchesTheDelayToLessThanTwice() {
    Retry policy = Retry.exponential();
    assertThat(Backoff.delay(policy, 1, 0)).isEqualTo(1_000_000);
    assertThat(Backoff.delay(policy, 1, 0.25)).isEqualTo(1_250_000);
    assertThat(Backoff.delay(policy, 3, 0.5)).isEqualTo(6_000_000);
  }

  @Test
  void theBoundHoldsAfterRandomizing() {
    Retry policy = Retry.exponential();
    assertThat(Backoff.delay(policy, 6, 0)).isEqualTo(32_000_000);
    assertThat(Backoff.delay(policy, 6, ALMOST_ONE)).isEqualTo(60_000_000);
    assertThat(Backoff.delay(policy, 7, ALMOST_ONE)).isEqualTo(60_000_000);
  }

  @Test
  void theDelayIsRoundedToTheMillisecond() {
    Retry policy = EXACT.minTimeout(Duration.ofMillis(3)).factor(1.5);
    assertThat(Backoff.delay(policy, 1, 0)).isEqualTo(3_000);
    assertThat(Backoff.delay(policy, 2, 0)).isEqualTo(5_000); // 4.5
    assertThat(Backoff.delay(policy, 3, 0)).isEqualTo(7_000); // 6.75
  }

  @Test
  void hugeFactorsAndAttemptNumbersEndAtTheBound() {
    Retry wild =
        EXACT.factor(1_000_000).maxTimeout(Duration.ofDays(36_525)).maxAttempts(Integer.MAX_VALUE);
    long bound = Duration.ofDays(36_525).toMillis() * 1_000;
    assertThat(Backoff.delay(wild, 2, 0)).isEqualTo(1_000_000_000_000L);
    assertThat(Backoff.delay(wild, 60, 0)).isEqualTo(bound);
    assertThat(Backoff.delay(wild, Integer.MAX_VALUE, ALMOST_ONE)).isEqualTo(bound);
    assertThat(Backoff.delay(wild.randomize(true), Integer.MAX_VALUE, ALMOST_ONE)).isEqualTo(bound);
  }

  @Test
  void aPolicyWithoutDelayRetriesAtOnceHoweverOften() {
    Retry atOnce = Retry.exponential().minTimeout(Duration.ZERO).factor(1_000_000);
    assertThat(Backoff.delay(atOnce, 1, 0.5)).isZero();
    assertThat(Backoff.delay(atOnce, Integer.MAX_VALUE, 0.5)).isZero();
    assertThat(Backoff.delay(atOnce.maxTimeout(Duration.ZERO), 9, 0.5)).isZero();
  }

  @Test
  void theFormulaHoldsForRandomPolicies() {
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      int min = random.nextInt(5_000);
      int max = min + random.nextInt(100_000);
      double factor = 1 + random.nextInt(16) / 4.0;
      int n = 1 + random.nextInt(12);
      double r = random.nextInt(1 << 10) / (double) (1 << 10);
      Retry policy =
          new Retry(
              20, factor, Duration.ofMillis(min), Duration.ofMillis(max), random.nextBoolean());
      BigDecimal exact =
          BigDecimal.valueOf(policy.randomize() ? 1 + r : 1)
              .multiply(BigDecimal.valueOf(min))
              .multiply(BigDecimal.valueOf(factor).pow(n - 1))
              .min(BigDecimal.valueOf(max))
              .setScale(0, RoundingMode.HALF_UP);
      assertThat(Backoff.delay(policy, n, r))
          .as("%s, attempt %s", policy, n)
          .isEqualTo(exact.longValueExact() * 1_000);
    }
  }
}
