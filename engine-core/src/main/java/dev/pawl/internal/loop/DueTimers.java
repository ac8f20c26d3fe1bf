package dev.pawl.internal.loop;

import dev.pawl.internal.lifecycle.RunCommand;
import dev.pawl.internal.lifecycle.RunState;
import org.jspecify.annotations.Nullable;

/**
 * Does what is due: delays and retries that are over, runs that expire, waits and attempts whose
 * time is up.
 */
final class DueTimers {
  private final EngineState engine;
  private final Transitions transitions;
  private final Finisher finisher;
  private final Waits waits;
  private final Observers observers;
  private final Leftovers leftovers;
  private final ActiveTime activeTime;

  /** How many are fired in one turn at most. */
  private final int most;

  DueTimers(
      EngineState engine,
      Transitions transitions,
      Finisher finisher,
      Waits waits,
      Observers observers,
      Leftovers leftovers,
      ActiveTime activeTime,
      int most) {
    this.engine = engine;
    this.transitions = transitions;
    this.finisher = finisher;
    this.waits = waits;
    this.observers = observers;
    this.leftovers = leftovers;
    this.activeTime = activeTime;
    this.most = most;
  }

  void fire(Turn turn) {
    Timed due = next(turn.now, most);
    for (int fired = 0; due != null; due = next(turn.now, most - fired)) {
      switch (due) {
        case LiveRun run -> due(turn, run);
        case Waiter.OpenWait wait -> waits.timeOut(turn, wait);
        case Leftovers.Leftover leftover -> leftovers.due(turn, leftover);
        case Waiter.Observer observer -> observers.timeOut(turn, observer);
        default -> throw new IllegalStateException("broken invariant: unknown timer " + due);
      }
      if (++fired == most) {
        return; // the rest is due in the next turn, which does not wait
      }
    }
  }

  private @Nullable Timed next(long now, int left) {
    engine.live.bringBackDue(now, left);
    return engine.timers.due(now);
  }

  private void due(Turn turn, LiveRun run) {
    switch (run.state) {
      case RunState.Delayed delayed -> transitions.move(turn, run, new RunCommand.Enqueue(run.ttl));
      case RunState.Retrying retrying ->
          transitions.move(turn, run, new RunCommand.Enqueue(run.ttl));
      case RunState.Queued queued -> expire(turn, run);
      case RunState.PendingVersion pending -> expire(turn, run);
      case RunState.Executing executing -> activeTime.due(turn, run, run.timerAt());
      case RunState.Waiting waiting -> throw notTimed(run);
      case RunState.Ended ended -> throw notTimed(run);
    }
  }

  private void expire(Turn turn, LiveRun run) {
    if (transitions.decided(turn, run, new RunCommand.Expire()) instanceof RunState.Ended end) {
      finisher.finish(turn, run, end, null, Expiry.error(run));
    }
  }

  private static IllegalStateException notTimed(LiveRun run) {
    return new IllegalStateException("broken invariant: a timer was left behind by " + run);
  }
}
