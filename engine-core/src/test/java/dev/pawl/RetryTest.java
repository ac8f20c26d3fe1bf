package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RetryTest {
  private static final Retry DEFAULT = Retry.exponential();

  @Test
  void theDefaultsAreThoseOfTheReference() {
    assertThat(DEFAULT)
        .isEqualTo(new Retry(3, 2, Duration.ofSeconds(1), Duration.ofSeconds(60), true));
    assertThat(Retry.none().maxAttempts()).isEqualTo(1);
  }

  @Test
  void everyMethodChangesOneValue() {
    assertThat(DEFAULT.maxAttempts(7).factor(1).randomize(false))
        .isEqualTo(new Retry(7, 1, Duration.ofSeconds(1), Duration.ofSeconds(60), false));
    assertThat(DEFAULT.minTimeout(Duration.ZERO).maxTimeout(Duration.ZERO))
        .isEqualTo(new Retry(3, 2, Duration.ZERO, Duration.ZERO, true));
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    refused(() -> DEFAULT.maxAttempts(0));
    refused(() -> DEFAULT.maxAttempts(Integer.MIN_VALUE));
    for (double factor :
        new double[] {
          Double.NaN,
          0,
          -2,
          Math.nextDown(1.0),
          1_000_001,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY
        }) {
      refused(() -> DEFAULT.factor(factor));
    }
    refused(() -> DEFAULT.minTimeout(Duration.ofMillis(-1)));
    refused(() -> DEFAULT.minTimeout(Duration.ofSeconds(61)));
    refused(() -> DEFAULT.maxTimeout(Duration.ofMillis(999)));
    refused(() -> DEFAULT.maxTimeout(Duration.ofSeconds(Long.MAX_VALUE)));
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call).isExactlyInstanceOf(InvalidOptionException.class);
  }
}
