package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SpinTest {
  @Test
  @Timeout(60)
  void itIsAMatterOfMicroseconds() {
    long before = System.nanoTime();
    long end = Spin.end();
    assertThat(end - System.nanoTime()).isLessThan(Duration.ofMillis(1).toNanos());
    while (Spin.isBefore(end)) {
      Thread.onSpinWait();
    }
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(end - before);
    assertThat(Spin.isBefore(end)).isFalse();
  }
}
