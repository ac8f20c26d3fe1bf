package dev.pawl.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RingTest {
  private static final class Seat {
    private final String name;
    private final Ring.Place<Seat> place = new Ring.Place<>(this);

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
    assertThat(turn()).isNull();
    ring.leave(a.place);
    assertThat(ring.contains(a.place)).isFalse();
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
    assertThat(turn()).isSameAs(a);
    ring.join(c.place);
    assertThat(turns(3)).containsExactly(b, a, c);
  }

  @Test
  void whoLeavesAndComesBackHasLostItsTurn() {
    join(a, b, c);
    ring.leave(a.place);
    ring.join(a.place);
    assertThat(turns(3)).containsExactly(b, c, a);
  }

  @Test
  void whoseTurnItIsMayLeave() {
    join(a, b, c);
    assertThat(turn()).isSameAs(a);
    ring.leave(b.place);
    assertThat(turns(2)).containsExactly(c, a);
    ring.leave(c.place);
    ring.leave(a.place);
    assertThat(ring.isEmpty()).isTrue();
  }

  @Test
  void aTurnOutOfTurnIsATurn() {
    join(a, b, c);
    ring.takeTurn(b.place);
    assertThat(turns(4)).containsExactly(a, c, b, a);
    Seat outside = new Seat("outside");
    ring.takeTurn(outside.place);
    assertThat(ring.contains(outside.place)).isFalse();
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
      switch (random.nextInt(4)) {
        case 0 -> {
          ring.join(seat.place);
          if (!line.contains(seat)) {
            line.addLast(seat);
          }
        }
        case 1 -> {
          ring.leave(seat.place);
          line.remove(seat);
        }
        case 2 -> {
          ring.takeTurn(seat.place);
          if (line.remove(seat)) {
            line.addLast(seat);
          }
        }
        default -> {
          Seat first = line.pollFirst();
          assertThat(turn()).isSameAs(first);
          if (first != null) {
            line.addLast(first);
          }
        }
      }
      assertThat(ring.contains(seat.place)).isEqualTo(line.contains(seat));
      assertThat(ring.isEmpty()).isEqualTo(line.isEmpty());
    }
  }

  private @Nullable Seat turn() {
    Seat seat = ring.peek();
    if (seat != null) {
      ring.takeTurn(seat.place);
    }
    return seat;
  }

  private void join(Seat... seats) {
    for (Seat seat : seats) {
      ring.join(seat.place);
    }
  }

  private List<Seat> turns(int count) {
    List<Seat> turns = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      turns.add(turn());
    }
    return turns;
  }
}
