package dev.pawl.internal.api;

import dev.pawl.Engine;
import dev.pawl.Limits;
import dev.pawl.Retry;
import dev.pawl.Task;
import dev.pawl.internal.loop.EngineClock;
import dev.pawl.internal.loop.Loop;
import dev.pawl.spi.PayloadCodec;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreProvider;
import dev.pawl.spi.StoreState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
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
      int maxConcurrency) {}

  private EngineFactory() {}

  /** Opens the store, recovers, and accepts calls. */
  public static Engine open(Settings settings) {
    Registry registry = new Registry(settings.tasks(), settings.defaultRetry());
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
    BodyStarter bodies = new BodyStarter();
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
                registry.queues(),
                registry.ids()));
    Values values =
        new Values(
            Objects.requireNonNullElseGet(settings.codec(), JacksonCodec::new), settings.limits());
    Core core =
        new Core(
            new Reads(store, loop),
            loop,
            clock,
            registry,
            values,
            settings.limits(),
            settings.defaultTtl());
    EngineFacade engine = new EngineFacade(core, bodies);
    bodies.connect(core, engine);
    loop.open();
    return engine;
  }
}
