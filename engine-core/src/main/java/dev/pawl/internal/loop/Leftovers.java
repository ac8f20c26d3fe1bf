package dev.pawl.internal.loop;

import dev.pawl.spi.Micros;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bodies that were told to end, by a cancel, a time-out, a close, an exhausted heap or because they
 * are unloaded, and are still there. Unless it was parked, such a body keeps its slot until it
 * returns, since it may still use what the limit protects. One that does not return within a bound
 * is stuck: reported once, and counted.
 *
 * <p>The loop writes; any thread may read, also when the loop has ended.
 */
public final class Leftovers {
  private final Map<Attempt, Leftover> leftovers = new ConcurrentHashMap<>();
  private final EngineState engine;
  private final Bodies bodies;
  private final long stuckAfter;

  /** A body that was told to end. */
  public static final class Leftover implements Timed {
    private final Attempt attempt;
    private final long since;
    private final long stuckAt;
    private int timerPlace = dev.pawl.internal.queue.IndexedHeap.NOWHERE;

    private Leftover(Attempt attempt, long since, long stuckAfter) {
      this.attempt = attempt;
      this.since = since;
      this.stuckAt = since + stuckAfter;
    }

    /** Whose body it is. */
    public Attempt attempt() {
      return attempt;
    }

    /** When it was told to end, in microseconds. */
    public long since() {
      return since;
    }

    /** From when on it counts as stuck, in microseconds. */
    public long stuckAt() {
      return stuckAt;
    }

    @Override
    public long timerAt() {
      return stuckAt;
    }

    @Override
    public long timerTie() {
      return attempt.runId();
    }

    @Override
    public int timerPlace() {
      return timerPlace;
    }

    @Override
    public void timerPlace(int place) {
      timerPlace = place;
    }
  }

  Leftovers(EngineState engine, Bodies bodies, long stuckAfter) {
    this.engine = engine;
    this.bodies = bodies;
    this.stuckAfter = stuckAfter;
  }

  /** Every body that was told to end and whose end has not been heard of. */
  public List<Leftover> all() {
    return List.copyOf(leftovers.values());
  }

  /** A body is told to end when the turn is stored. The first time counts. */
  void add(Turn turn, Attempt attempt) {
    add(attempt, turn.now);
  }

  private void add(Attempt attempt, long now) {
    if (!leftovers.containsKey(attempt)) {
      Leftover leftover = new Leftover(attempt, now, stuckAfter);
      leftovers.put(attempt, leftover);
      engine.timers.add(leftover);
    }
  }

  /** A body has ended. */
  void gone(Attempt attempt) {
    Leftover leftover = leftovers.remove(attempt);
    if (leftover != null) {
      engine.timers.remove(leftover);
    }
  }

  /** A body is stuck. */
  void due(Turn turn, Leftover leftover) {
    turn.after(() -> bodies.reportStuck(leftover));
  }

  /**
   * Every timer was dropped. What was not stuck then is timed again.
   *
   * @param now the engine's time
   */
  void timeAgain(long now) {
    for (Leftover leftover : leftovers.values()) {
      if (leftover.stuckAt > now) {
        engine.timers.remove(leftover);
        engine.timers.add(leftover);
      }
    }
  }

  /** A body that a broken turn leaves behind; without effect where it ended meanwhile. */
  void addBroken(Attempt attempt, long now) {
    if (attempt.endedAt() == Micros.NEVER) {
      add(attempt, now);
    }
  }
}
