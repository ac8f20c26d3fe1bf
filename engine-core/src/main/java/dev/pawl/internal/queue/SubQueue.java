package dev.pawl.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * The runs of one queue with one concurrency key, or without one. Exists while it holds runs or
 * slots.
 */
final class SubQueue {
  final QueueState queue;
  final @Nullable String key;
  final IndexedHeap<Ready> ready = new IndexedHeap<>(Ready.IN_ORDER);

  /** Its place among those of its queue that may start. */
  final Ring.Place<SubQueue> place = new Ring.Place<>(this);

  /** Its place among those whose first run weighs nothing. */
  final Ring.Place<SubQueue> weightlessPlace = new Ring.Place<>(this);

  int executing;

  SubQueue(QueueState queue, @Nullable String key) {
    this.queue = queue;
    this.key = key;
  }

  /** Whether its own limit lets its first run start. */
  boolean mayStart() {
    return !ready.isEmpty() && executing < queue.concurrencyLimit;
  }

  /** What its first run weighs. */
  int weight() {
    Ready first = ready.peek();
    return first == null ? 0 : first.weight();
  }

  boolean isIdle() {
    return ready.isEmpty() && executing == 0;
  }
}
