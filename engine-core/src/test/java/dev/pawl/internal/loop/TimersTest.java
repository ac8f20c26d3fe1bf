package dev.pawl.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.internal.queue.IndexedHeap;
import dev.pawl.spi.Micros;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimersTest {
  private static final class Alarm implements Timed {
    private final long at;
    private final long tie;
    private int place = IndexedHeap.NOWHERE;

    Alarm(long at, long tie) {
      this.at = at;
      this.tie = tie;
    }

    @Override
    public long timerAt() {
      return at;
    }

    @Override
    public long timerTie() {
      return tie;
    }

    @Override
    public int timerPlace() {
      return place;
    }

    @Override
    public void timerPlace(int place) {
      this.place = place;
    }
  }

  private final Timers timers = new Timers();

  @Test
  void withoutTimersNothingIsEverDue() {
    assertThat(timers.next()).isEqualTo(Micros.NEVER);
    assertThat(timers.due(Long.MAX_VALUE)).isNull();
    assertThat(timers.size()).isZero();
  }

  @Test
  void aTimerIsDueAtItsInstantAndNotBefore() {
    Alarm alarm = add(100, 1);
    assertThat(timers.next()).isEqualTo(100);
    assertThat(timers.due(99)).isNull();
    assertThat(timers.size()).isEqualTo(1);
    assertThat(timers.due(100)).isSameAs(alarm);
    assertThat(timers.due(100)).isNull();
  }

  @Test
  void timersAreDueInTheOrderOfTheirInstantsAndThenOfTheirTies() {
    Alarm last = add(30, 1);
    Alarm third = add(20, 9);
    Alarm second = add(20, 3);
    Alarm first = add(-5, 7);
    for (Alarm expected : List.of(first, second, third, last)) {
      assertThat(timers.due(1_000)).isSameAs(expected);
    }
    assertThat(timers.size()).isZero();
  }

  @Test
  void aTimerThatWasRemovedIsNeverDue() {
    Alarm gone = add(10, 1);
    Alarm stays = add(20, 2);
    timers.remove(gone);
    timers.remove(gone);
    assertThat(timers.next()).isEqualTo(20);
    assertThat(timers.due(100)).isSameAs(stays);
    timers.add(gone);
    assertThat(timers.due(100)).isSameAs(gone);
  }

  @Test
  void aTimerStandsInOnlyOnce() {
    Alarm alarm = add(10, 1);
    assertThatThrownBy(() -> timers.add(alarm)).isInstanceOf(IllegalStateException.class);
  }

  private Alarm add(long at, long tie) {
    Alarm alarm = new Alarm(at, tie);
    timers.add(alarm);
    return alarm;
  }
}
