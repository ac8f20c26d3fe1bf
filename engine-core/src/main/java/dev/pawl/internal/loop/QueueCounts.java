package dev.pawl.internal.loop;

import dev.pawl.RunStatus;
import dev.pawl.internal.lifecycle.RunState;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many runs belong to each queue without standing in it: those that are due later, wait, or
 * lack their task. Counted as they come and go, so that asking costs nothing in the number of runs.
 * A queue without such runs has no entry.
 */
final class QueueCounts {
  private final Map<String, Map<RunStatus, Integer>> counts = new HashMap<>();
  private int delayed;

  /** Brings the counts in line with a run's state; each run is counted once at most. */
  void update(LiveRun run) {
    RunStatus status = counted(run.state);
    RunStatus before = run.counted;
    if (status == before) {
      return;
    }
    if (before != null) {
      add(run.queue, before, -1);
    }
    if (status != null) {
      add(run.queue, status, 1);
    }
    run.counted = status;
  }

  /** A delayed run that was counted is in memory again. */
  void recounted(LiveRun run) {
    run.counted = counted(run.state);
  }

  /** How many runs are delayed over all queues. */
  int delayed() {
    return delayed;
  }

  /** How many runs of a queue have one of the statuses that are counted. */
  int of(String queue, RunStatus status) {
    return counts.getOrDefault(queue, Map.of()).getOrDefault(status, 0);
  }

  /** How many such runs there are over all queues. */
  int total() {
    return counts.values().stream()
        .flatMap(ofQueue -> ofQueue.values().stream())
        .mapToInt(Integer::intValue)
        .sum();
  }

  /** The queues that have such runs. */
  Set<String> queues() {
    return counts.keySet();
  }

  void clear() {
    counts.clear();
    delayed = 0;
  }

  private void add(String queue, RunStatus status, int by) {
    if (status == RunStatus.DELAYED) {
      delayed += by;
    }
    Map<RunStatus, Integer> ofQueue =
        counts.computeIfAbsent(queue, name -> new EnumMap<>(RunStatus.class));
    int now = ofQueue.merge(status, by, Integer::sum);
    if (now < 0) {
      throw new IllegalStateException("broken invariant: " + now + " runs are " + status);
    }
    if (now == 0) {
      ofQueue.remove(status);
      if (ofQueue.isEmpty()) {
        counts.remove(queue);
      }
    }
  }

  private static @Nullable RunStatus counted(RunState state) {
    return switch (state) {
      case RunState.Delayed delayed -> RunStatus.DELAYED;
      case RunState.Retrying retrying -> RunStatus.RETRYING;
      case RunState.PendingVersion pending -> RunStatus.PENDING_VERSION;
      case RunState.Waiting waiting -> waiting.ready() ? null : RunStatus.WAITING;
      case RunState.Queued queued -> null;
      case RunState.Executing executing -> null;
      case RunState.Ended ended -> null;
    };
  }
}
