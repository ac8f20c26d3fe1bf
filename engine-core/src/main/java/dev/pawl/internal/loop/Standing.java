package dev.pawl.internal.loop;

import dev.pawl.spi.Micros;
import java.util.ArrayList;
import java.util.List;

/**
 * How things stood at the end of a turn, as an immutable value: whoever reads it costs the loop
 * nothing.
 *
 * @param at the engine's time then
 * @param live runs that have not ended
 * @param executing slots that are taken
 * @param queues every queue that is declared, has settings or has runs
 */
public record Standing(long at, int live, int executing, List<OfQueue> queues) {
  /** Nothing is known yet. */
  public static final Standing NOTHING = new Standing(0, 0, 0, List.of());

  /**
   * One queue.
   *
   * @param queued runs that stand in it, to start or to go on
   * @param executing its slots that are taken
   * @param limit its limit for each concurrency key, {@link
   *     dev.pawl.internal.queue.Queues#UNLIMITED} for none
   * @param totalLimit its limit over all keys, likewise
   * @param oldest the queue time of the run that waits longest, {@link Micros#NEVER} where none
   *     does
   */
  public record OfQueue(
      String name, int queued, int executing, int limit, int totalLimit, long oldest) {}

  /** As it is now; on the loop's thread. Costs time in the number of queues and keys. */
  static Standing of(EngineState engine, long now) {
    List<OfQueue> queues = new ArrayList<>();
    for (String name : new QueueReader(engine).names()) {
      var stats = engine.queues.stats(name);
      long oldest =
          engine
              .queues
              .keys(name)
              .mapToLong(key -> QueueReader.queueTime(key.first()))
              .min()
              .orElse(Micros.NEVER);
      queues.add(
          new OfQueue(
              name,
              stats.queued(),
              stats.executing(),
              stats.concurrencyLimit(),
              stats.totalLimit(),
              oldest));
    }
    return new Standing(now, engine.live.size(), engine.queues.executing(), List.copyOf(queues));
  }
}
