package dev.pawl.internal.api;

import dev.pawl.Engine;
import dev.pawl.Hooks;
import dev.pawl.Limits;
import dev.pawl.Retention;
import dev.pawl.Retry;
import dev.pawl.Task;
import dev.pawl.internal.exec.Lanes;
import dev.pawl.internal.loop.Counters;
import dev.pawl.internal.loop.EngineClock;
import dev.pawl.internal.loop.Events;
import dev.pawl.internal.loop.Loop;
import dev.pawl.internal.queue.Machines;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreProvider;
import dev.pawl.spi.StoreState;
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
      Retention retention) {}

  private EngineFactory() {}

  /** Opens the store, recovers, and accepts calls. */
  public static Engine open(Settings settings) {
    Registry registry = new Registry(settings.tasks(), settings.defaultRetry(), settings.limits());
    RunStore store = settings.store().open();
    try {
      return open(settings, registry, store);
    } catch (Throwable e) {
      store.close();
      throw e;
    }
  }

  private static Engine open(Settings settings, Registry registry, RunStore store) {
    StoreState recorded = store.state();
    EngineClock clock = new EngineClock(settings.clock(), recorded.lastTimeMicros());
    Lanes lanes = new Lanes(settings.lanes());
    BodyStarter bodies = new BodyStarter(lanes);
    HookRunner hooks =
        new HookRunner(settings.hooks(), registry, settings.limits().maxHookThreads());
    Events events = new Events();
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
                lanes.names(),
                hooks,
                settings.retention()));
    Reads reads = new Reads(store, loop::hasCrashed);
    Values values =
        new Values(
            Objects.requireNonNullElseGet(settings.codec(), JacksonCodec::new),
            settings.limits(),
            reads);
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
            new Listeners(events, settings.limits().listenerQueueSize()),
            new Counters(),
            lanes.names(),
            settings.hooks(),
            machines);
    EngineFacade engine = new EngineFacade(core, bodies, hooks);
    bodies.connect(core, engine);
    hooks.connect(core);
    loop.open();
    return engine;
  }
}
