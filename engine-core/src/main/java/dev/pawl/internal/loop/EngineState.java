package dev.pawl.internal.loop;

import dev.pawl.internal.queue.Machines;
import dev.pawl.internal.queue.Queues;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.QueueRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the loop keeps in memory: all of it belongs to the loop thread and can be rebuilt from the
 * store.
 */
final class EngineState {
  /** Every run that has not ended. */
  final LiveRuns live;

  /** How many runs of each queue stand nowhere in it. */
  final QueueCounts counts = new QueueCounts();

  /** Every due time. */
  final Timers timers = new Timers();

  /** Who stands where and holds which slot. */
  final Queues queues;

  /** The persisted settings of queues. */
  final Map<String, QueueRow> queueRows = new HashMap<>();

  /** The queues that the tasks of this process declare. */
  final Set<String> declaredQueues = new HashSet<>();

  /** What runs weigh. */
  final Machines machines;

  /** Tasks whose runs can be executed. */
  final Set<String> registered = new HashSet<>();

  /** Lanes that bodies can run on, besides the default one. */
  final Set<String> lanes = new HashSet<>();

  /** Whoever waits outside of every run: nothing that the store knows of. */
  final Set<Waiter.Observer> observers = new HashSet<>();

  /** Runs that are {@code PENDING_VERSION}, by their task: they lack it, or their lane. */
  final Map<String, Set<LiveRun>> held = new HashMap<>();

  /**
   * The tasks whose held runs were reported, so that each is once; null while the engine recovers
   * and reports all at once at its end.
   */
  @Nullable Set<String> reported;

  /** Delayed runs that a debounce key is bound to. */
  final Map<DebounceKey, LiveRun> debounced = new HashMap<>();

  /** Those who wait, with their bodies in memory. */
  final ParkedBodies parked;

  /** Batches whose items are being pulled from streams. */
  final Map<Long, OpenBatch> openBatches = new HashMap<>();

  /** The ids of those, by the run that streams them, 0 for none. */
  final Map<Long, Set<Long>> openByParent = new HashMap<>();

  /** A debounce key within its task. */
  record DebounceKey(String taskId, String key) {}

  /** What is told of runs. */
  final Events events;

  /** Who counts. */
  final Tally tally;

  /** Whether the engine was ever told to execute. */
  boolean started;

  /**
   * Nothing yet.
   *
   * @param rows reads live rows
   * @param residentRuns how many of the runs that stand in queues are kept in memory where there
   *     are more, and how many of those that are delayed
   * @param parkedBodies how many bodies of parked runs are kept in memory
   */
  EngineState(
      int maxConcurrency,
      Machines machines,
      Events events,
      Tally tally,
      Function<List<Long>, List<LiveRow>> rows,
      int residentRuns,
      int parkedBodies) {
    this.machines = machines;
    this.events = events;
    this.tally = tally;
    this.queues = new Queues(maxConcurrency, machines.capacity(), true, residentRuns);
    this.live = new LiveRuns(this, rows, residentRuns);
    this.parked = new ParkedBodies(parkedBodies);
  }

  /** Whether this process has what a body of the run needs: its task, and its lane. */
  boolean canRun(LiveRun run) {
    return registered.contains(run.taskId) && (run.region == null || lanes.contains(run.region));
  }

  /** Binds a run's debounce key to it, where it has one and is delayed. */
  void bindDebounce(LiveRun run) {
    if (run.debounceKey != null) {
      debounced.put(new DebounceKey(run.taskId, run.debounceKey), run);
    }
  }

  /** Frees the debounce key that is bound to a run. */
  void freeDebounce(LiveRun run) {
    if (run.debounceKey != null) {
      debounced.remove(new DebounceKey(run.taskId, run.debounceKey), run);
      run.debounceKey = null;
    }
  }

  /**
   * Forgets whatever is read from the store, so that it can be read anew. Slots stay taken by those
   * who hold them. May be called again where it found the heap exhausted.
   */
  void forget() {
    live.clear();
    timers.clear();
    queueRows.clear();
    counts.clear();
    held.clear();
    debounced.clear();
    parked.clear();
    openBatches.clear();
    openByParent.clear();
    queues.forget();
  }

  /** The settings of a queue; those of a new one where it has none. */
  QueueRow queueRow(String name) {
    QueueRow row = queueRows.get(name);
    return row == null ? QueueRow.of(name) : row;
  }

  /** Whether a queue is declared, has settings, or has runs. */
  boolean knowsQueue(String name) {
    return declaredQueues.contains(name)
        || queueRows.containsKey(name)
        || counts.queues().contains(name)
        || queues.contains(name);
  }

  void hold(LiveRun run) {
    held.computeIfAbsent(run.taskId, task -> new LinkedHashSet<>()).add(run);
  }

  void unhold(LiveRun run) {
    Set<LiveRun> runs = held.get(run.taskId);
    if (runs != null && runs.remove(run) && runs.isEmpty()) {
      held.remove(run.taskId);
    }
  }
}
