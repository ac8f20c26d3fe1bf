package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Queue;
import dev.pawl.QueueFullException;
import dev.pawl.QueueInfo;
import dev.pawl.QueueKeyInfo;
import dev.pawl.Retry;
import dev.pawl.RunContext;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.fixtures.Seeds;
import dev.pawl.internal.api.Probe;
import dev.pawl.internal.loop.Figures;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine under random operations: triggers with keys, delays, priorities and machines, bodies
 * that end, fail, park and resume, cancels, limits that change, pauses. An observer inside the
 * bodies sees no limit exceeded at any instant; whenever the engine has settled, its figures are
 * those of the bodies, and nothing stands in line that might run; in the end every count is zero.
 */
class FlowTest {
  private static final int OPERATIONS = 50_000;
  private static final int ENGINE_LIMIT = 12;
  private static final int CAPACITY = 6;
  private static final int HEAVIEST = 5;
  private static final int MOST_RUNS = 120;
  private static final int MAX_QUEUED = 30;
  private static final List<String> QUEUES = List.of("a", "b", "c");
  private static final List<String> MACHINES = List.of("small", "medium", "large");

  /** What a body does next. */
  private enum Order {
    END,
    FAIL,
    PARK
  }

  /** What the test remembers of a run. */
  private static final class Known {
    final String queue;
    final @Nullable String key;
    final int weight;
    final SynchronousQueue<Order> orders = new SynchronousQueue<>();
    volatile boolean inside;
    volatile @Nullable String runId;

    Known(String queue, @Nullable String key, int weight) {
      this.queue = queue;
      this.key = key;
      this.weight = weight;
    }
  }

  /** The settings of a queue. */
  private static final class Setting {
    int limit;
    int total;
    boolean paused;
  }

  private final Occupants occupants = new Occupants(ENGINE_LIMIT, CAPACITY);
  private final Map<String, Known> runs = new ConcurrentHashMap<>();
  private final Map<String, Setting> settings = new HashMap<>();
  private final AtomicLong lastName = new AtomicLong();
  private boolean paused;
  private int refused;

  private final Task<String, String> task =
      Task.define("task", String.class, String.class)
          .retry(Retry.exponential().maxAttempts(2))
          .run(this::body);

  private final TestEngine engine =
      TestEngine.start(
          new InMemoryStore(),
          builder ->
              builder
                  .register(task)
                  .machine("small", 1)
                  .machine("medium", 2)
                  .machine("large", HEAVIEST)
                  .machineCapacity(CAPACITY)
                  .maxConcurrency(ENGINE_LIMIT));

  static LongStream seeds() {
    return Seeds.upTo(1);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noLimitIsExceededAtAnyInstantAndNoSlotIsLost(long seed) {
    Random random = new Random(seed);
    try {
      for (String queue : QUEUES) {
        engine.tasks().trigger(task, start(queue, null, 0), options().queue(queue));
        settings.put(queue, new Setting());
        change(queue, random);
      }
      for (int i = 0; i < OPERATIONS; i++) {
        operation(random);
        if (i % 100 == 0) {
          check();
        }
      }
      assertThat(occupants.entries()).as("bodies entered").isGreaterThan(OPERATIONS / 10);
      assertThat(refused).as("refused for want of room").isBetween(1, OPERATIONS / 4);
      drain();
      assertThat(Probe.of(engine.present()).figures())
          .isEqualTo(new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
      assertThat(occupants.total()).isZero();
    } finally {
      engine.close();
    }
    assertThat(occupants.violations()).isEmpty();
  }

  private String body(String name, RunContext run) throws Exception {
    Known known = runs.get(name);
    known.runId = run.runId();
    comeIn(known);
    try {
      for (Order order = known.orders.take(); ; order = known.orders.take()) {
        switch (order) {
          case END -> {
            return name;
          }
          case FAIL -> throw new IllegalStateException("as ordered");
          case PARK -> {
            goOut(known);
            String child = start(known.queue, known.key, known.weight);
            var unused = run.triggerAndWait(task, child, optionsOf(runs.get(child)));
            comeIn(known);
          }
        }
      }
    } finally {
      if (known.inside) {
        goOut(known);
      }
    }
  }

  private void comeIn(Known known) {
    occupants.comeIn(known.queue, known.key, known.weight);
    known.inside = true;
  }

  private void goOut(Known known) {
    known.inside = false;
    occupants.goOut(known.queue, known.key, known.weight);
  }

  private String start(String queue, @Nullable String key, int weight) {
    String name = "run " + lastName.incrementAndGet();
    runs.put(name, new Known(queue, key, weight));
    return name;
  }

  private static TriggerOptions optionsOf(Known known) {
    Queue queue = Queue.named(known.queue);
    TriggerOptions options =
        options().queue(known.queue.equals("c") ? queue.maxQueued(MAX_QUEUED) : queue);
    if (known.key != null) {
      options = options.concurrencyKey(known.key);
    }
    return switch (known.weight) {
      case 0 -> options;
      case 1 -> options.machine(MACHINES.get(0));
      case 2 -> options.machine(MACHINES.get(1));
      default -> options.machine(MACHINES.get(2));
    };
  }

  private void operation(Random random) {
    if (random.nextInt(3) == 0) {
      engine.settle();
    }
    switch (random.nextInt(40)) {
      case 0, 1 -> change(QUEUES.get(random.nextInt(QUEUES.size())), random);
      case 2 -> {
        engine.settle();
        paused = random.nextInt(3) == 0;
        occupants.engineLimit(paused ? 0 : ENGINE_LIMIT);
        if (paused) {
          engine.pause();
        } else {
          engine.resume();
        }
      }
      case 3 -> engine.advance(Duration.ofSeconds(random.nextInt(5)));
      case 4, 5, 6 -> cancel(random);
      case 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 -> trigger(random);
      case 21, 22, 23, 24, 25, 26 -> order(Order.PARK, random);
      case 27, 28, 29 -> order(Order.FAIL, random);
      default -> order(Order.END, random);
    }
  }

  private void trigger(Random random) {
    if (runs.size() >= MOST_RUNS) {
      return;
    }
    int key = random.nextInt(8);
    String name =
        start(
            QUEUES.get(random.nextInt(QUEUES.size())),
            key == 0 ? null : key == 1 ? "key " + lastName.get() : "key " + key,
            random.nextBoolean() ? 0 : List.of(1, 2, HEAVIEST).get(random.nextInt(3)));
    TriggerOptions options = optionsOf(runs.get(name)).priority(random.nextInt(10) - 5);
    if (random.nextInt(10) == 0) {
      options = options.delay(Duration.ofSeconds(1 + random.nextInt(5)));
    }
    try {
      runs.get(name).runId = engine.tasks().trigger(task, name, options).id();
    } catch (QueueFullException e) {
      runs.remove(name);
      refused++;
    }
  }

  private void order(Order order, Random random) {
    List<Known> inside = runs.values().stream().filter(known -> known.inside).toList();
    if (!inside.isEmpty() && (order != Order.PARK || runs.size() < MOST_RUNS)) {
      var unused = inside.get(random.nextInt(inside.size())).orders.offer(order);
    }
  }

  private void cancel(Random random) {
    List<Known> known = List.copyOf(runs.values());
    String runId = known.isEmpty() ? null : known.get(random.nextInt(known.size())).runId;
    if (runId != null) {
      engine.runs().cancel(runId);
    }
  }

  /** Settled, so that whoever came in under the old limits is counted. */
  private void change(String queue, Random random) {
    engine.settle();
    Setting setting = settings.get(queue);
    switch (random.nextInt(3)) {
      case 0 -> setting.limit = random.nextInt(4);
      case 1 -> setting.total = random.nextInt(7);
      default -> setting.paused = random.nextInt(4) == 0;
    }
    occupants.limit(queue, setting.paused ? 0 : setting.limit, setting.paused ? 0 : setting.total);
    engine.queues().setLimit(queue, setting.limit);
    engine.queues().setTotalLimit(queue, setting.total);
    if (setting.paused) {
      engine.queues().pause(queue);
    } else {
      engine.queues().resume(queue);
    }
  }

  /** The engine's figures are those of the bodies, and nothing stands in line that might run. */
  private void check() {
    engine.settle();
    runs.values().removeIf(known -> !known.inside && hasEnded(known));
    boolean room = !paused && occupants.total() < ENGINE_LIMIT;
    boolean allFit = CAPACITY - occupants.weight() >= HEAVIEST;
    assertThat(Probe.of(engine.present()).figures().weight()).isEqualTo(occupants.weight());
    for (String queue : QUEUES) {
      QueueInfo info = engine.queues().retrieve(queue);
      Setting setting = settings.get(queue);
      assertThat(info.running()).as("running in %s", queue).isEqualTo(occupants.in(queue));
      assertThat(info.paused()).isEqualTo(setting.paused);
      List<QueueKeyInfo> keys = engine.queues().keys(queue, 1_000, null).items();
      assertThat(keys.stream().mapToInt(QueueKeyInfo::queued).sum()).isEqualTo(info.queued());
      assertThat(keys.stream().mapToInt(QueueKeyInfo::running).sum()).isEqualTo(info.running());
      if (room && allFit && !setting.paused && info.running() < setting.total) {
        assertThat(keys)
            .allMatch(key -> key.queued() == 0 || key.running() >= setting.limit, "starts");
      }
    }
    assertThat(occupants.violations()).isEmpty();
  }

  private boolean hasEnded(Known known) {
    String runId = known.runId;
    return runId != null && engine.runs().retrieve(runId).status().isTerminal();
  }

  private void drain() {
    engine.settle();
    occupants.engineLimit(ENGINE_LIMIT);
    engine.resume();
    for (String queue : QUEUES) {
      occupants.limit(queue, Occupants.UNLIMITED, Occupants.UNLIMITED);
      engine.queues().resetLimit(queue);
      engine.queues().resetTotalLimit(queue);
      engine.queues().resume(queue);
    }
    for (int i = 0; Probe.of(engine.present()).figures().live() > 0; i++) {
      assertThat(i).as("rounds to end what is live").isLessThan(10_000);
      engine.advance(Duration.ofSeconds(1));
      runs.values().forEach(known -> known.orders.offer(Order.END));
    }
    engine.settle();
  }
}
