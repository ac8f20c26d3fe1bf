package dev.pawl.internal.loop;

import dev.pawl.PawlException;
import dev.pawl.QueueFullException;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.QueueRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses triggers for want of room in their queue. What counts is what stands in the queue, to
 * start or to go on; runs that are due later do not, and whoever comes due or is woken is let in
 * without being asked, since a trigger that was accepted is never taken back.
 */
final class QueueBound {
  private final EngineState engine;
  private final Bindings bindings;
  private final Attempts attempts;

  QueueBound(EngineState engine, Bindings bindings, Attempts attempts) {
    this.engine = engine;
    this.bindings = bindings;
    this.attempts = attempts;
  }

  /**
   * Why these triggers, taken together, are refused; null where there is room for all of them. A
   * trigger whose key names a run, and one that is delayed, needs none.
   */
  @Nullable PawlException refusal(Turn turn, List<TriggerRequest> requests) {
    Map<String, Integer> wanted = new HashMap<>();
    Set<BindingRow.Key> earlierItems = new HashSet<>();
    for (TriggerRequest request : requests) {
      String queue = request.queue().name();
      int bound = bound(request);
      if (bound != QueueRow.UNLIMITED && entersNow(turn, request, earlierItems)) {
        int added = wanted.merge(queue, 1, Integer::sum);
        if (added > room(turn, queue, bound, added)) {
          return new QueueFullException(request.taskId(), queue, bound, requests.size());
        }
      }
    }
    return null;
  }

  private int bound(TriggerRequest request) {
    int present = engine.queueRow(request.queue().name()).maxQueued();
    return request.declaresQueue() ? request.queue().maxQueued().orElse(present) : present;
  }

  private boolean entersNow(Turn turn, TriggerRequest request, Set<BindingRow.Key> earlierItems) {
    TriggerRequest.Key key = request.key();
    boolean bound =
        key != null && (bindings.find(turn, key.id()) != null || !earlierItems.add(key.id()));
    return !bound && Runs.due(turn, request) <= turn.now && !isDelayed(request.debounce(), request);
  }

  /** Whether its debounce key names a run, which stays delayed. */
  private boolean isDelayed(TriggerRequest.@Nullable Debouncing debounce, TriggerRequest request) {
    return debounce != null
        && engine.debounced.containsKey(
            new EngineState.DebounceKey(request.taskId(), debounce.key()));
  }

  /**
   * How many runs may be added. Where there seems to be too little room, whatever may start is
   * started first: how many triggers share a turn is chance, and must not decide who is refused.
   */
  private int room(Turn turn, String queue, int bound, int wanted) {
    int room = bound - engine.queues.queued(queue);
    if (room < wanted) {
      attempts.startReady(turn);
      room = bound - engine.queues.queued(queue);
    }
    return room;
  }
}
