package dev.pawl.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * The runs of one queue with one concurrency key, or without one. Exists while it holds runs or
 * slots.
 *
 * <p>Its first runs are ready; of those behind them only the places are kept, on the shelf. What is
 * ready need not be before the shelf, but where a sub-queue is not {@linkplain #isStarving
 * starving} the first of all is ready.
 */
final class SubQueue {
  final QueueState queue;
  final @Nullable String key;
  final IndexedHeap<Ready> ready = new IndexedHeap<>(Ready.IN_ORDER);

  /** Its place among those of its queue that may start. */
  final Ring.Place<SubQueue> place = new Ring.Place<>(this);

  /** Its place among those whose first run weighs nothing. */
  final Ring.Place<SubQueue> weightlessPlace = new Ring.Place<>(this);

  /** The places of those who are not ready. */
  final Places shelf = new Places();

  int executing;

  /** Whether it was starving when it was looked at last. */
  boolean starves;

  /** Whether it stands among those that cannot do without more ready runs. */
  boolean urgent;

  /** Whether it stands among those that lack ready runs. */
  boolean lacks;

  /** Whether it stands among those that have too many of them. */
  boolean overflows;

  /** It has too many once it has more than this. */
  int mostReady;

  SubQueue(QueueState queue, @Nullable String key) {
    this.queue = queue;
    this.key = key;
  }

  /** Whether its own limit lets its first run start. */
  boolean mayStart() {
    return size() > 0 && executing < queue.concurrencyLimit;
  }

  /** What its first run weighs. */
  int weight() {
    Ready first = ready.peek();
    return first == null ? 0 : first.weight();
  }

  /** How many runs stand in it. */
  int size() {
    return ready.size() + shelf.size();
  }

  /** Whether its first run is on the shelf, so that it must be brought back to be known. */
  boolean isStarving() {
    if (shelf.isEmpty()) {
      return false;
    }
    Ready first = ready.peek();
    return first == null || shelf.isFirstBefore(first.order(), first.id());
  }

  boolean isIdle() {
    return size() == 0 && executing == 0;
  }
}
