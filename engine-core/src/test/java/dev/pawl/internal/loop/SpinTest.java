package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SpinTest {
  @Test
  @Timeout(60)
  void itEndsWhenSomethingIsSo() {
    AtomicBoolean done = new AtomicBoolean();
    Thread.startVirtualThread(() -> done.set(true));
    Spin.until(done::get, Duration.ofHours(1).toNanos());
    AtomicInteger looks = new AtomicInteger();
    Spin.until(() -> looks.incrementAndGet() > 10, Duration.ofHours(1).toNanos());
    assertThat(looks.get()).isIn(1, 11); // with one core it does not wait
  }

  @Test
  @Timeout(60)
  void itEndsInTime() {
    AtomicInteger looks = new AtomicInteger();
    Spin.until(
        () -> {
          looks.incrementAndGet();
          return false;
        },
        Duration.ofMillis(1).toNanos());
    assertThat(looks).hasPositiveValue();
  }
}
