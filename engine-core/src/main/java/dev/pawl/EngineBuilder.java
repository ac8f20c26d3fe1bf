package dev.pawl;

import dev.pawl.internal.api.EngineFactory;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.spi.StoreProvider;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What an engine is made of. Only the store is required. Not safe for use by several threads. */
public final class EngineBuilder {
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
   * Opens the store, recovers what a former process left, and accepts triggers, without executing.
   *
   * @throws DuplicateTaskException if two tasks have one id
   * @throws dev.pawl.spi.StoreException if the store cannot be opened; the message says why
   */
  public Engine open() {
    if (store == null) {
      throw new InvalidOptionException(
          "an engine needs a store: Engine.builder().store(H2Store.file(path))");
    }
    return EngineFactory.open(
        new EngineFactory.Settings(
            store,
            List.copyOf(tasks),
            codec,
            clock,
            random,
            defaultRetry,
            defaultTtl,
            limits,
            maxConcurrency,
            retention));
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
