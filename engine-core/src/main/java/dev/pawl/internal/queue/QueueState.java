package dev.pawl.internal.queue;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One queue: its limits, its sub-queues, and whose turn it is among them. */
final class QueueState extends Ring.Member<QueueState> {
  final String name;
  final Map<@Nullable String, SubQueue> subQueues = new HashMap<>();
  final Ring<SubQueue> startable = new Ring<>();
  int concurrencyLimit = Queues.UNLIMITED;
  int totalLimit = Queues.UNLIMITED;
  boolean paused;
  int executing;
  int queued;

  QueueState(String name) {
    this.name = name;
  }

  boolean mayStart() {
    return !paused && executing < totalLimit && !startable.isEmpty();
  }

  /** Whether it is as if nobody had ever named it. */
  boolean isForgettable() {
    return subQueues.isEmpty()
        && concurrencyLimit == Queues.UNLIMITED
        && totalLimit == Queues.UNLIMITED
        && !paused;
  }

  SubQueue subQueue(@Nullable String key) {
    SubQueue existing = subQueues.get(key);
    if (existing != null) {
      return existing;
    }
    SubQueue created = new SubQueue(this, key);
    subQueues.put(key, created);
    return created;
  }

  /**
   * Brings the ring in line with a sub-queue that changed, and forgets the sub-queue where it is
   * idle.
   */
  void refresh(SubQueue subQueue) {
    if (subQueue.mayStart()) {
      startable.join(subQueue);
    } else {
      startable.leave(subQueue);
    }
    if (subQueue.isIdle()) {
      subQueues.remove(subQueue.key);
    }
  }
}
