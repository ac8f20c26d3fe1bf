package dev.pawl.internal.loop;

import dev.pawl.Retention;
import dev.pawl.RunStatus;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deletes runs that are past their retention, a few with each commit, and batches that never had an
 * item, which nothing else would take along.
 *
 * <p>It walks the runs of each terminal status in the order of their ends, and so finds what is due
 * without looking at anything that is not; where the first run that it finds is not due, it knows
 * when that will be, and where there is none, the next end tells. Nothing is polled.
 *
 * <p>A due run that something needs is set aside until that has changed: until the time at which
 * its last key expires, or until the live run or the open batch that needs it has come to its end.
 * What is set aside is bounded; what finds no room is found by walking that status once more.
 *
 * <p>A turn that was given commands deletes five runs for each four that end in it, so that
 * retention keeps up with whatever ends runs and catches up at a pace that leaves room for callers,
 * and at least a few, so that it gets on where all ends elsewhere. A turn with nothing else to do
 * deletes somewhat more, but no more than a caller who comes in the middle of it should have to
 * wait for. A process begins with few: code that has never run is ten times slower, and all that
 * was due at once would keep callers waiting for a second.
 */
final class Pruner {
  private static final int LEAST_RUNS = 10;

  /** Some two milliseconds' worth in a database on a disk. */
  private static final int IDLE_RUNS = 25;

  private static final int MOST_RUNS = 500;

  /** So many deletions let each turn delete one more, up to {@link #MOST_RUNS}. */
  private static final int WARMING_UP = 200;

  /** How many runs are set aside at once: some ten megabytes. */
  private static final int SET_ASIDE_AT_MOST = 100_000;

  private final Needs needs;
  private final Map<RunStatus, Walk> walksOfRuns = new EnumMap<>(RunStatus.class);
  private final @Nullable Walk walkOfBatches;
  private final List<Walk> walks = new ArrayList<>();
  private final Set<Long> setAside = new HashSet<>();
  private final PriorityQueue<Kept> untilLater =
      new PriorityQueue<>((a, b) -> Long.compare(a.until, b.until));
  private final Map<Long, List<Found>> untilReleased = new HashMap<>();
  private final Deque<Found> again = new ArrayDeque<>();
  private long next;

  /** How many runs and batches this process has looked at. */
  private long considered;

  /** How many came to their end in the turn at hand. */
  private int ends;

  /** Reads what has ended, in order. */
  private interface Source {
    List<EndedRow> read(EndedRow after, int limit);
  }

  /** Where the walk over the runs of one status stands, or that over the empty batches. */
  private static final class Walk {
    final Source source;
    final boolean ofBatches;
    final long keep;
    EndedRow last = EndedRow.FIRST;

    /** When there is something to look at; {@link Micros#NEVER} until a run ends. */
    long next = Micros.NONE;

    /** The last end that was decided, which the store may not show yet. */
    long newest = Micros.NONE;

    /** The first run that found no room among those set aside. */
    @Nullable EndedRow missed;

    Walk(Source source, boolean ofBatches, Duration keep) {
      this.source = source;
      this.ofBatches = ofBatches;
      this.keep = Micros.of(keep);
    }
  }

  private record Found(Walk walk, EndedRow row) {}

  private record Kept(long until, Found found) {}

  Pruner(Needs needs, RunStore store, Retention retention) {
    this.needs = needs;
    for (RunStatus status : RunStatus.values()) {
      Duration keep = retention.time(status);
      if (keep != null) {
        walksOfRuns.put(
            status, new Walk((after, limit) -> store.ended(status, after, limit), false, keep));
      }
    }
    walks.addAll(walksOfRuns.values());
    // A batch has no end of its own; one without items has, in a way, completed.
    Duration keep = retention.time(RunStatus.COMPLETED);
    walkOfBatches = keep == null ? null : new Walk(store::emptyBatches, true, keep);
    if (walkOfBatches != null) {
      walks.add(walkOfBatches);
    }
    restart();
  }

  /** Looks at everything anew; for a store that was just opened, or memory that was dropped. */
  void restart() {
    for (Walk walk : walks) {
      walk.last = EndedRow.FIRST;
      walk.next = Micros.NONE;
      walk.missed = null;
    }
    setAside.clear();
    untilLater.clear();
    untilReleased.clear();
    again.clear();
    needs.forget();
    next = walks.isEmpty() ? Micros.NEVER : Micros.NONE;
  }

  /** When there is something to do; {@link Micros#NEVER} until a run ends. */
  long next() {
    return next;
  }

  /** A run ends in this turn. */
  void ended(ResultRow result) {
    noteEnd(walksOfRuns.get(result.status()), result.finishedAtMicros());
    released(result.id());
  }

  /** A batch is closed in this turn that has no item. */
  void closedEmpty(long now) {
    noteEnd(walkOfBatches, now);
  }

  private void noteEnd(@Nullable Walk walk, long time) {
    ends++;
    if (walk != null) {
      walk.newest = time;
      if (walk.next == Micros.NEVER) {
        walk.next = time + walk.keep;
        next = Math.min(next, walk.next);
      }
    }
  }

  /** What was set aside for this run, or batch, may not be needed any longer. */
  void released(long id) {
    List<Found> waiting = untilReleased.remove(id);
    if (waiting != null) {
      again.addAll(waiting);
      next = Micros.NONE;
    }
  }

  /**
   * Deletes a portion of what is due.
   *
   * @param commands how many commands the turn was given
   */
  void prune(Turn turn, int commands) {
    int ended = ends;
    ends = 0;
    if (next > turn.now) {
      return;
    }
    int most = (int) Math.min(LEAST_RUNS + considered / WARMING_UP, MOST_RUNS);
    int budget = commands == 0 ? IDLE_RUNS : Math.clamp(ended + ended / 4, LEAST_RUNS, most);
    int left = reconsider(turn, budget);
    for (Walk walk : walks) {
      left = walk(turn, walk, left);
    }
    considered += budget - left;
    next = nextTime(turn);
  }

  /** Looks again at what was set aside and need not be any longer. */
  private int reconsider(Turn turn, int budget) {
    int left = budget;
    for (Kept first = untilLater.peek();
        first != null && first.until <= turn.now;
        first = untilLater.peek()) {
      again.add(untilLater.remove().found);
    }
    List<Found> unfinished = new ArrayList<>();
    for (; left > 0 && !again.isEmpty(); left--) {
      Found found = again.remove();
      setAside.remove(found.row.id());
      consider(turn, found, needOf(found, turn.now), unfinished);
    }
    again.addAll(unfinished);
    return left;
  }

  private Needs.Need needOf(Found found, long now) {
    long id = found.row.id();
    return found.walk.ofBatches ? needs.ofBatch(id, now) : needs.ofRun(id, now);
  }

  private int walk(Turn turn, Walk walk, int budget) {
    takeUpMissed(walk);
    int left = budget;
    List<Found> unfinished = new ArrayList<>();
    while (left > 0 && walk.next <= turn.now) {
      List<EndedRow> page = walk.source.read(walk.last, left);
      Set<Long> unnamed = walk.ofBatches ? Set.of() : needs.unnamed(page);
      for (EndedRow row : page) {
        if (row.finishedAtMicros() + walk.keep > turn.now) {
          walk.next = row.finishedAtMicros() + walk.keep;
          break;
        }
        walk.last = row;
        left--;
        if (!setAside.contains(row.id())) {
          Found found = new Found(walk, row);
          Needs.Need need =
              unnamed.contains(row.id()) ? needs.ofUnnamed(row.id()) : needOf(found, turn.now);
          consider(turn, found, need, unfinished);
        }
      }
      if (page.isEmpty()) {
        // What ends in this turn is not in the store yet, and nobody will tell of it again.
        walk.next = walk.newest == turn.now ? turn.now + walk.keep : Micros.NEVER;
      }
    }
    again.addAll(unfinished);
    return left;
  }

  private void takeUpMissed(Walk walk) {
    EndedRow missed = walk.missed;
    if (missed != null && setAside.size() <= SET_ASIDE_AT_MOST / 2) {
      walk.last = new EndedRow(missed.finishedAtMicros(), missed.id() - 1);
      walk.next = Micros.NONE;
      walk.missed = null;
    }
  }

  private void consider(Turn turn, Found found, Needs.Need need, List<Found> unfinished) {
    switch (need) {
      case Needs.Nothing nothing -> {
        if (found.walk.ofBatches) {
          turn.deleteBatch(found.row.id());
        } else {
          turn.delete(found.row.id());
        }
      }
      case Needs.Until until -> {
        if (setAside(found)) {
          untilLater.add(new Kept(until.time(), found));
        }
      }
      case Needs.Unfinished other -> {
        if (setAside(found)) {
          untilReleased.computeIfAbsent(other.id(), unused -> new ArrayList<>(1)).add(found);
        }
      }
      case Needs.NotKnownYet notKnown -> {
        if (setAside(found)) {
          unfinished.add(found);
        }
      }
    }
  }

  private boolean setAside(Found found) {
    if (setAside.size() < SET_ASIDE_AT_MOST) {
      return setAside.add(found.row.id());
    }
    EndedRow missed = found.walk.missed;
    if (missed == null || found.row.compareTo(missed) < 0) {
      found.walk.missed = found.row;
    }
    return false;
  }

  private long nextTime(Turn turn) {
    if (!again.isEmpty()) {
      return turn.now;
    }
    Kept first = untilLater.peek();
    long time = first == null ? Micros.NEVER : first.until;
    for (Walk walk : walks) {
      time = Math.min(time, walk.next);
    }
    return time;
  }
}
