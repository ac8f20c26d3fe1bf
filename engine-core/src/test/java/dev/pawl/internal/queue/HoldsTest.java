package dev.pawl.internal.queue;

import static dev.pawl.internal.queue.Queues.UNLIMITED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.internal.queue.Hold.Kind;
import org.junit.jupiter.api.Test;

/** Why a run that stands in a queue does not start, and how many go before it. */
class HoldsTest {
  private static final int MOST = 3;
  private static final int CAPACITY = 4;

  private final Queues queues = new Queues(MOST, CAPACITY, false);
  private long lastId;

  @Test
  void nothingHoldsARunThatMayStart() {
    queues.configure("q", 2, 2, false);
    start("q", "k", 2);
    Item next = enqueue("q", "k", 2);
    assertThat(queues.holds(next)).isEmpty();
    assertThat(queues.start()).isSameAs(next);
  }

  @Test
  void nothingHoldsARunThatStandsInNoQueue() {
    queues.configure("q", 1, 1, false);
    Item executing = start("q", "k", 4);
    queues.pause(true);
    assertThat(queues.holds(executing)).isEmpty();
    assertThat(queues.ahead(executing, 10)).isZero();
    Item never = new Item(99, 0);
    assertThat(queues.holds(never)).isEmpty();
    assertThat(queues.ahead(never, 10)).isZero();
  }

  @Test
  void aPausedEngineHoldsEverything() {
    start("r", null, 0);
    Item run = enqueue("q", "k", 1);
    assertThat(queues.isPaused()).isFalse();
    queues.pause(true);
    assertThat(queues.isPaused()).isTrue();
    assertThat(queues.holds(run)).containsExactly(new Hold(Kind.PAUSED, "q", "k", 0, 1, 1));
  }

  @Test
  void theEnginesSlotsHoldOnceTheLastIsTaken() {
    start("r", null, 0);
    start("r", null, 0);
    Item run = enqueue("q", null, 0);
    assertThat(queues.holds(run)).isEmpty();
    queues.start();
    Item next = enqueue("q", null, 0);
    assertThat(queues.holds(next))
        .containsExactly(new Hold(Kind.MAX_CONCURRENCY, "q", null, MOST, MOST, 0));
  }

  @Test
  void theCapacityHoldsWhatWeighsMoreThanIsLeft() {
    start("r", null, 3);
    Item fits = enqueue("q", "fits", 1);
    assertThat(queues.holds(fits)).isEmpty();
    queues.remove(fits);
    Item heavy = enqueue("q", null, 2);
    assertThat(queues.holds(heavy)).containsExactly(new Hold(Kind.CAPACITY, "q", null, 4, 3, 2));
  }

  @Test
  void whatAHeavierRunReservesHoldsEverythingElseThatWeighs() {
    start("r", null, 3);
    Item heavy = enqueue("q", null, 2);
    assertThat(queues.start()).as("what is left is reserved").isNull();
    Item light = enqueue("s", "k", 1);
    Item weightless = enqueue("t", null, 0);
    Item behind = enqueue("q", null, 1);

    assertThat(queues.holds(light)).containsExactly(new Hold(Kind.RESERVED, "s", "k", 4, 3, 1));
    assertThat(queues.holds(weightless)).isEmpty();
    assertThat(queues.holds(heavy)).extracting(Hold::kind).containsExactly(Kind.CAPACITY);
    assertThat(queues.holds(behind)).as("its own sub-queue reserves, its turn apart").isEmpty();
  }

  @Test
  void aPausedQueueHoldsItsRunsAlone() {
    start("q", null, 0);
    Item run = enqueue("q", "k", 0);
    Item other = enqueue("r", "k", 0);
    queues.configure("q", UNLIMITED, UNLIMITED, true);
    assertThat(queues.holds(run)).containsExactly(new Hold(Kind.QUEUE_PAUSED, "q", "k", 0, 1, 0));
    assertThat(queues.holds(other)).isEmpty();
  }

  @Test
  void theTotalLimitHoldsEveryKeyOfTheQueue() {
    queues.configure("q", UNLIMITED, 2, false);
    start("q", "a", 0);
    Item run = enqueue("q", "b", 0);
    assertThat(queues.holds(run)).isEmpty();
    queues.start();
    Item held = enqueue("q", "c", 0);
    assertThat(queues.holds(held)).containsExactly(new Hold(Kind.TOTAL_LIMIT, "q", "c", 2, 2, 0));
  }

  @Test
  void theLimitHoldsTheKeyThatHasReachedIt() {
    queues.configure("q", 1, UNLIMITED, false);
    start("q", "a", 0);
    Item held = enqueue("q", "a", 0);
    Item free = enqueue("q", "b", 0);
    assertThat(queues.holds(held)).containsExactly(new Hold(Kind.LIMIT, "q", "a", 1, 1, 0));
    assertThat(queues.holds(free)).isEmpty();
  }

  @Test
  void allThatHoldsIsToldTogether() {
    queues.configure("q", 1, 1, false);
    start("q", null, 4);
    start("r", null, 0);
    start("r", null, 0);
    Item held = enqueue("q", null, 1);
    queues.configure("q", 1, 1, true);
    queues.pause(true);
    assertThat(queues.holds(held))
        .extracting(Hold::kind)
        .containsExactly(
            Kind.PAUSED,
            Kind.MAX_CONCURRENCY,
            Kind.CAPACITY,
            Kind.QUEUE_PAUSED,
            Kind.TOTAL_LIMIT,
            Kind.LIMIT);
  }

  @Test
  void whoGoesBeforeARunIsCountedInItsSubQueueUpToTheBound() {
    queues.pause(true);
    enqueue("q", "other key", 0);
    Item[] runs = new Item[20];
    for (int i = 0; i < runs.length; i++) {
      runs[i] = enqueue("q", "k", 0);
    }
    for (int i = 0; i < runs.length; i++) {
      assertThat(queues.ahead(runs[i], 100)).isEqualTo(i);
      assertThat(queues.ahead(runs[i], 5)).isEqualTo(Math.min(i, 5));
    }
    assertThat(queues.ahead(runs[19], 0)).isZero();
  }

  @Test
  void aQueueIsThereWhileItHoldsSomething() {
    assertThat(queues.contains("q")).isFalse();
    Item run = enqueue("q", null, 0);
    assertThat(queues.contains("q")).isTrue();
    assertThat(queues.contains("r")).isFalse();
    queues.remove(run);
    assertThat(queues.contains("q")).isFalse();
  }

  private Item start(String queue, String key, int weight) {
    Item run = enqueue(queue, key, weight);
    assertThat(queues.start()).isSameAs(run);
    return run;
  }

  private Item enqueue(String queue, String key, int weight) {
    Item run = new Item(++lastId, lastId, weight);
    queues.enqueue(run, queue, key);
    return run;
  }
}
