package dev.pawl.internal.loop;

import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.internal.queue.IndexedHeap;
import dev.pawl.internal.queue.Places;
import dev.pawl.spi.Micros;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is due at an instant, in the order of its instants. A timer that is removed costs
 * nothing later. Of runs on the shelf there is only the instant and the id: these are far.
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

  /** When delayed runs on the shelf are due. */
  private final Places delayed = new Places();

  /** When runs expire that stand in queues and are on the shelf. */
  private final Places expiring = new Places();

  void add(Timed timed) {
    heap.add(timed);
  }

  /** Without effect where it is not in. */
  void remove(Timed timed) {
    heap.remove(timed);
  }

  /** Keeps nothing of a run that is in but when it is due. */
  void shelve(LiveRun run) {
    if (!heap.remove(run)) {
      throw new IllegalStateException("broken invariant: " + run + " has no timer");
    }
    placesOf(run).add(run.timerAt(), run.id());
  }

  /** Puts a run back that was shelved. */
  void unshelve(LiveRun run) {
    if (!placesOf(run).remove(run.timerAt(), run.id())) {
      throw new IllegalStateException("broken invariant: the timer of " + run + " is not far");
    }
    heap.add(run);
  }

  private Places placesOf(LiveRun run) {
    return run.state instanceof RunState.Delayed ? delayed : expiring;
  }

  /** Whether a run is delayed and due later than another one whose timer is far. */
  boolean isBehind(LiveRun run) {
    return run.state instanceof RunState.Delayed due
        && delayed.isFirstBefore(due.dueAt(), run.id());
  }

  /** Whether a far one is due at {@code now}, and no later than what is near. */
  boolean isFarDue(long now) {
    long far = nextFar();
    return far != Micros.NEVER && far <= now && far <= nextNear();
  }

  /** Some of those that are far and due until then, the first of all among them. */
  List<Long> far(long until, int atMost) {
    boolean delayedFirst = first(delayed) < first(expiring);
    List<Long> ids = (delayedFirst ? delayed : expiring).first(atMost, until);
    ids.addAll((delayedFirst ? expiring : delayed).first(atMost - ids.size(), until));
    return ids;
  }

  /** How many delayed runs have a far timer. */
  int farDelayed() {
    return delayed.size();
  }

  /** Takes out the first that is near and due at {@code now}, or null. */
  @Nullable Timed due(long now) {
    Timed first = heap.peek();
    return first != null && first.timerAt() <= now ? heap.poll() : null;
  }

  /** When the first is due; {@link Micros#NEVER} where there is none. */
  long next() {
    return Math.min(nextNear(), nextFar());
  }

  private long nextNear() {
    Timed first = heap.peek();
    return first == null ? Micros.NEVER : first.timerAt();
  }

  private long nextFar() {
    return Math.min(first(delayed), first(expiring));
  }

  private static long first(Places places) {
    return places.isEmpty() ? Micros.NEVER : places.firstAt();
  }

  void clear() {
    heap.clear();
    delayed.clear();
    expiring.clear();
  }

  int size() {
    return heap.size() + delayed.size() + expiring.size();
  }
}
