package dev.pawl.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * What can stand in a queue: a run. It stands in at most one sub-queue, or holds one slot of it.
 *
 * <p>Owned by the engine's loop, like everything in this package.
 */
public abstract class Ready {
  static final IndexedHeap.Kind<Ready> IN_ORDER =
      new IndexedHeap.Kind<>() {
        @Override
        public boolean before(Ready a, Ready b) {
          int order = Long.compare(a.order(), b.order());
          return order != 0 ? order < 0 : a.id() < b.id();
        }

        @Override
        public int place(Ready element) {
          return element.place;
        }

        @Override
        public void place(Ready element, int place) {
          element.place = place;
        }
      };

  private int place = IndexedHeap.NOWHERE;
  @Nullable SubQueue subQueue;
  boolean holdsSlot;

  /** The run's id: decides between two of the same order. */
  public abstract long id();

  /**
   * Queue time less head start: the lesser comes first. Must not change while it stands in a queue.
   */
  public abstract long order();

  /**
   * What it takes of the engine's capacity while it holds a slot; 0 for nothing. Must not change
   * while it stands in a queue or holds a slot.
   */
  public abstract int weight();

  /** Whether it holds a slot. */
  public final boolean holdsSlot() {
    return holdsSlot;
  }

  /** Whether it stands in a queue. */
  public final boolean isQueued() {
    return place != IndexedHeap.NOWHERE;
  }
}
