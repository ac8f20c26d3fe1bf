package dev.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RingTest {
  private static final class Seat extends Ring.Member<Seat> {
    private final String name;

    Seat(String name) {
      this.name = name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private final Ring<Seat> ring = new Ring<>();
  private final Seat a = new Seat("a");
  private final Seat b = new Seat("b");
  private final Seat c = new Seat("c");

  @Test
  void anEmptyRingIsNobodysTurn() {
    assertThat(ring.isEmpty()).isTrue();
    assertThat(ring.turn()).isNull();
    ring.leave(a);
    assertThat(ring.contains(a)).isFalse();
  }

  @Test
  void everyMemberHasATurnBeforeAnyHasTwo() {
    join(a, b, c);
    assertThat(turns(6)).containsExactly(a, b, c, a, b, c);
  }

  @Test
  void aMemberAloneHasEveryTurn() {
    join(a);
    assertThat(turns(2)).containsExactly(a, a);
  }

  @Test
  void joiningTwiceIsJoiningOnce() {
    join(a, b, a);
    assertThat(turns(3)).containsExactly(a, b, a);
  }

  @Test
  void whoJoinsLateComesAtTheEndOfTheRound() {
    join(a, b);
    assertThat(ring.turn()).isSameAs(a);
    ring.join(c);
    assertThat(turns(3)).containsExactly(b, a, c);
  }

  @Test
  void whoLeavesAndComesBackHasLostItsTurn() {
    join(a, b, c);
    ring.leave(a);
    ring.join(a);
    assertThat(turns(3)).containsExactly(b, c, a);
  }

  @Test
  void whoseTurnItIsMayLeave() {
    join(a, b, c);
    assertThat(ring.turn()).isSameAs(a);
    ring.leave(b);
    assertThat(turns(2)).containsExactly(c, a);
    ring.leave(c);
    ring.leave(a);
    assertThat(ring.isEmpty()).isTrue();
  }

  @Test
  void itAgreesWithALineInWhichOneStepsToTheEnd() {
    Random random = new Random(3);
    List<Seat> seats = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      seats.add(new Seat("seat " + i));
    }
    Deque<Seat> line = new ArrayDeque<>();
    for (int i = 0; i < 50_000; i++) {
      Seat seat = seats.get(random.nextInt(seats.size()));
      switch (random.nextInt(3)) {
        case 0 -> {
          ring.join(seat);
          if (!line.contains(seat)) {
            line.addLast(seat);
          }
        }
        case 1 -> {
          ring.leave(seat);
          line.remove(seat);
        }
        default -> {
          Seat first = line.pollFirst();
          assertThat(ring.turn()).isSameAs(first);
          if (first != null) {
            line.addLast(first);
          }
        }
      }
      assertThat(ring.contains(seat)).isEqualTo(line.contains(seat));
      assertThat(ring.isEmpty()).isEqualTo(line.isEmpty());
    }
  }

  private void join(Seat... seats) {
    for (Seat seat : seats) {
      ring.join(seat);
    }
  }

  private List<Seat> turns(int count) {
    List<Seat> turns = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      turns.add(ring.turn());
    }
    return turns;
  }
}
