package dev.pawl.internal.loop;

import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every run that has not ended: in memory as a whole, or on the shelf.
 *
 * <p><b>On the shelf</b> is a run of which memory keeps only its id and its places: in its queue,
 * and where it expires there; or, where it is delayed, at its due time. That takes some thirty
 * bytes, and everything else is in its row. The rules:
 *
 * <ul>
 *   <li>A run may be shelved only where its row tells all there is to know of it: it is {@code
 *       QUEUED} or {@code DELAYED}, was never started, is stored as it is, nobody waits for it, no
 *       debounce key is bound to it, and the run that made it, which would have to find it, has
 *       ended. So no run that has ever started is on the shelf, nor one that waits.
 *   <li>A run is shelved only between two turns, when nobody has it at hand.
 *   <li>Of each sub-queue, and of all delayed runs, the first are in memory: the window. A new run
 *       that belongs before the shelf stays, and one behind it is shelved once it is stored; a
 *       window that has grown to twice its length is shortened. So a short queue never comes here.
 *   <li>A run is on the shelf or in memory, never both, and what is counted counts it either way.
 *       Its places are exactly those that its row tells: it cannot change without having been
 *       brought back.
 * </ul>
 *
 * <p>A run is brought back when somebody {@linkplain #find asks for it}, when its sub-queue needs
 * it to know {@linkplain #bringBackFirst who is first}, and when it is {@linkplain #bringBackDue
 * due}. The last two bring many at once. Nothing is told of it, since nothing happens to it.
 */
final class LiveRuns {
  /** How many rows are read at once: what the loop can do in some milliseconds. */
  private static final int AT_ONCE = 1_000;

  /** What is due so soon is brought back together with what is due. */
  private static final long SOON = 1_000_000;

  private static final Comparator<LiveRun> BY_DUE_TIME =
      Comparator.comparingLong(LiveRun::timerAt).thenComparingLong(LiveRun::id);

  private final EngineState engine;
  private final Function<List<Long>, List<LiveRow>> rows;

  /** How many delayed runs are kept in memory, where there are more. */
  private final int window;

  private final RunsById resident = new RunsById();
  private final IdSet shelved = new IdSet();

  /** Those who were asked for in this turn, and may go back after it. */
  private final List<LiveRun> visitors = new ArrayList<>();

  private int mostDelayed;

  /**
   * No runs yet.
   *
   * @param rows reads live rows, all that it is asked for
   * @param window how many delayed runs are kept in memory, where there are more
   */
  LiveRuns(EngineState engine, Function<List<Long>, List<LiveRow>> rows, int window) {
    this.engine = engine;
    this.rows = rows;
    this.window = window;
    forgetWindow();
  }

  /** A run, to be told something or to be changed; null where it is not live. */
  @Nullable LiveRun find(long id) {
    LiveRun run = resident.get(id);
    if (run == null && shelved.contains(id)) {
      bringBack(List.of(id), true);
      run = resident.get(id);
    }
    return run;
  }

  /**
   * Makes sure that {@link #find} has all of these at hand that are live.
   *
   * @param ids one may be there several times: items of a batch can be one run
   */
  void fetch(Collection<Long> ids) {
    List<Long> some = new ArrayList<>();
    for (Long id : new LinkedHashSet<>(ids)) {
      if (shelved.contains(id)) {
        some.add(id);
      }
      if (some.size() == AT_ONCE) {
        bringBack(some, true);
        some.clear();
      }
    }
    bringBack(some, true);
  }

  /**
   * A run that is in memory; null where it is not. Enough for whoever looks for a run that has ever
   * started, or that waits, or that somebody waits for.
   */
  @Nullable LiveRun resident(long id) {
    return resident.get(id);
  }

  boolean contains(long id) {
    return resident.get(id) != null || shelved.contains(id);
  }

  /** A run begins its life, or is taken over. */
  void add(LiveRun run) {
    resident.put(run);
  }

  /** A run has ended. */
  void remove(LiveRun run) {
    resident.removeId(run.id());
  }

  /** The runs that are in memory: all that have ever started are. */
  Collection<LiveRun> inMemory() {
    return Collections.unmodifiableCollection(resident);
  }

  int size() {
    return resident.size() + shelved.size();
  }

  /** How many of them are on the shelf. */
  int shelved() {
    return shelved.size();
  }

  void clear() {
    resident.clear();
    shelved.clear();
    visitors.clear();
    forgetWindow();
  }

  private void forgetWindow() {
    mostDelayed = (int) Math.min(Integer.MAX_VALUE, 2L * window);
  }

  /** Somebody who needed a run in memory has gone. */
  void leave(LiveRun run) {
    visitors.add(run);
  }

  /** Makes sure that the first run of each sub-queue is in memory. */
  void bringBackFirst() {
    while (engine.queues.isStarving()) {
      bringBack(engine.queues.wanted(AT_ONCE), false);
    }
  }

  /**
   * Makes sure that the timer which is due next is in memory.
   *
   * @param atMost how many runs are brought back at once
   */
  void bringBackDue(long now, int atMost) {
    if (engine.timers.isFarDue(now)) {
      bringBack(engine.timers.far(now + SOON, Math.min(atMost, AT_ONCE)), false);
    }
  }

  private void bringBack(List<Long> ids, boolean visit) {
    if (ids.isEmpty()) {
      return;
    }
    List<LiveRow> found = rows.apply(ids);
    if (found.size() != ids.size()) {
      throw new IllegalStateException(
          "broken invariant: of "
              + ids.size()
              + " runs the store has "
              + found.size()
              + ": "
              + ids);
    }
    for (LiveRow row : found) {
      LiveRun run = bringBack(row);
      if (visit) {
        visitors.add(run);
      }
    }
  }

  private LiveRun bringBack(LiveRow row) {
    LiveRun run = new LiveRun(row, LiveRun.stateOf(row));
    run.stored = true;
    run.mayHaveKeys = true; // the store knows
    run.weight = engine.machines.weight(run.machine);
    if (!shelved.remove(run.id())) {
      throw new IllegalStateException("broken invariant: " + run + " was not on the shelf");
    }
    resident.put(run);
    if (run.state instanceof RunState.Queued) {
      engine.queues.unshelve(run, run.queue, run.concurrencyKey);
    } else {
      engine.counts.recounted(run);
    }
    if (run.timerAt() != Micros.NEVER) {
      engine.timers.unshelve(run);
    }
    return run;
  }

  /**
   * Shelves what need not be in memory, now that a turn is stored and over.
   *
   * @param changed the runs that it has changed
   */
  void settle(Collection<LiveRun> changed) {
    changed.forEach(this::shelveIfBehind);
    visitors.forEach(this::shelveIfBehind);
    visitors.clear();
    engine.queues.shorten(ready -> ready instanceof LiveRun run && letGo(run));
    if (engine.counts.delayed() - engine.timers.farDelayed() > mostDelayed) {
      shortenDelayed();
    }
  }

  private void shelveIfBehind(LiveRun run) {
    if (engine.queues.isBehind(run)) {
      if (letGo(run)) {
        engine.queues.shelve(run);
      }
    } else if (engine.timers.isBehind(run)) {
      letGo(run);
    }
  }

  private void shortenDelayed() {
    List<LiveRun> delayed =
        new ArrayList<>(
            resident.stream().filter(run -> run.state instanceof RunState.Delayed).toList());
    delayed.sort(BY_DUE_TIME);
    int left = delayed.size();
    for (LiveRun run : delayed.subList(Math.min(window, left), delayed.size())) {
      if (letGo(run)) {
        left--;
      }
    }
    // Where little could be shelved, trying again for each run that comes would cost too much.
    mostDelayed = (int) Math.clamp(2L * left, 2L * window, Integer.MAX_VALUE);
  }

  /** Forgets a run but for its places, its place in the queue apart; false where it may not. */
  private boolean letGo(LiveRun run) {
    if (!mayBeShelved(run) || resident.get(run.id()) != run) {
      return false;
    }
    if (run.timerAt() != Micros.NEVER) {
      engine.timers.shelve(run);
    }
    run.leaveParent();
    resident.removeId(run.id());
    shelved.add(run.id());
    return true;
  }

  /** Whether the row of a run tells all that there is to know of it. */
  static boolean mayBeShelved(LiveRun run) {
    return (run.state instanceof RunState.Queued || run.state instanceof RunState.Delayed)
        && run.state.progress().attempt() == 0
        && run.stored
        && !run.dirty
        && run.attempt == null
        && run.debounceKey == null
        && run.waits.isEmpty()
        && run.waiters.isEmpty()
        && !run.isLinked();
  }
}
