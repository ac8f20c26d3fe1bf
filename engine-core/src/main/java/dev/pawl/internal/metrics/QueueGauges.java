package dev.pawl.internal.metrics;

import dev.pawl.internal.loop.Standing;
import dev.pawl.internal.queue.Queues;
import dev.pawl.spi.Micros;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * Gauges over what the loop has published: whoever reads one never asks the loop. A queue gets its
 * gauges when it is seen first; those past the bound share one set.
 */
final class QueueGauges {
  private static final Row EMPTY = new Row(0, 0, 0, 0, Micros.NEVER);

  private final MeterRegistry registry;
  private final Tags common;
  private final Bound bound;
  private final LongSupplier now;
  private final Consumer<Meter> registered;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  private volatile Standing standing = Standing.NOTHING;
  private volatile Map<String, Row> rows = Map.of();

  /** The queues of one value of the tag, in sum; {@code merged} of them. */
  private record Row(int merged, int queued, int executing, double limit, long oldest) {
    double limits() {
      return merged == 1 ? limit : Double.NaN;
    }

    Row and(Standing.OfQueue queue) {
      return new Row(
          merged + 1,
          queued + queue.queued(),
          executing + queue.executing(),
          Math.min(limitOf(queue.limit()), limitOf(queue.totalLimit())),
          Math.min(oldest, queue.oldest()));
    }

    private static double limitOf(int limit) {
      return limit == Queues.UNLIMITED ? Double.POSITIVE_INFINITY : limit;
    }
  }

  /**
   * No queue yet.
   *
   * @param now the engine's time
   * @param registered told of each gauge
   */
  QueueGauges(
      MeterRegistry registry,
      Tags common,
      Bound bound,
      LongSupplier now,
      Consumer<Meter> registered) {
    this.registry = registry;
    this.common = common;
    this.bound = bound;
    this.now = now;
    this.registered = registered;
    gauge("pawl.runs.live", "runs that have not ended", gauges -> gauges.standing.live());
    gauge("pawl.runs.executing", "slots that are taken", gauges -> gauges.standing.executing());
  }

  private void gauge(String name, String description, ToDoubleFunction<QueueGauges> value) {
    registered.accept(
        Gauge.builder(name, this, value)
            .description(description)
            .tags(common)
            .strongReference(true)
            .register(registry));
  }

  /** From now on, this is how things stand. On the loop's thread. */
  void show(Standing standing) {
    Map<String, Row> rows = new HashMap<>();
    for (Standing.OfQueue queue : standing.queues()) {
      String name = bound.of(queue.name());
      rows.put(name, rows.getOrDefault(name, EMPTY).and(queue));
    }
    this.standing = standing;
    this.rows = rows;
    for (String name : rows.keySet()) {
      if (known.add(name)) {
        register(name);
      }
    }
  }

  private void register(String name) {
    gauge(name, "pawl.queue.queued", "runs that could start but for want of a slot", Row::queued);
    gauge(name, "pawl.queue.executing", "slots of the queue that are taken", Row::executing);
    gauge(
        name,
        "pawl.queue.limit",
        "the most runs that may execute for each concurrency key, or in total where that is less",
        Row::limits);
    registered.accept(
        TimeGauge.builder("pawl.queue.oldest.age", this, TimeUnit.MICROSECONDS, all -> age(name))
            .description("how long the run that waits longest for a slot has waited")
            .tags(common.and(Names.QUEUE, name))
            .strongReference(true)
            .register(registry));
  }

  private void gauge(String queue, String name, String description, ToDoubleFunction<Row> value) {
    registered.accept(
        Gauge.builder(name, this, all -> value.applyAsDouble(row(queue)))
            .description(description)
            .tags(common.and(Names.QUEUE, queue))
            .strongReference(true)
            .register(registry));
  }

  private Row row(String queue) {
    return rows.getOrDefault(queue, EMPTY);
  }

  private double age(String queue) {
    long oldest = row(queue).oldest();
    return oldest == Micros.NEVER ? 0 : Math.max(0, now.getAsLong() - oldest);
  }
}
