package dev.pawl.internal.queue;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One queue: its limits, its sub-queues, and whose turn it is among them. */
final class QueueState {
  /** A table that has held more keys than this is not kept once it is empty. */
  private static final int LARGE_TABLE = 1_024;

  final String name;
  Map<@Nullable String, SubQueue> subQueues = new HashMap<>();

  /** The sub-queues whose own limit lets them start something. */
  final Ring<SubQueue> startable = new Ring<>();

  /** Those of them whose first run weighs nothing; empty where the engine weighs nothing. */
  final Ring<SubQueue> weightless = new Ring<>();

  /** Its place among the queues that may start something. */
  final Ring.Place<QueueState> place = new Ring.Place<>(this);

  /** Its place among those that may start something that weighs nothing. */
  final Ring.Place<QueueState> weightlessPlace = new Ring.Place<>(this);

  int concurrencyLimit = Queues.UNLIMITED;
  int totalLimit = Queues.UNLIMITED;
  boolean paused;

  /** Whether its rings do not follow its concurrency limit yet. */
  boolean relimited;

  int executing;
  int queued;
  private int mostSubQueues;

  QueueState(String name) {
    this.name = name;
  }

  boolean mayStart() {
    return !paused && executing < totalLimit && !startable.isEmpty();
  }

  boolean mayStartWeightless() {
    return !paused && executing < totalLimit && !weightless.isEmpty();
  }

  /** Whether it is like a queue that nobody has used yet. */
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
    mostSubQueues = Math.max(mostSubQueues, subQueues.size());
    return created;
  }

  /**
   * Brings the rings in line with a sub-queue that changed.
   *
   * @param weighs whether what weighs nothing is to be found apart from the rest
   */
  void arrange(SubQueue subQueue, boolean weighs) {
    if (!subQueue.mayStart()) {
      startable.leave(subQueue.place);
      weightless.leave(subQueue.weightlessPlace);
      return;
    }
    startable.join(subQueue.place);
    if (weighs && subQueue.weight() == 0) {
      weightless.join(subQueue.weightlessPlace);
    } else {
      weightless.leave(subQueue.weightlessPlace);
    }
  }

  /** A sub-queue has its turn. */
  void takeTurn(SubQueue subQueue) {
    startable.takeTurn(subQueue.place);
    weightless.takeTurn(subQueue.weightlessPlace);
  }

  /** Forgets a sub-queue where it is idle; it is in no ring then. */
  void forgetIfIdle(SubQueue subQueue) {
    if (!subQueue.isIdle()) {
      return;
    }
    subQueues.remove(subQueue.key);
    if (subQueues.isEmpty() && mostSubQueues > LARGE_TABLE) {
      subQueues = new HashMap<>(); // a map keeps the table of its best days
      mostSubQueues = 0;
    }
  }
}
