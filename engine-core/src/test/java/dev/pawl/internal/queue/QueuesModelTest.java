package dev.pawl.internal.queue;

import static dev.pawl.internal.queue.Queues.UNLIMITED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.fixtures.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The queues against a model that is too simple to be wrong, under random operations. After each of
 * them no limit is exceeded, every figure is the model's, and whoever could have started has not
 * been passed over for long.
 */
class QueuesModelTest {
  private static final int OPERATIONS = 25_000;
  private static final int CAPACITY = 6;
  private static final List<String> QUEUES = List.of("a", "b", "c");
  private static final List<String> KEYS = List.of("none", "x", "y", "z", "w");
  private static final int ENGINE_LIMIT = 7;

  private static final class Sub {
    final Group group;
    final TreeSet<Item> ready =
        new TreeSet<>(Comparator.comparingLong(Item::order).thenComparingLong(Item::id));
    int executing;

    /** Whether its first run weighs something. */
    boolean weighs;

    /** How often each sibling started while this one could have. */
    final Map<Sub, Integer> passedBy = new HashMap<>();

    Sub(Group group) {
      this.group = group;
    }

    boolean startable() {
      return !ready.isEmpty() && executing < group.limit;
    }

    int weight() {
      return ready.isEmpty() ? 0 : ready.first().weight();
    }
  }

  private static final class Group {
    final Map<String, Sub> subs = new HashMap<>();
    int limit = UNLIMITED;
    int total = UNLIMITED;
    boolean paused;
    boolean weightless;
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

    boolean startsWeightless() {
      return startable()
          && subs.values().stream().anyMatch(sub -> sub.startable() && sub.weight() == 0);
    }
  }

  /** Who is on the shelf, and how to put it back. */
  private final Map<Long, Runnable> shelved = new HashMap<>();

  private Queues queues = new Queues(ENGINE_LIMIT, CAPACITY, false);
  private final Map<String, Group> groups = new HashMap<>();
  private final Map<Item, Sub> where = new HashMap<>();
  private final Map<Item, Runnable> places = new HashMap<>();
  private final List<Item> queued = new ArrayList<>();
  private final List<Item> executing = new ArrayList<>();
  private boolean paused;
  private long lastId;
  private int starts;

  static LongStream seeds() {
    return Seeds.upTo(4);
  }

  /** With windows of one run, of a few, and without bound, one after the other. */
  @ParameterizedTest
  @MethodSource("seeds")
  void theQueuesDoWhatTheModelDoes(long seed) {
    int window = new int[] {UNLIMITED, 1, 3}[(int) (seed % 3)];
    queues = new Queues(ENGINE_LIMIT, CAPACITY, false, window);
    for (String queue : QUEUES) {
      groups.put(queue, new Group());
    }
    Random random = new Random(seed);
    for (int i = 0; i < OPERATIONS; i++) {
      operation(random);
      shelve(random);
      forgetWhoCannotStart();
      bringBack();
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
          enqueue(item(random), queue, random);
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
          Optional.ofNullable(shelved.remove(item.id())).ifPresent(Runnable::run);
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

  private Item item(Random random) {
    int weight = random.nextBoolean() ? 0 : 1 + random.nextInt(CAPACITY);
    return new Item(++lastId, random.nextInt(50), weight);
  }

  private void enqueue(Item item, String queue, Random random) {
    String key =
        random.nextInt(10) == 0
            ? "key " + lastId // one that was never used
            : KEYS.get(random.nextInt(KEYS.size()));
    queues.enqueue(item, queue, key.equals("none") ? null : key);
    places.put(item, () -> queues.unshelve(item, queue, key.equals("none") ? null : key));
    Group group = groups.get(queue);
    Sub sub = group.subs.computeIfAbsent(key, unused -> new Sub(group));
    sub.ready.add(item);
    where.put(item, sub);
    queued.add(item);
  }

  private void release(Item item) {
    queues.release(item);
    where.remove(item).executing--;
  }

  /** Shelves what may be; some must stay, as a run does for which somebody waits. */
  private void shelve(Random random) {
    for (Item item : queued) {
      if (item.isQueued() && queues.isBehind(item) && random.nextInt(4) > 0) {
        queues.shelve(item);
        shelved.put(item.id(), places.get(item));
      }
    }
    queues.shorten(
        ready -> {
          boolean may = random.nextInt(4) > 0;
          if (may) {
            shelved.put(ready.id(), places.get((Item) ready));
          }
          return may;
        });
  }

  private void bringBack() {
    while (queues.isStarving()) {
      List<Long> wanted = queues.wanted(5);
      assertThat(wanted).isNotEmpty().hasSizeLessThanOrEqualTo(5);
      wanted.forEach(id -> shelved.remove(id).run());
    }
  }

  private void start() {
    bringBack();
    List<Sub> startable = startable();
    boolean weightless = startable.stream().anyMatch(sub -> sub.weight() == 0);
    boolean fits = startable.stream().anyMatch(sub -> sub.weight() <= left());
    boolean allFit = startable.stream().allMatch(sub -> sub.weight() <= left());
    Ready ready = queues.start();
    if (ready == null) {
      assertThat(weightless).as("something that weighs nothing could start").isFalse();
      assertThat(!startable.isEmpty() && allFit).as("all that could start fits").isFalse();
      return;
    }
    assertThat(fits).as("something fits").isTrue();
    Item item = (Item) ready;
    Sub sub = where.get(item);
    assertThat(startable).as("who may start").contains(sub);
    assertThat(item.weight()).as("weight").isLessThanOrEqualTo(left());
    assertThat(item).isSameAs(sub.ready.first());
    sub.ready.remove(item);
    queued.remove(item);
    executing.add(item);
    checkFairness(sub, item.weight() > 0);
    sub.executing++;
    starts++;
  }

  /**
   * What weighs nothing may pass what weighs something, which may have to wait until it fits; but
   * nothing that weighs something passes anybody more than once. A queue may start once more than
   * another: something that weighs nothing, and what it waited for meanwhile.
   */
  private void checkFairness(Sub started, boolean weighed) {
    started.passedBy.clear();
    for (Sub other : started.group.subs.values()) {
      if (other != started && other.startable() && (weighed || other.weight() == 0)) {
        assertThat(other.passedBy.merge(started, 1, Integer::sum)).as("passed over").isLessThan(2);
      }
    }
    started.group.passedBy.clear();
    for (Group other : groups.values()) {
      if (other != started.group && other.startable() && (weighed || other.startsWeightless())) {
        assertThat(other.passedBy.merge(started.group, 1, Integer::sum))
            .as("queue passed over")
            .isLessThan(3);
      }
    }
  }

  /** Who could not start at some time in between has waited for a slot, not for its turn. */
  private void forgetWhoCannotStart() {
    for (Group group : groups.values()) {
      group.subs.values().removeIf(sub -> sub.ready.isEmpty() && sub.executing == 0);
      if (!group.startable() || group.weightless != group.startsWeightless()) {
        group.passedBy.clear();
        group.weightless = group.startsWeightless();
      }
      for (Sub sub : group.subs.values()) {
        if (!sub.startable() || !group.startable() || sub.weighs != sub.weight() > 0) {
          sub.passedBy.clear();
          sub.weighs = sub.weight() > 0;
        }
      }
    }
  }

  private List<Sub> startable() {
    if (paused || executing.size() >= ENGINE_LIMIT) {
      return List.of();
    }
    return groups.values().stream()
        .filter(Group::startable)
        .flatMap(group -> group.subs.values().stream())
        .filter(Sub::startable)
        .toList();
  }

  private int left() {
    return CAPACITY - executing.stream().mapToInt(Item::weight).sum();
  }

  private void compare() {
    assertThat(queues.executing()).isEqualTo(executing.size()).isLessThanOrEqualTo(ENGINE_LIMIT);
    assertThat(queues.queued()).isEqualTo(queued.size());
    assertThat(queues.weight()).isEqualTo(CAPACITY - left()).isLessThanOrEqualTo(CAPACITY);
    if (startable().isEmpty()) {
      assertThat(queues.mayStart()).isFalse();
    }
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
      while (queues.mayStart()) {
        start();
        bringBack();
        forgetWhoCannotStart();
        left.remove(executing.getLast());
      }
      assertThat(executing).as("something starts where nothing executes").isNotEmpty();
      release(takeAny(executing, random));
      shelve(random);
      bringBack();
      forgetWhoCannotStart();
      compare();
    }
    assertThat(left).isEmpty();
    assertThat(shelved).isEmpty();
    assertThat(queues.subQueueCount()).isZero();
    assertThat(queues.weight()).isZero();
    assertThat(queues.executing()).isZero();
    assertThat(queues.start()).isNull();
    QUEUES.forEach(name -> queues.configure(name, UNLIMITED, UNLIMITED, false));
    assertThat(queues.names()).isEmpty();
  }

  private static Item takeAny(List<Item> items, Random random) {
    return items.remove(random.nextInt(items.size()));
  }
}
