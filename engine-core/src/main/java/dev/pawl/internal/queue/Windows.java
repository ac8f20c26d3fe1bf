package dev.pawl.internal.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * How much of each sub-queue is ready, where it is long: which of them lack ready runs, and which
 * have too many. The window of each is its share of what may be ready over all, but never so short
 * that each start would have to fetch something.
 */
final class Windows {
  /**
   * However many sub-queues there are: with fewer than two left of four, one lacks some while it
   * has still some, and is served together with others by the read that one needs which has none.
   */
  private static final int SHORTEST = 4;

  private final int mostReady;
  private final ArrayDeque<SubQueue> urgent = new ArrayDeque<>();
  private final ArrayDeque<SubQueue> lacking = new ArrayDeque<>();
  private final List<SubQueue> overflowing = new ArrayList<>();
  private int starving;

  /** How many sub-queues there are. */
  int subQueues;

  /**
   * No sub-queues yet.
   *
   * @param mostReady how long the windows of all of them are together, roughly
   */
  Windows(int mostReady) {
    this.mostReady = mostReady;
  }

  private int length() {
    return Math.max(Math.min(SHORTEST, mostReady), mostReady / Math.max(1, subQueues));
  }

  /** Looks at a sub-queue that has changed. */
  void watch(SubQueue subQueue) {
    boolean starves = subQueue.isStarving();
    if (starves != subQueue.starves) {
      subQueue.starves = starves;
      starving += starves ? 1 : -1;
      if (starves && !subQueue.urgent) {
        urgent.add(subQueue);
        subQueue.urgent = true; // not before: with an exhausted heap it is not in there
      }
    }
    if (!subQueue.lacks && !subQueue.shelf.isEmpty() && subQueue.ready.size() < length() / 2) {
      lacking.add(subQueue);
      subQueue.lacks = true;
    }
  }

  /** Looks at a sub-queue that a run has come to. */
  void grown(SubQueue subQueue) {
    if (!subQueue.overflows
        && subQueue.ready.size() > subQueue.mostReady
        && subQueue.ready.size() > 2L * length()) {
      overflowing.add(subQueue);
      subQueue.overflows = true;
    }
  }

  /** Whether the first run of some sub-queue is on the shelf. */
  boolean isStarving() {
    return starving > 0;
  }

  /** As {@link Queues#wanted}. */
  List<Long> wanted(int atMost) {
    List<Long> ids = new ArrayList<>();
    while (!urgent.isEmpty() && ids.size() < atMost) {
      SubQueue subQueue = urgent.remove();
      subQueue.urgent = false;
      if (subQueue.isStarving()) {
        take(subQueue, ids, atMost);
      }
    }
    while (!lacking.isEmpty() && ids.size() < atMost) {
      SubQueue subQueue = lacking.remove();
      if (subQueue.lacks) { // else it was urgent, and has had its part
        take(subQueue, ids, atMost);
      }
    }
    return ids;
  }

  private void take(SubQueue subQueue, List<Long> ids, int atMost) {
    subQueue.lacks = false;
    int few = Math.min(Math.max(1, length() / 2), atMost - ids.size());
    ids.addAll(subQueue.shelf.first(few, Long.MAX_VALUE));
  }

  /** As {@link Queues#shorten}. */
  void shorten(Predicate<Ready> lets, Consumer<Ready> shelve) {
    for (SubQueue subQueue : overflowing) {
      subQueue.overflows = false;
      List<Ready> inOrder = subQueue.ready.sorted();
      int kept = Math.min(length(), inOrder.size());
      inOrder.subList(kept, inOrder.size()).stream().filter(lets).forEach(shelve);
      // Where little could be shelved, trying again for each run that comes would cost too much.
      subQueue.mostReady = (int) Math.min(Integer.MAX_VALUE, 2L * subQueue.ready.size());
    }
    overflowing.clear();
  }

  /** Forgets who lacks runs and who has too many; nobody has any run. */
  void clear() {
    urgent.forEach(subQueue -> subQueue.urgent = false);
    urgent.clear();
    lacking.forEach(subQueue -> subQueue.lacks = false);
    lacking.clear();
    overflowing.forEach(subQueue -> subQueue.overflows = false);
    overflowing.clear();
  }
}
