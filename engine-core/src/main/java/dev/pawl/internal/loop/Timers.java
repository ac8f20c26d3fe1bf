package dev.pawl.internal.loop;

import dev.pawl.internal.queue.IndexedHeap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is due at an instant, in the order of its instants. A timer that is removed costs
 * nothing later.
 */
final class Timers {
  private final IndexedHeap<Timed> heap =
      new IndexedHeap<>(
          new IndexedHeap.Kind<>() {
            @Override
            public boolean before(Timed a, Timed b) {
              return a.timerAt() != b.timerAt()
                  ? a.timerAt() < b.timerAt()
                  : a.timerTie() < b.timerTie();
            }

            @Override
            public int place(Timed element) {
              return element.timerPlace();
            }

            @Override
            public void place(Timed element, int place) {
              element.timerPlace(place);
            }
          });

  void add(Timed timed) {
    heap.add(timed);
  }

  /** Without effect where it is not in. */
  void remove(Timed timed) {
    heap.remove(timed);
  }

  /** Takes out the first that is due at {@code now}, or null. */
  @Nullable Timed due(long now) {
    Timed first = heap.peek();
    return first != null && first.timerAt() <= now ? heap.poll() : null;
  }

  /** When the first is due; {@link dev.pawl.spi.Micros#NEVER} where there is none. */
  long next() {
    Timed first = heap.peek();
    return first == null ? dev.pawl.spi.Micros.NEVER : first.timerAt();
  }

  void clear() {
    heap.clear();
  }

  int size() {
    return heap.size();
  }
}
