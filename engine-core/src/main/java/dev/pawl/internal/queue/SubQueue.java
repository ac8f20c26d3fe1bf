package dev.pawl.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * The runs of one queue with one concurrency key, or without one. Exists while it holds runs or
 * slots.
 */
final class SubQueue extends Ring.Member<SubQueue> {
  final QueueState queue;
  final @Nullable String key;
  final IndexedHeap<Ready> ready = new IndexedHeap<>(Ready.IN_ORDER);
  int executing;

  SubQueue(QueueState queue, @Nullable String key) {
    this.queue = queue;
    this.key = key;
  }

  boolean mayStart() {
    return !ready.isEmpty() && executing < queue.concurrencyLimit;
  }

  boolean isIdle() {
    return ready.isEmpty() && executing == 0;
  }
}
