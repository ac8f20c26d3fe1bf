package dev.pawl.internal.queue;

import static dev.pawl.internal.queue.Queues.UNLIMITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightsTest {
  private final Queues queues = new Queues(UNLIMITED, 4, false);
  private long lastId;

  @Test
  void theWeightsOfWhatExecutesNeverExceedTheCapacity() {
    for (int i = 0; i < 10; i++) {
      enqueue("q" + i, 1);
    }
    List<Ready> started = startAll();
    assertThat(started).hasSize(4);
    assertThat(queues.weight()).isEqualTo(4);
    queues.release(started.getFirst());
    assertThat(queues.weight()).isEqualTo(3);
    assertThat(startAll()).hasSize(1);
  }

  @Test
  void whatWeighsNothingIsNotHeldUp() {
    enqueue("q", 4);
    assertThat(startAll()).hasSize(1);
    Item heavy = enqueue("q", 4);
    Item other = enqueue("r", 1);
    Item free = enqueue("r-free", 0);
    Item freeKey = new Item(++lastId, lastId, 0);
    queues.enqueue(freeKey, "q", "key");
    assertThat(startAll()).containsExactlyInAnyOrder(free, freeKey);
    assertThat(heavy.isQueued() && other.isQueued()).isTrue();
  }

  @Test
  void aHeavyRunIsNotStarvedByLightOnes() {
    List<Ready> executing = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      enqueue("light", 1);
    }
    executing.addAll(startAll());
    Item heavy = enqueue("heavy", 4);
    int startsBeforeHeavy = 0;
    while (!heavy.holdsSlot()) {
      enqueue("light", 1); // there is always another
      queues.release(executing.removeFirst());
      executing.addAll(startAll());
      assertThat(++startsBeforeHeavy).as("ends that the heavy run waited for").isLessThan(6);
    }
    assertThat(executing).containsExactly(heavy);
    queues.release(heavy);
    assertThat(startAll()).as("what it held up goes on").hasSize(4);
  }

  @Test
  void aHeavyRunKeepsItsTurnWhileWhatWeighsNothingStartsInItsQueue() {
    List<Ready> executing = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      enqueue("light", 1);
    }
    executing.addAll(startAll());
    Item heavy = enqueue("heavy", 4);
    for (int ends = 0; !heavy.holdsSlot(); ends++) {
      assertThat(ends).as("ends that the heavy run waited for").isLessThan(6);
      enqueue("light", 1);
      Item free = new Item(++lastId, lastId, 0);
      queues.enqueue(free, "heavy", "another key"); // its start is a turn of the heavy run's queue
      queues.release(executing.removeFirst());
      List<Ready> started = startAll();
      assertThat(started).contains(free);
      started.remove(free);
      queues.release(free);
      executing.addAll(started);
    }
    assertThat(executing).containsExactly(heavy);
  }

  @Test
  void aHeavyRunWaitsInItsTurnAndNotBeforeIt() {
    Item light = enqueue("light", 1);
    Item heavy = enqueue("heavy", 4);
    assertThat(startAll()).containsExactly(light);
    queues.release(light);
    assertThat(startAll()).containsExactly(heavy);
  }

  @Test
  void nobodyWaitsForAHeavyRunThatMayNotStartForAnotherReason() {
    Item first = enqueue("light", 1);
    assertThat(startAll()).containsExactly(first);
    Item heavy = enqueue("heavy", 4);
    Item second = enqueue("light", 1);
    assertThat(startAll()).isEmpty();

    queues.configure("heavy", UNLIMITED, UNLIMITED, true);
    assertThat(startAll()).as("its queue is paused").containsExactly(second);

    queues.configure("heavy", UNLIMITED, UNLIMITED, false);
    Item third = enqueue("light", 1);
    assertThat(startAll()).isEmpty();
    queues.configure("heavy", 0, UNLIMITED, false);
    assertThat(startAll()).as("its limit is 0").containsExactly(third);

    queues.configure("heavy", 1, UNLIMITED, false);
    assertThat(queues.mayStart()).as("it does not fit").isFalse();
    Item fourth = enqueue("light", 1);
    assertThat(startAll()).isEmpty();
    queues.remove(heavy);
    assertThat(startAll()).as("it was cancelled").containsExactly(fourth);
  }

  @Test
  void aLighterRunThatGoesBeforeTheHeavyOneOfItsOwnKeyEndsTheWaiting() {
    Item first = enqueue("light", 2);
    assertThat(startAll()).containsExactly(first);
    queues.enqueue(new Item(++lastId, 100, 4), "q", null);
    assertThat(startAll()).isEmpty();
    Item ahead = new Item(++lastId, 50, 2);
    queues.enqueue(ahead, "q", null);
    assertThat(startAll()).containsExactly(ahead);
  }

  @Test
  void whatCouldNeverStartIsNotLetIn() {
    assertThatThrownBy(() -> enqueue("q", 5)).isInstanceOf(IllegalStateException.class);
    assertThat(queues.names()).isEmpty();
  }

  @Test
  void withoutACapacityNothingIsWeighed() {
    Machines machines = new Machines(Map.of("large", 8), UNLIMITED);
    assertThat(machines.weight("large")).isZero();
    assertThat(machines.offers("large")).isTrue();
    assertThat(machines.offers("lagre")).isFalse();
  }

  @Test
  void aMachineIsALabelWhereThereAreNoPresets() {
    Machines none = new Machines(Map.of(), 10);
    assertThat(none.offers("anything")).isTrue();
    assertThat(none.weight("anything")).isZero();
  }

  @Test
  void aStoredRunOnAMachineThatIsGoneWeighsAsMuchAsTheHeaviest() {
    Machines machines = new Machines(Map.of("small", 1, "large", 3), 4);
    assertThat(machines.weight("small")).isEqualTo(1);
    assertThat(machines.weight("gone")).isEqualTo(3);
    assertThat(machines.weight(null)).isZero();
    assertThat(machines.names()).containsExactly("large", "small");
  }

  private Item enqueue(String queue, int weight) {
    Item item = new Item(++lastId, lastId, weight);
    queues.enqueue(item, queue, null);
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
