package dev.pawl.internal.queue;

import static dev.pawl.internal.queue.Queues.UNLIMITED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is left of queues that are to be filled anew, and of tables that were large once. */
class ForgettingTest {
  private final Queues queues = new Queues(10, 10, false);
  private long lastId;

  @Test
  void whatStoodInAQueueStandsInNoneAndWhatHeldASlotHoldsIt() {
    Item executing = enqueue("q", "k", 2);
    assertThat(queues.start()).isSameAs(executing);
    Item waiting = enqueue("q", "k", 1);
    Item alone = enqueue("r", null, 1);

    queues.forget();

    assertThat(waiting.isQueued() || alone.isQueued()).isFalse();
    assertThat(executing.holdsSlot()).isTrue();
    assertThat(queues.queued()).isZero();
    assertThat(queues.executing()).isEqualTo(1);
    assertThat(queues.weight()).isEqualTo(2);
    assertThat(queues.mayStart()).isFalse();
    assertThat(queues.stats("q"))
        .isEqualTo(new Queues.Stats("q", UNLIMITED, UNLIMITED, false, 0, 1));
    assertThat(queues.names()).as("only what holds a slot is left").containsExactly("q");
    queues.release(executing);
    assertThat(queues.names()).isEmpty();
  }

  @Test
  void settingsAreForgottenToo() {
    queues.configure("limited", 1, 2, true);
    queues.configure("used", 1, 2, true);
    Item waiting = enqueue("used", null, 0);

    queues.forget();

    assertThat(queues.names()).isEmpty();
    queues.enqueue(waiting, "used", null);
    assertThat(queues.start()).as("no limit and no pause is left").isSameAs(waiting);
  }

  @Test
  void aReservationIsForgotten() {
    enqueue("q", null, 9);
    queues.start();
    enqueue("q", null, 5);
    assertThat(queues.start()).as("it reserves").isNull();

    queues.forget();

    Item light = enqueue("r", null, 1);
    assertThat(queues.holds(light)).isEmpty();
    assertThat(queues.start()).isSameAs(light);
  }

  @Test
  void theTableOfManyKeysGoesWithTheLastKey() {
    assertThat(keepsItsTable(1_024)).isTrue();
    assertThat(keepsItsTable(1_025)).isFalse();
  }

  private static boolean keepsItsTable(int keys) {
    QueueState queue = new QueueState("q");
    Map<String, SubQueue> table = queue.subQueues;
    for (int i = 0; i < keys; i++) {
      queue.subQueue("key-" + i);
    }
    for (SubQueue subQueue : Map.copyOf(table).values()) {
      assertThat(queue.subQueues).as("while keys are left").isSameAs(table);
      queue.forgetIfIdle(subQueue);
    }
    assertThat(queue.subQueues).isEmpty();
    return queue.subQueues == table;
  }

  private Item enqueue(String queue, String key, int weight) {
    Item run = new Item(++lastId, lastId, weight);
    queues.enqueue(run, queue, key);
    return run;
  }
}
