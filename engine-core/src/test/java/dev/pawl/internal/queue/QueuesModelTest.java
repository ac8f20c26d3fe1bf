package dev.pawl.internal.queue;

import static dev.pawl.internal.queue.Queues.UNLIMITED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queues against a model that is too simple to be wrong, under random operations. */
class QueuesModelTest {
  private static final int OPERATIONS = 25_000;
  private static final List<String> QUEUES = List.of("a", "b", "c");
  private static final List<String> KEYS = List.of("none", "x", "y", "z", "w");
  private static final int ENGINE_LIMIT = 7;

  private static final class Sub {
    final Group group;
    final TreeSet<Item> ready =
        new TreeSet<>(Comparator.comparingLong(Item::order).thenComparingLong(Item::id));
    int executing;

    /** How often each sibling started while this one could have. */
    final Map<Sub, Integer> passedBy = new HashMap<>();

    Sub(Group group) {
      this.group = group;
    }

    boolean startable() {
      return !ready.isEmpty() && executing < group.limit;
    }
  }

  private static final class Group {
    final Map<String, Sub> subs = new HashMap<>();
    int limit = UNLIMITED;
    int total = UNLIMITED;
    boolean paused;
    final Map<Group, Integer> passedBy = new HashMap<>();

    int executing() {
      return subs.values().stream().mapToInt(sub -> sub.executing).sum();
    }

    int queued() {
      return subs.values().stream().mapToInt(sub -> sub.ready.size()).sum();
    }

    boolean startable() {
      return !paused && executing() < total && subs.values().stream().anyMatch(Sub::startable);
    }
  }

  private final Queues queues = new Queues(ENGINE_LIMIT, UNLIMITED, false);
  private final Map<String, Group> groups = new HashMap<>();
  private final Map<Item, Sub> where = new HashMap<>();
  private final List<Item> queued = new ArrayList<>();
  private final List<Item> executing = new ArrayList<>();
  private boolean paused;
  private long lastId;
  private int starts;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theQueuesDoWhatTheModelDoes(long seed) {
    for (String queue : QUEUES) {
      Group group = new Group();
      KEYS.forEach(key -> group.subs.put(key, new Sub(group)));
      groups.put(queue, group);
    }
    Random random = new Random(seed);
    for (int i = 0; i < OPERATIONS; i++) {
      operation(random);
      forgetWhoCannotStart();
      compare();
    }
    assertThat(starts).as("starts").isGreaterThan(OPERATIONS / 10);
    drain(random);
  }

  private void operation(Random random) {
    String queue = QUEUES.get(random.nextInt(QUEUES.size()));
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4, 5 -> {
        if (queued.size() < 60) {
          enqueue(new Item(++lastId, random.nextInt(50)), queue, random);
        }
      }
      case 6, 7, 8, 9, 10, 11 -> start();
      case 12, 13, 14, 15 -> {
        if (!executing.isEmpty()) {
          release(takeAny(executing, random));
        }
      }
      case 16 -> {
        if (!queued.isEmpty()) {
          Item item = takeAny(queued, random);
          queues.remove(item);
          where.remove(item).ready.remove(item);
        }
      }
      case 17 -> { // gives its slot back and wants to go on, as a run that waited
        if (!executing.isEmpty()) {
          Item item = takeAny(executing, random);
          release(item);
          enqueue(item, queue, random);
        }
      }
      case 18 -> {
        Group group = groups.get(queue);
        group.limit = random.nextInt(4) == 0 ? UNLIMITED : random.nextInt(4);
        group.total = random.nextBoolean() ? UNLIMITED : random.nextInt(6);
        group.paused = random.nextInt(5) == 0;
        queues.configure(queue, group.limit, group.total, group.paused);
      }
      default -> {
        paused = random.nextInt(5) == 0;
        queues.pause(paused);
      }
    }
  }

  private void enqueue(Item item, String queue, Random random) {
    String key = KEYS.get(random.nextInt(KEYS.size()));
    queues.enqueue(item, queue, key.equals("none") ? null : key);
    Sub sub = groups.get(queue).subs.get(key);
    sub.ready.add(item);
    where.put(item, sub);
    queued.add(item);
  }

  private void release(Item item) {
    queues.release(item);
    where.remove(item).executing--;
  }

  private void start() {
    boolean expected = mayStart();
    Ready ready = queues.start();
    assertThat(ready != null).as("something starts").isEqualTo(expected);
    if (!(ready instanceof Item item)) {
      return;
    }
    Sub sub = where.get(item);
    assertThat(sub.group.startable() && sub.startable()).as("%s may start", item).isTrue();
    assertThat(item).isSameAs(sub.ready.first());
    sub.ready.remove(item);
    queued.remove(item);
    executing.add(item);
    checkFairness(sub);
    sub.executing++;
    starts++;
  }

  private void checkFairness(Sub started) {
    started.passedBy.clear();
    for (Sub other : started.group.subs.values()) {
      if (other != started && other.startable()) {
        assertThat(other.passedBy.merge(started, 1, Integer::sum)).as("passed over").isLessThan(2);
      }
    }
    started.group.passedBy.clear();
    for (Group other : groups.values()) {
      if (other != started.group && other.startable()) {
        assertThat(other.passedBy.merge(started.group, 1, Integer::sum))
            .as("queue passed over")
            .isLessThan(2);
      }
    }
  }

  /** Who could not start at some time in between has waited for a slot, not for its turn. */
  private void forgetWhoCannotStart() {
    for (Group group : groups.values()) {
      if (!group.startable()) {
        group.passedBy.clear();
      }
      for (Sub sub : group.subs.values()) {
        if (!sub.startable()) {
          sub.passedBy.clear();
        }
      }
    }
  }

  private boolean mayStart() {
    return !paused
        && executing.size() < ENGINE_LIMIT
        && groups.values().stream().anyMatch(Group::startable);
  }

  private void compare() {
    assertThat(queues.executing()).isEqualTo(executing.size()).isLessThanOrEqualTo(ENGINE_LIMIT);
    assertThat(queues.queued()).isEqualTo(queued.size());
    assertThat(queues.mayStart()).isEqualTo(mayStart());
    int subQueues = 0;
    for (String name : QUEUES) {
      Group group = groups.get(name);
      Queues.Stats expected =
          new Queues.Stats(
              name, group.limit, group.total, group.paused, group.queued(), group.executing());
      if (!queues.stats(name).equals(expected)) {
        throw new AssertionError(queues.stats(name) + " instead of " + expected);
      }
      for (Sub sub : group.subs.values()) {
        subQueues += sub.ready.isEmpty() && sub.executing == 0 ? 0 : 1;
      }
    }
    assertThat(queues.subQueueCount()).isEqualTo(subQueues);
  }

  private void drain(Random random) {
    paused = false;
    queues.pause(false);
    groups.forEach(
        (name, group) -> {
          group.limit = 1;
          group.total = UNLIMITED;
          group.paused = false;
          queues.configure(name, 1, UNLIMITED, false);
        });
    Set<Item> left = new HashSet<>(queued);
    while (!queued.isEmpty() || !executing.isEmpty()) {
      while (mayStart()) {
        start();
        forgetWhoCannotStart();
        left.remove(executing.getLast());
      }
      release(takeAny(executing, random));
      forgetWhoCannotStart();
      compare();
    }
    assertThat(left).isEmpty();
    assertThat(queues.subQueueCount()).isZero();
    assertThat(queues.start()).isNull();
  }

  private static Item takeAny(List<Item> items, Random random) {
    return items.remove(random.nextInt(items.size()));
  }
}
