package dev.pawl.internal.loop;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.spi.Micros;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EngineClockTest {
  private static final Instant NOON = Instant.parse("2025-06-01T12:00:00Z");
  private final AtomicReference<Instant> hands = new AtomicReference<>(NOON);
  private final InstantSource foreign = hands::get;

  @Test
  void aForeignClockIsFollowed() {
    EngineClock clock = new EngineClock(foreign, Micros.NONE);
    assertThat(clock.now()).isEqualTo(Micros.of(NOON));
    hands.set(NOON.plusSeconds(5));
    assertThat(clock.now()).isEqualTo(Micros.of(NOON.plusSeconds(5)));
  }

  @Test
  void aForeignClockThatIsSetBackStandsStillUntilItCatchesUp() {
    EngineClock clock = new EngineClock(foreign, Micros.NONE);
    long noon = clock.now();
    hands.set(NOON.minusSeconds(3_600));
    assertThat(clock.now()).isEqualTo(noon);
    hands.set(NOON.plusNanos(1_000));
    assertThat(clock.now()).isEqualTo(noon + 1);
  }

  @Test
  void theTimeNeverLiesBelowWhatTheStoreRecorded() {
    long recorded = Micros.of(NOON.plusSeconds(60));
    EngineClock clock = new EngineClock(foreign, recorded);
    assertThat(clock.now()).isEqualTo(recorded);
    hands.set(NOON.plusSeconds(61));
    assertThat(clock.now()).isEqualTo(recorded + 1_000_000);
  }

  @Test
  void theDefaultClockGoesOnFromTheFloorAndNeverBack() {
    long recorded = Micros.of(Instant.parse("2500-01-01T00:00:00Z"));
    EngineClock clock = new EngineClock(null, recorded);
    long last = recorded;
    boolean moved = false;
    for (int i = 0; i < 100_000_000 && !moved; i++) {
      long now = clock.now();
      assertThat(now >= last).isTrue();
      moved = now > recorded;
      last = now;
    }
    assertThat(moved).as("time goes on").isTrue();
    assertThat(last - recorded).isLessThan(60_000_000L);
  }

  @Test
  void theDefaultClockTellsTheTime() {
    long before = Micros.of(InstantSource.system().instant());
    long now = new EngineClock(null, Micros.NONE).now();
    assertThat(now - before).isBetween(0L, 60_000_000L);
  }

  @Test
  void theLoopSleepsUntilTheNextTimerButNotForEver() {
    EngineClock clock = new EngineClock(null, Micros.NONE);
    assertThat(clock.waitNanos(100, 100)).isZero();
    assertThat(clock.waitNanos(99, 100)).isZero();
    assertThat(clock.waitNanos(101, 100)).isEqualTo(1_000);
    assertThat(clock.waitNanos(100 + 60_000_000, 100)).isEqualTo(SECONDS.toNanos(60));
    assertThat(clock.waitNanos(Long.MAX_VALUE / 2, 100)).isEqualTo(SECONDS.toNanos(60));
    assertThat(clock.waitNanos(Micros.NEVER, 100)).isEqualTo(SECONDS.toNanos(60));
  }

  @Test
  void aForeignClockIsLookedAtOftenWhileATimerRuns() {
    EngineClock clock = new EngineClock(foreign, Micros.NONE);
    assertThat(clock.waitNanos(100, 100)).isZero();
    assertThat(clock.waitNanos(101, 100)).isEqualTo(1_000);
    assertThat(clock.waitNanos(1_000_000_100, 100)).isEqualTo(MILLISECONDS.toNanos(20));
    assertThat(clock.waitNanos(Micros.NEVER, 100)).isEqualTo(SECONDS.toNanos(60));
  }

  @Test
  void theLoopSleepsAlsoBefore1970() {
    long now = Micros.of(Instant.parse("1969-07-20T20:17:40Z"));
    EngineClock clock = new EngineClock(foreign, Micros.NONE);
    assertThat(clock.waitNanos(Micros.NEVER, now)).isEqualTo(SECONDS.toNanos(60));
    assertThat(clock.waitNanos(now + 5, now)).isEqualTo(5_000);
  }
}
