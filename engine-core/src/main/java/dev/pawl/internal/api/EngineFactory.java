package dev.pawl.internal.api;

import dev.pawl.Engine;
import dev.pawl.Hooks;
import dev.pawl.Limits;
import dev.pawl.Retention;
import dev.pawl.Retry;
import dev.pawl.Task;
import dev.pawl.Verification;
import dev.pawl.internal.exec.Lanes;
import dev.pawl.internal.exec.Watch;
import dev.pawl.internal.loop.Counters;
import dev.pawl.internal.loop.EngineClock;
import dev.pawl.internal.loop.Events;
import dev.pawl.internal.loop.Loop;
import dev.pawl.internal.loop.Tally;
import dev.pawl.internal.metrics.EngineMetrics;
import dev.pawl.internal.queue.Machines;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreProvider;
import dev.pawl.spi.StoreState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Puts an engine together. */
public final class EngineFactory {
  /** What the builder has gathered; null stands for a default. */
  public record Settings(
      StoreProvider store,
      List<Task<?, ?>> tasks,
      @Nullable PayloadCodec codec,
      @Nullable InstantSource clock,
      @Nullable RandomGenerator random,
      Retry defaultRetry,
      Duration defaultTtl,
      Limits limits,
      int maxConcurrency,
      Map<String, Executor> lanes,
      Hooks<@Nullable Object, @Nullable Object> hooks,
      Map<String, Integer> machines,
      int machineCapacity,
      Retention retention,
      @Nullable MeterRegistry meterRegistry,
      List<String> meterTags,
      @Nullable ObservationRegistry observationRegistry) {}

  private EngineFactory() {}

  /** Opens the store, recovers, and accepts calls. */
  public static Engine open(Settings settings) {
    PayloadCodec codec = codec(settings);
    Registry registry = registry(settings, codec);
    RunStore store = settings.store().open();
    EngineMetrics metrics = null;
    try {
      metrics = metrics(settings);
      return open(settings, registry, codec, store, metrics);
    } catch (Throwable e) {
      store.close();
      if (metrics != null) {
        metrics.close(); // else they would show this engine for ever, and not the next one
      }
      throw e;
    }
  }

  /** Looks at the runs of a store that have not ended. */
  public static Verification verify(Settings settings) {
    PayloadCodec codec = codec(settings);
    Registry registry = registry(settings, codec);
    try (RunStore store = settings.store().openReadOnly()) {
      Values values = new Values(codec, settings.limits(), new Reads(store, () -> false));
      return new Verifier(store, registry, settings.lanes().keySet(), values).verify();
    }
  }

  private static PayloadCodec codec(Settings settings) {
    return Objects.requireNonNullElseGet(settings.codec(), JacksonCodec::new);
  }

  private static Registry registry(Settings settings, PayloadCodec codec) {
    return new Registry(settings.tasks(), settings.defaultRetry(), settings.limits(), codec);
  }

  /** Null where the application wants none: then Micrometer need not be there at all. */
  private static @Nullable EngineMetrics metrics(Settings settings) {
    return settings.meterRegistry() == null && settings.observationRegistry() == null
        ? null
        : new EngineMetrics(
            settings.meterRegistry(),
            settings.meterTags().toArray(String[]::new),
            settings.observationRegistry(),
            settings.limits().maxMeteredQueues());
  }

  private static Engine open(
      Settings settings,
      Registry registry,
      PayloadCodec codec,
      RunStore store,
      @Nullable EngineMetrics metrics) {
    StoreState recorded = store.state();
    EngineClock clock = new EngineClock(settings.clock(), recorded.lastTimeMicros());
    Lanes lanes = new Lanes(settings.lanes());
    BodyStarter bodies = new BodyStarter(lanes);
    HookRunner hooks =
        new HookRunner(settings.hooks(), registry, settings.limits().maxHookThreads());
    Events events = new Events();
    if (metrics != null) {
      metrics.declare(registry.queues());
      metrics.follow(events);
    }
    Counters counters = new Counters();
    Machines machines = new Machines(settings.machines(), settings.machineCapacity());
    Loop loop =
        new Loop(
            new Loop.Parts(
                store,
                clock,
                recorded,
                bodies,
                registry::retryPolicy,
                Objects.requireNonNullElseGet(settings.random(), RandomGenerator::getDefault),
                settings.limits(),
                settings.maxConcurrency(),
                machines,
                registry.queues(),
                registry.ids(),
                new StoredMetadata(),
                events,
                metrics == null ? Tally.NONE : metrics.tally(clock::now),
                lanes.names(),
                hooks,
                settings.retention()));
    Reads reads = new Reads(store, loop::hasCrashed);
    Values values = new Values(codec, settings.limits(), reads);
    Core core =
        new Core(
            reads,
            loop,
            clock,
            registry,
            values,
            settings.limits(),
            settings.defaultTtl(),
            bodies,
            new Listeners(events, settings.limits().listenerQueueSize(), counters),
            counters,
            lanes.names(),
            settings.hooks(),
            machines,
            metrics == null ? Watch.NOBODY : metrics);
    EngineFacade engine =
        new EngineFacade(
            core,
            bodies,
            hooks,
            new StartLine(core, settings.maxConcurrency()),
            metrics == null ? () -> {} : metrics::close);
    if (metrics != null) {
      metrics.show(
          counters,
          engine::health,
          () -> new StuckBodies(core).stuck().size(),
          loop::waiting,
          reads::figures);
    }
    bodies.connect(core, engine);
    hooks.connect(core);
    engine.warn(registry.all());
    loop.open();
    return engine;
  }
}
