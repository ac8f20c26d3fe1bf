package dev.pawl.internal.queue;

import static dev.pawl.internal.queue.Queues.UNLIMITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueuesTest {
  private final Queues queues = new Queues(UNLIMITED, UNLIMITED, false);
  private long lastId;

  @Test
  void nothingStartsWhereNothingStands() {
    assertThat(queues.start()).isNull();
    assertThat(queues.mayStart()).isFalse();
    assertThat(queues.stats("q"))
        .isEqualTo(new Queues.Stats("q", UNLIMITED, UNLIMITED, false, 0, 0));
  }

  @Test
  void theLesserOrderStartsFirstAndThenTheLesserId() {
    Item late = new Item(1, 20);
    Item second = new Item(9, 10);
    Item first = new Item(3, 10);
    for (Item item : List.of(late, second, first)) {
      queues.enqueue(item, "q", null);
    }
    assertThat(startAll()).containsExactly(first, second, late);
  }

  @Test
  void aNegativeOrderComesBeforeAll() {
    Item zero = enqueue("q", null, 0);
    Item ahead = enqueue("q", null, Long.MIN_VALUE);
    assertThat(startAll()).containsExactly(ahead, zero);
  }

  @Test
  void aStartTakesASlotAndAReleaseGivesItBack() {
    queues.configure("q", 1, UNLIMITED, false);
    Item a = enqueue("q", null, 1);
    Item b = enqueue("q", null, 2);
    assertThat(queues.start()).isSameAs(a);
    assertThat(a.holdsSlot()).isTrue();
    assertThat(a.isQueued()).isFalse();
    assertThat(queues.stats("q")).isEqualTo(new Queues.Stats("q", 1, UNLIMITED, false, 1, 1));
    assertThat(queues.mayStart()).isFalse();
    assertThat(queues.start()).isNull();

    queues.release(a);
    assertThat(a.holdsSlot()).isFalse();
    assertThat(queues.mayStart()).isTrue();
    assertThat(queues.start()).isSameAs(b);
  }

  @Test
  void aRunThatIsTakenOutInsteadOfStartedLeavesItsKeyTheTurn() {
    Item lapsed = enqueue("q", "a", 1);
    Item next = enqueue("q", "a", 2);
    Item other = enqueue("q", "b", 3);
    assertThat(queues.first()).isSameAs(lapsed);
    assertThat(lapsed.isQueued()).isTrue();
    queues.remove(lapsed);
    assertThat(startAll()).containsExactly(next, other);
    assertThat(queues.first()).isNull();
  }

  @Test
  void aRunThatResumesGoesBeforeNewerOnes() {
    queues.configure("q", 1, UNLIMITED, false);
    Item parent = enqueue("q", null, 1);
    assertThat(queues.start()).isSameAs(parent);
    Item newer = enqueue("q", null, 2);
    queues.release(parent);
    queues.enqueue(parent, "q", null);
    assertThat(queues.start()).isSameAs(parent);
    queues.release(parent);
    assertThat(queues.start()).isSameAs(newer);
  }

  @Test
  void releasingTwiceGivesBackOneSlot() {
    queues.configure("q", 2, UNLIMITED, false);
    Item a = enqueue("q", null, 1);
    enqueue("q", null, 2);
    enqueue("q", null, 3);
    enqueue("q", null, 4);
    assertThat(startAll()).hasSize(2);
    queues.release(a);
    queues.release(a);
    assertThat(queues.executing()).isEqualTo(1);
    assertThat(startAll()).hasSize(1);
  }

  @Test
  void aLimitOfZeroLetsNothingStart() {
    queues.configure("q", 0, UNLIMITED, false);
    Item stuck = enqueue("q", "k", 1);
    Item free = enqueue("other", null, 2);
    assertThat(startAll()).containsExactly(free);
    assertThat(queues.mayStart()).isFalse();
    queues.configure("q", 1, UNLIMITED, false);
    assertThat(startAll()).containsExactly(stuck);
  }

  @Test
  void aTotalLimitOfZeroLetsNothingStart() {
    queues.configure("q", UNLIMITED, 0, false);
    enqueue("q", null, 1);
    assertThat(queues.start()).isNull();
  }

  @Test
  void aQueueIsUnlimitedUntilItIsSaidOtherwise() {
    for (int i = 0; i < 1_000; i++) {
      enqueue("q", null, i);
    }
    assertThat(startAll()).hasSize(1_000);
  }

  @Test
  void everyKeyHasTheFullLimitAndSoHaveTheRunsWithoutOne() {
    queues.configure("q", 2, UNLIMITED, false);
    for (String key : new String[] {"a", "b", null, ""}) {
      for (int i = 0; i < 3; i++) {
        enqueue("q", key, i);
      }
    }
    assertThat(startAll()).hasSize(4 * 2);
    assertThat(queues.stats("q").executing()).isEqualTo(8);
    assertThat(queues.subQueueCount()).isEqualTo(4);
  }

  @Test
  void theSameKeyInAnotherQueueIsAnotherKey() {
    queues.configure("q", 1, UNLIMITED, false);
    queues.configure("r", 1, UNLIMITED, false);
    enqueue("q", "k", 1);
    enqueue("r", "k", 1);
    assertThat(startAll()).hasSize(2);
  }

  @Test
  void theTotalLimitBoundsTheSumOverKeys() {
    queues.configure("q", 2, 3, false);
    for (String key : List.of("a", "b", "c")) {
      enqueue("q", key, 1);
      enqueue("q", key, 2);
    }
    List<Ready> started = startAll();
    assertThat(started).hasSize(3);
    queues.release(started.getFirst());
    assertThat(startAll()).hasSize(1);
    assertThat(queues.stats("q").executing()).isEqualTo(3);
  }

  @Test
  void theEnginesLimitBoundsAllQueues() {
    Queues two = new Queues(2, UNLIMITED, false);
    Item a = new Item(1, 1);
    two.enqueue(a, "a", null);
    two.enqueue(new Item(2, 1), "b", null);
    two.enqueue(new Item(3, 1), "c", null);
    assertThat(two.start()).isSameAs(a);
    assertThat(two.start()).isNotNull();
    assertThat(two.start()).isNull();
    assertThat(two.mayStart()).isFalse();
    two.release(a);
    assertThat(two.start().id()).isEqualTo(3);
  }

  @Test
  void aPausedQueueLetsNothingStartAndKeepsItsLimit() {
    queues.configure("q", 1, UNLIMITED, true);
    Item item = enqueue("q", null, 1);
    enqueue("q", null, 2);
    assertThat(queues.start()).isNull();
    assertThat(queues.mayStart()).isFalse();
    queues.configure("q", 1, UNLIMITED, false);
    assertThat(startAll()).containsExactly(item);
  }

  @Test
  void aPausedEngineLetsNothingStart() {
    Queues paused = new Queues(UNLIMITED, UNLIMITED, true);
    paused.enqueue(new Item(1, 1), "q", null);
    assertThat(paused.isPaused()).isTrue();
    assertThat(paused.start()).isNull();
    assertThat(paused.mayStart()).isFalse();
    paused.pause(false);
    assertThat(paused.mayStart()).isTrue();
    assertThat(paused.start().id()).isEqualTo(1);
  }

  @Test
  void loweringALimitPreemptsNobody() {
    queues.configure("q", 3, UNLIMITED, false);
    for (int i = 0; i < 5; i++) {
      enqueue("q", null, i);
    }
    List<Ready> started = startAll();
    assertThat(started).hasSize(3);
    queues.configure("q", 1, UNLIMITED, false);
    assertThat(started).allMatch(Ready::holdsSlot);
    assertThat(queues.executing()).isEqualTo(3);

    queues.release(started.get(0));
    queues.release(started.get(1));
    assertThat(queues.start()).isNull();
    queues.release(started.get(2));
    assertThat(startAll()).hasSize(1);
  }

  @Test
  void aRemovedRunNeverStarts() {
    Item gone = enqueue("q", "k", 1);
    Item stays = enqueue("q", "k", 2);
    queues.remove(gone);
    queues.remove(gone);
    assertThat(gone.isQueued()).isFalse();
    assertThat(queues.queued()).isEqualTo(1);
    assertThat(startAll()).containsExactly(stays);
  }

  @Test
  void removingARunThatHoldsASlotLeavesItTheSlot() {
    Item item = enqueue("q", null, 1);
    assertThat(queues.start()).isSameAs(item);
    queues.remove(item);
    assertThat(item.holdsSlot()).isTrue();
    assertThat(queues.executing()).isEqualTo(1);
    assertThat(queues.queued()).isZero();
  }

  @Test
  void releasingARunThatStandsInAQueueLeavesItThere() {
    Item item = enqueue("q", null, 1);
    queues.release(item);
    assertThat(queues.executing()).isZero();
    assertThat(queues.start()).isSameAs(item);
  }

  @Test
  void aRunStandsInOneQueueOrHoldsOneSlot() {
    Item item = enqueue("q", null, 1);
    assertThatThrownBy(() -> queues.enqueue(item, "r", null))
        .isInstanceOf(IllegalStateException.class);
    assertThat(queues.start()).isSameAs(item);
    assertThatThrownBy(() -> queues.enqueue(item, "q", null))
        .isInstanceOf(IllegalStateException.class);
    assertThat(queues.queued()).isZero();
    assertThat(queues.executing()).isEqualTo(1);
  }

  @Test
  void aRunMayMoveToAnotherQueue() {
    Item item = enqueue("q", "k", 1);
    queues.remove(item);
    queues.enqueue(item, "r", null);
    assertThat(queues.stats("q").queued()).isZero();
    assertThat(queues.start()).isSameAs(item);
    assertThat(queues.stats("r").executing()).isEqualTo(1);
  }

  @Test
  void keysTakeTurnsWhateverTheirOrder() {
    Item a1 = enqueue("q", "a", 1);
    Item a2 = enqueue("q", "a", 2);
    Item b1 = enqueue("q", "b", 100);
    Item b2 = enqueue("q", "b", 101);
    assertThat(startAll()).containsExactly(a1, b1, a2, b2);
  }

  @Test
  void queuesTakeTurnsToo() {
    Item a1 = enqueue("a", null, 1);
    Item a2 = enqueue("a", null, 2);
    Item b1 = enqueue("b", null, 100);
    assertThat(startAll()).containsExactly(a1, b1, a2);
  }

  @Test
  void anIdleKeysFirstRunStartsInTheNextRoundHoweverLongTheBacklogs() {
    queues.configure("q", 1, 1, false);
    for (int i = 0; i < 100_000; i++) {
      enqueue("q", "busy-" + i % 3, i);
    }
    for (int i = 0; i < 10; i++) {
      queues.release(queues.start());
    }
    Item idle = enqueue("q", "idle", Long.MAX_VALUE);
    List<Ready> round = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Ready started = queues.start();
      round.add(started);
      queues.release(started);
    }
    assertThat(round).contains(idle);
  }

  @Test
  void whatIsIdleCostsNothing() {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      items.add(enqueue("q", "key-" + i, i));
    }
    assertThat(queues.subQueueCount()).isEqualTo(1_000);
    items.subList(0, 500).forEach(queues::remove);
    assertThat(queues.subQueueCount()).isEqualTo(500);
    List<Ready> started = startAll();
    assertThat(queues.subQueueCount()).isEqualTo(500);
    started.forEach(queues::release);
    assertThat(queues.subQueueCount()).isZero();
    assertThat(queues.mayStart()).isFalse();
  }

  @Test
  void aKeyThatIsIdleAgainIsFreedTogetherWithItsTable() {
    queues.configure("q", 1, UNLIMITED, false);
    for (int i = 0; i < 5_000; i++) {
      Item item = enqueue("q", "key-" + i, i);
      if (i % 2 == 0) {
        queues.remove(item);
      }
    }
    startAll().forEach(queues::release);
    assertThat(queues.subQueueCount()).isZero();
    assertThat(queues.names()).as("its limit is kept").containsExactly("q");
    Item item = enqueue("q", "key-1", 1);
    assertThat(startAll()).containsExactly(item);
  }

  @Test
  void aRaisedLimitReachesEveryKeyThatWaits() {
    queues.configure("q", 0, UNLIMITED, false);
    for (int i = 0; i < 100; i++) {
      enqueue("q", "key-" + i, i);
      enqueue("q", "key-" + i, i);
    }
    assertThat(startAll()).isEmpty();
    queues.configure("q", 1, UNLIMITED, false);
    queues.configure("q", 0, UNLIMITED, false);
    assertThat(queues.mayStart()).isFalse();
    queues.configure("q", 1, UNLIMITED, false);
    assertThat(startAll()).hasSize(100);
    queues.configure("q", 2, UNLIMITED, false);
    queues.remove(enqueue("q", "late", 1));
    assertThat(startAll()).hasSize(100);
  }

  @Test
  void whoHoldsASlotOfAPausedQueueGivesItBackThere() {
    Item item = enqueue("q", "k", 1);
    assertThat(queues.start()).isSameAs(item);
    queues.configure("q", 1, 1, true);
    Item next = enqueue("q", "k", 2);
    queues.release(item);
    assertThat(queues.start()).isNull();
    queues.configure("q", 1, 1, false);
    assertThat(queues.start()).isSameAs(next);
    assertThat(queues.stats("q").executing()).isEqualTo(1);
  }

  @Test
  void keysAreToldInFigures() {
    queues.configure("q", 1, UNLIMITED, false);
    Item a = enqueue("q", "a", 1);
    Item later = enqueue("q", "a", 2);
    assertThat(queues.start()).isSameAs(a);
    assertThat(queues.keys("q")).containsExactly(new Queues.KeyStats("a", 1, 1, later));
    assertThat(queues.keys("other")).isEmpty();
    assertThat(queues.queued("q")).isEqualTo(1);
    assertThat(queues.queued("other")).isZero();
  }

  private Item enqueue(String queue, String key, long order) {
    Item item = new Item(++lastId, order);
    queues.enqueue(item, queue, key);
    return item;
  }

  private List<Ready> startAll() {
    List<Ready> started = new ArrayList<>();
    for (Ready next = queues.start(); next != null; next = queues.start()) {
      started.add(next);
    }
    return started;
  }
}
