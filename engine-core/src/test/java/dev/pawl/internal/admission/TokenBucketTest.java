package dev.pawl.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long SECOND = 1_000_000;

  @Test
  void itIsFullAtFirstAndFillsSteadily() {
    TokenBucket bucket = new TokenBucket(3, 2, SECOND);
    for (int i = 0; i < 3; i++) {
      assertThat(bucket.take(1, 0)).isZero();
    }
    assertThat(bucket.take(1, 0)).isEqualTo(SECOND / 2);
    assertThat(bucket.take(1, SECOND / 2 - 1)).isEqualTo(1);
    assertThat(bucket.take(1, SECOND / 2)).isZero();
    assertThat(bucket.take(1, SECOND / 2)).isEqualTo(SECOND / 2);
  }

  @Test
  void itNeverHoldsMoreThanItsBurst() {
    TokenBucket bucket = new TokenBucket(3, 2, SECOND);
    assertThat(bucket.take(3, 1_000 * SECOND)).isZero();
    assertThat(bucket.take(3, 2_000 * SECOND)).isZero();
    assertThat(bucket.take(1, 2_000 * SECOND)).isPositive();
  }

  @Test
  void whatIsLeftInItCountsTowardsItsBurst() {
    TokenBucket bucket = new TokenBucket(3, 2, SECOND);
    assertThat(bucket.burst()).isEqualTo(3);
    assertThat(bucket.take(1, 0)).isZero();
    assertThat(bucket.take(3, 1_000 * SECOND)).isZero();
    assertThat(bucket.take(1, 1_000 * SECOND)).isEqualTo(SECOND / 2);
  }

  @Test
  void theInstantThatFillsItDoesNotOverfillIt() {
    TokenBucket bucket = new TokenBucket(1, 2, 3); // full after one and a half
    assertThat(bucket.take(1, 0)).isZero();
    assertThat(bucket.take(1, 2)).isZero();
    assertThat(bucket.take(1, 2)).isEqualTo(2);
  }

  @Test
  void itTakesAllOrNothing() {
    TokenBucket bucket = new TokenBucket(10, 1, SECOND);
    assertThat(bucket.take(6, 0)).isZero();
    assertThat(bucket.take(6, 0)).isEqualTo(2 * SECOND);
    assertThat(bucket.take(4, 0)).isZero();
  }

  @Test
  void whoeverWaitsAsLongAsHeIsToldGetsHisTokens() {
    Random random = new Random(7);
    for (int round = 0; round < 10_000; round++) {
      int burst = 1 + random.nextInt(1_000);
      TokenBucket bucket =
          new TokenBucket(burst, 1 + random.nextInt(1_000), 1 + random.nextLong(10 * SECOND));
      long now = random.nextLong(1L << 50);
      for (int step = 0; step < 5; step++) {
        int count = 1 + random.nextInt(burst);
        long wait = bucket.take(count, now);
        if (wait > 0) {
          now += wait;
          assertThat(bucket.take(count, now)).as("round %s", round).isZero();
        }
      }
    }
  }

  @Test
  void overALongTimeNoMoreThanItsRatePasses() {
    TokenBucket bucket = new TokenBucket(5, 7, SECOND);
    int passed = 0;
    for (long now = 0; now <= 100 * SECOND; now += 1_000) {
      if (bucket.take(1, now) == 0) {
        passed++;
      }
    }
    assertThat(passed).isEqualTo(5 + 700);
  }
}
