package dev.pawl.internal.metrics;

import dev.pawl.Health;
import dev.pawl.internal.exec.Watch;
import dev.pawl.internal.loop.Counters;
import dev.pawl.internal.loop.Events;
import dev.pawl.internal.loop.Standing;
import dev.pawl.internal.loop.Tally;
import dev.pawl.spi.StoreFigures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.observation.ObservationRegistry;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that Micrometer is told of one engine. Where the application has given no registry of
 * a kind, nothing of that kind is measured; this class is not even loaded where it has given none
 * at all, so that Micrometer need not be there.
 */
public final class EngineMetrics implements Watch, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");

  private final @Nullable MeterRegistry registry;
  private final Tags common;
  private final Guard guard = new Guard();
  private final Bound queues;
  private final Watch observations;

  /** Those that hold on to the engine, and go with it. */
  private final Queue<Meter> bound = new ConcurrentLinkedQueue<>();

  /** Whether gauges are this engine's: another one may have the same, which are no second time. */
  private final boolean shows;

  private volatile @Nullable Supplier<Health> health;

  /**
   * For one engine.
   *
   * @param registry where meters go, or null
   * @param tags of all meters, name and value in turn
   * @param observations where observations go, or null
   * @param maxQueues how many queues get a value of the tag of their own
   */
  public EngineMetrics(
      @Nullable MeterRegistry registry,
      String[] tags,
      @Nullable ObservationRegistry observations,
      int maxQueues) {
    this.registry = registry;
    this.common = Tags.of(tags);
    this.queues = new Bound(maxQueues);
    this.observations =
        observations == null ? Watch.NOBODY : new Observations(observations, queues, guard);
    this.shows = registry != null && guard.get(() -> shows(registry), false);
  }

  /**
   * Shows whether the engine is up, and thereby finds out whether another one does so under the
   * same tags: a registry returns the gauge that it has, with that one's figures, and to remove it
   * would take it from that one.
   */
  private boolean shows(MeterRegistry to) {
    Set<Meter> before = Collections.newSetFromMap(new IdentityHashMap<>());
    before.addAll(to.getMeters());
    Gauge up =
        Gauge.builder("pawl.up", this, EngineMetrics::isUp)
            .description("1 while the engine can do its work")
            .tags(common)
            .strongReference(true)
            .register(to);
    if (before.contains(up)) {
      log.warn(
          "another engine shows its gauges in this registry with the same tags {}; this one shows"
              + " none, and both count together: give each tags of its own, such as"
              + " meterRegistry(registry, \"engine\", \"orders\")",
          common);
      return false;
    }
    bound.add(up);
    return true;
  }

  /** These queues have values of the tag of their own, whichever others come. */
  public void declare(Collection<dev.pawl.Queue> declared) {
    declared.forEach(queue -> queues.of(queue.name()));
  }

  /** What the loop is to tell. */
  public Tally tally(LongSupplier now) {
    MeterRegistry to = registry;
    if (to == null) {
      return Tally.NONE;
    }
    return guard.get(
        () -> {
          Consumer<Standing> gauges =
              shows ? new QueueGauges(to, common, queues, now, bound::add)::show : standing -> {};
          return new LoopMeters(to, common, gauges, guard);
        },
        Tally.NONE);
  }

  /** Begins to count what becomes of runs. */
  public void follow(Events events) {
    if (registry != null) {
      events.add(new RunMeters(registry, common, queues, guard));
    }
  }

  /**
   * Shows what others count, and how they are.
   *
   * @param stuck how many bodies are stuck
   * @param asked how many commands wait for the loop
   */
  public void show(
      Counters counters,
      Supplier<Health> health,
      LongSupplier stuck,
      LongSupplier asked,
      Supplier<StoreFigures> store) {
    this.health = health;
    MeterRegistry to = registry;
    if (to == null || !shows) {
      return;
    }
    guard.run(
        () -> {
          count(
              to, "pawl.bodies.stuck.found", "bodies that were found stuck", counters.stuckBodies);
          count(
              to,
              "pawl.bodies.unloaded",
              "bodies that were unloaded while their runs waited",
              counters.unloadedBodies);
          count(to, "pawl.hooks.failed", "hooks that have thrown", counters.failedHooks);
          count(
              to,
              "pawl.lanes.refused",
              "bodies that the executor of a lane has refused",
              counters.refusedByLanes);
          count(
              to,
              "pawl.listeners.dropped",
              "events that a listener was too slow for",
              counters.droppedEvents);
          count(
              to,
              "pawl.listeners.failed",
              "events that a listener has thrown at",
              counters.failedListeners);
          gauge(to, "pawl.bodies.stuck", "bodies that are stuck", stuck, LongSupplier::getAsLong);
          gauge(
              to,
              "pawl.loop.waiting",
              "calls that wait for the loop",
              asked,
              LongSupplier::getAsLong);
          bytes(to, "pawl.store.size", "what the database takes", store, StoreFigures::dataBytes);
          bytes(
              to,
              "pawl.store.journal.size",
              "what the redo journal takes",
              store,
              StoreFigures::journalBytes);
          bytes(
              to,
              "pawl.store.free.space",
              "what is free where the store is",
              store,
              StoreFigures::freeBytes);
        });
  }

  /** It is not while it recovers. */
  private double isUp() {
    Supplier<Health> asked = health;
    return asked != null && asked.get().isUp() ? 1 : 0;
  }

  private void count(MeterRegistry to, String name, String description, LongAdder counted) {
    bound.add(
        FunctionCounter.builder(name, counted, LongAdder::doubleValue)
            .description(description)
            .tags(common)
            .register(to));
  }

  private <T> void gauge(
      MeterRegistry to, String name, String description, T source, ToDoubleFunction<T> value) {
    bound.add(
        Gauge.builder(name, source, value)
            .description(description)
            .tags(common)
            .strongReference(true)
            .register(to));
  }

  private void bytes(
      MeterRegistry to,
      String name,
      String description,
      Supplier<StoreFigures> store,
      ToLongFunction<StoreFigures> bytes) {
    bound.add(
        Gauge.builder(name, store, from -> known(bytes.applyAsLong(from.get())))
            .description(description)
            .baseUnit(BaseUnits.BYTES)
            .tags(common)
            .strongReference(true)
            .register(to));
  }

  private static double known(long bytes) {
    return bytes == StoreFigures.UNKNOWN ? Double.NaN : bytes;
  }

  @Override
  public Trigger trigger(String taskId, Kind kind) {
    Trigger observed = observations.trigger(taskId, kind);
    return registry == null ? observed : new Counted(observed, taskId);
  }

  /** A trigger whose refusal is counted. */
  private final class Counted implements Trigger {
    private final Trigger observed;
    private final String taskId;

    Counted(Trigger observed, String taskId) {
      this.observed = observed;
      this.taskId = taskId;
    }

    @Override
    public @Nullable String trace() {
      return observed.trace();
    }

    @Override
    public void ended(String outcome) {
      observed.ended(outcome);
    }

    @Override
    public void refused(Throwable thrown) {
      observed.refused(thrown);
      rejected(taskId, thrown);
    }
  }

  private void rejected(String taskId, Throwable thrown) {
    MeterRegistry to = registry;
    String reason = Rejections.of(thrown);
    if (to != null && reason != null) {
      guard.run(
          () ->
              Counter.builder("pawl.triggers.rejected")
                  .description("calls that triggered nothing, since they were refused")
                  .tags(common)
                  .tag(Names.TASK, taskId.isEmpty() ? Names.SEVERAL : taskId)
                  .tag(Names.REASON, reason)
                  .register(to)
                  .increment());
    }
  }

  @Override
  public Span attempt(AttemptFacts attempt, @Nullable String trace) {
    return observations.attempt(attempt, trace);
  }

  /** The engine is closed: takes the meters out of the registry that show how it is. */
  @Override
  public void close() {
    MeterRegistry from = registry;
    if (from != null) {
      for (Meter meter = bound.poll(); meter != null; meter = bound.poll()) {
        Meter gone = meter;
        guard.run(() -> from.remove(gone));
      }
    }
  }
}
