package dev.pawl.internal.loop;

import dev.pawl.QueueInfo;
import dev.pawl.QueueKeyInfo;
import dev.pawl.RunStatus;
import dev.pawl.internal.queue.Queues;
import dev.pawl.internal.queue.Ready;
import dev.pawl.spi.Micros;
import dev.pawl.spi.QueueRow;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells about queues. One look costs time in the number of the queue's keys, never in the number of
 * runs; a page of many costs memory for that page alone.
 */
final class QueueReader {
  /** The runs without a key come first. */
  private static final Comparator<Queues.KeyStats> BY_KEY =
      Comparator.comparing(
          Queues.KeyStats::key, Comparator.nullsFirst(Comparator.<String>naturalOrder()));

  private final EngineState engine;

  QueueReader(EngineState engine) {
    this.engine = engine;
  }

  void queue(Turn turn, Command.ReadQueue command) {
    engine.live.bringBackFirst();
    String name = command.queue();
    turn.answer(command.reply(), engine.knowsQueue(name) ? info(turn, name) : null);
  }

  void queues(Turn turn, Command.ReadQueues command) {
    engine.live.bringBackFirst();
    Stream<String> later = names().stream().filter(name -> name.compareTo(command.after()) > 0);
    turn.answer(
        command.reply(),
        first(later, command.limit(), Comparator.naturalOrder()).stream()
            .map(name -> info(turn, name))
            .toList());
  }

  void keys(Turn turn, Command.ReadKeys command) {
    engine.live.bringBackFirst();
    if (!engine.knowsQueue(command.queue())) {
      turn.answer(command.reply(), null);
      return;
    }
    String after = command.after();
    Stream<Queues.KeyStats> later =
        engine
            .queues
            .keys(command.queue())
            .filter(stats -> after == null || isAfter(stats.key(), after));
    turn.answer(
        command.reply(),
        first(later, command.limit(), BY_KEY).stream().map(stats -> info(turn, stats)).toList());
  }

  /** Every queue that is declared, has settings or has runs. */
  Set<String> names() {
    Set<String> names = new HashSet<>(engine.declaredQueues);
    names.addAll(engine.queueRows.keySet());
    names.addAll(engine.counts.queues());
    names.addAll(engine.queues.names());
    return names;
  }

  private QueueInfo info(Turn turn, String name) {
    QueueRow row = engine.queueRow(name);
    Queues.Stats stats = engine.queues.stats(name);
    return new QueueInfo(
        name,
        row.paused(),
        limit(row.concurrencyLimit()),
        limit(row.declaredLimit()),
        row.limitOverride() != QueueRow.NOT_OVERRIDDEN,
        limit(row.totalLimit()),
        limit(row.declaredTotalLimit()),
        row.totalLimitOverride() != QueueRow.NOT_OVERRIDDEN,
        limit(row.maxQueued()),
        stats.queued(),
        stats.executing(),
        engine.counts.of(name, RunStatus.DELAYED),
        engine.counts.of(name, RunStatus.RETRYING),
        engine.counts.of(name, RunStatus.WAITING),
        engine.counts.of(name, RunStatus.PENDING_VERSION),
        age(
            turn,
            engine
                .queues
                .keys(name)
                .mapToLong(key -> queueTime(key.first()))
                .min()
                .orElse(Micros.NEVER)));
  }

  private static QueueKeyInfo info(Turn turn, Queues.KeyStats stats) {
    return new QueueKeyInfo(
        stats.key(), stats.queued(), stats.executing(), age(turn, queueTime(stats.first())));
  }

  private static boolean isAfter(@Nullable String key, String after) {
    return key != null && key.compareTo(after) > 0;
  }

  static long queueTime(@Nullable Ready first) {
    return first instanceof LiveRun run ? run.queueTime : Micros.NEVER;
  }

  /** A queue time may lie ahead where the clock was set back between two lives. */
  private static @Nullable Duration age(Turn turn, long queueTime) {
    return queueTime == Micros.NEVER ? null : Micros.duration(Math.max(0, turn.now - queueTime));
  }

  private static OptionalInt limit(int limit) {
    return limit == QueueRow.UNLIMITED ? OptionalInt.empty() : OptionalInt.of(limit);
  }

  /** The first few of many, in order, without sorting all of them. */
  private static <T> List<T> first(Stream<T> all, int limit, Comparator<T> order) {
    PriorityQueue<T> least = new PriorityQueue<>(order.reversed());
    all.forEach(
        each -> {
          least.add(each);
          if (least.size() > limit) {
            least.poll();
          }
        });
    Collection<T> unordered = least;
    return unordered.stream().sorted(order).toList();
  }
}
