package dev.pawl.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PushTest {
  private static final long CREATED = 1_000;
  private static final long NOW = 1_500;
  private static final long UNBOUNDED = Long.MAX_VALUE;

  @Test
  void aPushMovesTheRunToItsDelayFromNow() {
    assertThat(Push.decide(CREATED + 600, CREATED, 600, UNBOUNDED, NOW))
        .isEqualTo(new Push.To(NOW + 600));
  }

  @Test
  void aPushNeverHurriesARun() {
    assertThat(Push.decide(NOW + 900, CREATED, 600, UNBOUNDED, NOW))
        .isEqualTo(new Push.To(NOW + 900));
    assertThat(Push.decide(NOW + 900, CREATED, 600, 5_000, NOW)).isEqualTo(new Push.To(NOW + 900));
  }

  @Test
  void aPushMayReachTheBoundAndNotPassIt() {
    long bound = NOW + 600 - CREATED;
    assertThat(Push.decide(NOW, CREATED, 600, bound, NOW)).isEqualTo(new Push.To(NOW + 600));
    assertThat(Push.decide(NOW, CREATED, 600, bound - 1, NOW)).isEqualTo(new Push.WindowClosed());
  }

  @Test
  void theBoundCountsFromTheCreationAndNotFromThePush() {
    assertThat(Push.decide(NOW, CREATED, 600, 601, NOW)).isEqualTo(new Push.WindowClosed());
    assertThat(Push.decide(NOW, NOW, 600, 601, NOW)).isEqualTo(new Push.To(NOW + 600));
  }
}
