package dev.pawl;

import dev.pawl.internal.api.EngineFactory;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.spi.StoreProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What an engine is made of. Only the store is required. Not safe for use by several threads. */
public final class EngineBuilder {
  private static final int NO_CAPACITY = Integer.MAX_VALUE;

  private final List<Task<?, ?>> tasks = new ArrayList<>();
  private @Nullable StoreProvider store;
  private @Nullable PayloadCodec codec;
  private @Nullable InstantSource clock;
  private @Nullable RandomGenerator random;
  private Retry defaultRetry = Retry.exponential();
  private Duration defaultTtl = Duration.ZERO;
  private Limits limits = Limits.defaults();
  private Retention retention = Retention.defaults();
  private int maxConcurrency = 1_000;
  private Hooks<@Nullable Object, @Nullable Object> hooks = Hooks.none();
  private final Map<String, Executor> lanes = new LinkedHashMap<>();

  private final Map<String, Integer> machines = new LinkedHashMap<>();
  private int machineCapacity = NO_CAPACITY;

  private @Nullable MeterRegistry meterRegistry;
  private List<String> meterTags = List.of();
  private @Nullable ObservationRegistry observationRegistry;

  EngineBuilder() {}

  /** Where runs are kept. Required. */
  public EngineBuilder store(StoreProvider store) {
    this.store = Objects.requireNonNull(store);
    return this;
  }

  /** Tasks that can be triggered and run; may be called several times. */
  public EngineBuilder register(Task<?, ?>... tasks) {
    this.tasks.addAll(List.of(tasks));
    return this;
  }

  /** How payloads and outputs are encoded. Default: JSON by Jackson. */
  public EngineBuilder codec(PayloadCodec codec) {
    this.codec = Objects.requireNonNull(codec);
    return this;
  }

  /**
   * The engine's clock. Default: the system's wall clock as it was at the opening, carried on by
   * the monotonic clock, so that a wall clock that jumps moves nothing.
   */
  public EngineBuilder clock(InstantSource clock) {
    this.clock = Objects.requireNonNull(clock);
    return this;
  }

  /** The randomness of retry delays. Default: a generator with a random seed. */
  public EngineBuilder random(RandomGenerator random) {
    this.random = Objects.requireNonNull(random);
    return this;
  }

  /**
   * How many runs may execute at once over all queues; waiting runs do not count. Default: 1,000,
   * enough for bodies that wait for the network, and few enough that a flood of triggers does not
   * become a flood of threads.
   *
   * @throws InvalidOptionException if it is less than 1
   */
  public EngineBuilder maxConcurrency(int maxConcurrency) {
    if (maxConcurrency < 1) {
      throw new InvalidOptionException("maxConcurrency must be at least 1: " + maxConcurrency);
    }
    this.maxConcurrency = maxConcurrency;
    return this;
  }

  /**
   * Adds a lane: an executor that runs the bodies of runs that are triggered with this {@link
   * TriggerOptions#region}. Bodies without one run on virtual threads, and so do threads that any
   * body forks. A lane of platform threads keeps bodies that compute, or call code that pins its
   * thread, away from the others.
   *
   * <p>A run holds its slot from the moment when it is given to the executor, which should
   * therefore start what it is given soon: give the lane's runs a queue whose limit is the
   * executor's number of threads. Where it blocks, only this lane stands still. Where it throws,
   * for example a {@link java.util.concurrent.RejectedExecutionException}, the attempt fails and is
   * retried as if the body had thrown; that is logged and counted. What it runs on the calling
   * thread runs on one thread of the engine's, one body after the other.
   *
   * <p>The executor belongs to the caller: the engine does not close it, and clears the interrupt
   * of a thread when a body leaves it. A stored run whose lane this engine does not have stays
   * {@code PENDING_VERSION} until an engine with that lane opens the store; it is not run
   * elsewhere, since it may need what is special about the lane.
   *
   * @param name 1 to 128 letters, digits and {@code _ - . / :}
   * @throws InvalidOptionException if the name is not a valid one, or is taken
   */
  public EngineBuilder lane(String name, Executor executor) {
    Objects.requireNonNull(executor);
    if (lanes.putIfAbsent(Names.check("lane", name), executor) != null) {
      throw new InvalidOptionException("there is a lane \"" + name + "\" already");
    }
    return this;
  }

  /**
   * Adds a machine preset: a name that tasks and triggers can ask for, and what a run on it weighs.
   * A trigger that asks for a machine that is not among the presets is refused. Default: no
   * presets; a machine then is a label that every name is good for. The weights bound what executes
   * only together with {@link #machineCapacity}.
   *
   * @param name 1 to 128 letters, digits and {@code _ - . / :}; a second weight for the same name
   *     replaces the first
   * @param weight at least 1, in the unit of the capacity: cores, gigabytes, or what is short
   * @throws InvalidOptionException if name or weight are not valid
   */
  public EngineBuilder machine(String name, int weight) {
    if (weight < 1) {
      throw new InvalidOptionException(
          "the weight of machine " + Text.quote(name) + " must be at least 1: " + weight);
    }
    machines.put(Names.check("machine", name), weight);
    return this;
  }

  /**
   * Adds hooks, which hear of the lives of all runs, before those of their task. May be called
   * several times. Default: none.
   *
   * @param add gets the hooks so far, and returns all
   */
  public EngineBuilder hooks(UnaryOperator<Hooks<@Nullable Object, @Nullable Object>> add) {
    hooks = Objects.requireNonNull(add.apply(hooks));
    return this;
  }

  /**
   * The most that the runs which execute may weigh in sum, by the weights of their machines.
   * Default: no bound. Runs that ask for no machine weigh nothing. The turn of a heavy run is kept
   * for it: while it waits until enough of the capacity is free, no other run that weighs anything
   * starts, so that light runs cannot hold it up for ever. What weighs nothing goes on, unless it
   * stands behind the heavy run in the same queue with the same concurrency key.
   *
   * @throws InvalidOptionException if it is less than 1; {@link #open} refuses a capacity that a
   *     preset alone exceeds
   */
  public EngineBuilder machineCapacity(int capacity) {
    if (capacity < 1) {
      throw new InvalidOptionException("machineCapacity must be at least 1: " + capacity);
    }
    this.machineCapacity = capacity;
    return this;
  }

  /** The retry policy of tasks without one. Default: {@link Retry#exponential()}. */
  public EngineBuilder defaultRetry(Retry retry) {
    this.defaultRetry = Objects.requireNonNull(retry);
    return this;
  }

  /**
   * The time to live of runs for which neither trigger nor task sets one; zero for none. Default:
   * none.
   */
  public EngineBuilder defaultTtl(Duration ttl) {
    this.defaultTtl = Durations.checkRange("defaultTtl", ttl);
    return this;
  }

  /** The engine's bounds. Default: {@link Limits#defaults()}. */
  public EngineBuilder limits(Limits limits) {
    this.limits = Objects.requireNonNull(limits);
    return this;
  }

  /**
   * How long runs are kept once they have ended. Default: {@link Retention#defaults()}, 30 days.
   */
  public EngineBuilder retention(Retention retention) {
    this.retention = Objects.requireNonNull(retention);
    return this;
  }

  /**
   * Where the engine's meters go: counters, timers and gauges whose names begin with {@code pawl.}.
   * Tasks and queues are tags, runs and payloads never. Default: none, and then nothing is
   * measured; Micrometer need not be there.
   *
   * <p>Counters and timers are written by the engine's own thread, so that a registry must not
   * block. When the engine is closed, the meters that show how it is are taken out of the registry.
   *
   * @param tags added to each meter, name and value in turn; needed where several engines share a
   *     registry, to tell them apart
   * @throws InvalidOptionException if a value is missing
   */
  public EngineBuilder meterRegistry(MeterRegistry registry, String... tags) {
    if (tags.length % 2 != 0) {
      throw new InvalidOptionException(
          "the tags of a meter registry are names and values in turn; the last value is missing: "
              + List.of(tags));
    }
    this.meterRegistry = Objects.requireNonNull(registry);
    this.meterTags = List.of(tags);
    return this;
  }

  /**
   * Where the engine's observations go: {@code pawl.trigger} for each call that triggers and {@code
   * pawl.attempt} for each attempt. A tracer that handles them connects the two, also where the
   * process was started anew in between: what it writes at the trigger ({@code traceparent}) is
   * stored with the run. Within a body, and what it forks, the attempt is the current observation.
   * Default: none.
   */
  public EngineBuilder observationRegistry(ObservationRegistry registry) {
    this.observationRegistry = Objects.requireNonNull(registry);
    return this;
  }

  /**
   * Opens the store, recovers what a former process left, and accepts triggers, without executing.
   *
   * @throws DuplicateTaskException if two tasks have one id
   * @throws InvalidOptionException if there is no store, if a machine weighs more than the
   *     capacity, or if the codec cannot encode and decode the types of a task
   * @throws dev.pawl.spi.StoreException if the store cannot be opened; the message says why
   */
  public Engine open() {
    machines.forEach(this::checkFits);
    return EngineFactory.open(settings());
  }

  private EngineFactory.Settings settings() {
    if (store == null) {
      throw new InvalidOptionException(
          "an engine needs a store: Engine.builder().store(H2Store.file(path))");
    }
    return new EngineFactory.Settings(
        store,
        List.copyOf(tasks),
        codec,
        clock,
        random,
        defaultRetry,
        defaultTtl,
        limits,
        maxConcurrency,
        Map.copyOf(lanes),
        hooks,
        Map.copyOf(machines),
        machineCapacity,
        retention,
        meterRegistry,
        meterTags,
        observationRegistry);
  }

  private void checkFits(String machine, int weight) {
    if (weight > machineCapacity) {
      throw new InvalidOptionException(
          "a run on machine "
              + Text.quote(machine)
              + " would never start: its weight "
              + weight
              + " is more than the machineCapacity "
              + machineCapacity);
    }
  }

  /**
   * Looks at a store, or at a backup, without opening an engine over it and without changing it:
   * whether the runs that have not ended could be run by the tasks, lanes and codec of this
   * builder. For a deploy to ask before it is one.
   *
   * @throws dev.pawl.spi.StoreException if there is no store, if it cannot be read without being
   *     changed, or if an engine has it open: then look at a {@linkplain Engine#backup backup}
   */
  public Verification verify() {
    return EngineFactory.verify(settings());
  }

  /** {@link #open()} and {@link Engine#start()}. */
  public Engine start() {
    Engine engine = open();
    try {
      return engine.start();
    } catch (RuntimeException | Error e) {
      engine.close(Duration.ZERO);
      throw e;
    }
  }
}
