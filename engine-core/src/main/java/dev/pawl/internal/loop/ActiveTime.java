package dev.pawl.internal.loop;

import dev.pawl.RunError;
import dev.pawl.internal.lifecycle.RunCommand;
import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.spi.Micros;

/**
 * How long attempts are active, and the end of those that are so for too long.
 *
 * <p>An attempt is active from the moment that its thread enters the body, or is answered after a
 * wait, until the run parks or the attempt ends. What comes before (a commit that took long, a lane
 * without a free thread, the reading of a journal) and what lies between (waits, queues, the death
 * of a process) does not count. An attempt that parked goes on counting where it left off, also in
 * another process; one that a closing engine cuts off is not charged for what was cut off; the next
 * attempt begins at zero.
 *
 * <p>A body that ended no later than its bound has ended in time, however late the loop hears of
 * it: it notes the time itself. A body that is still there at its bound is past it.
 */
final class ActiveTime {
  private final EngineState engine;
  private final EngineClock clock;
  private final Transitions transitions;
  private final Finisher finisher;
  private final Bodies bodies;
  private final Leftovers leftovers;

  ActiveTime(
      EngineState engine,
      EngineClock clock,
      Transitions transitions,
      Finisher finisher,
      Bodies bodies,
      Leftovers leftovers) {
    this.engine = engine;
    this.clock = clock;
    this.transitions = transitions;
    this.finisher = finisher;
    this.bodies = bodies;
    this.leftovers = leftovers;
  }

  /** The thread of an attempt is about to enter the body. */
  void entered(Turn turn, Attempt attempt) {
    if (attempt.over == null) {
      count(attempt.run, turn.now);
    }
  }

  /**
   * The threads of a parked attempt are answered when the turn is stored. The clock is read anew
   * then: how long the commit takes is not the body's doing.
   */
  void resumed(Turn turn, LiveRun run) {
    Attempt attempt = run.attempt;
    if (run.maxDuration > 0) {
      turn.after(
          () -> {
            if (attempt != null && attempt.over == null) {
              count(run, clock.now());
            }
          });
    }
  }

  private void count(LiveRun run, long now) {
    if (run.state instanceof RunState.Executing && run.maxDuration > 0) {
      engine.timers.remove(run);
      run.countActive(now);
      engine.timers.add(run);
    }
  }

  /**
   * The bound of an executing run is reached.
   *
   * @param bound when that was
   */
  void due(Turn turn, LiveRun run, long bound) {
    Attempt attempt = run.attempt;
    if (attempt != null && attempt.endedAt() <= bound) {
      return; // it has ended in time, and its report is on its way
    }
    RunError error =
        RunError.of(
            RunError.Code.TIMED_OUT,
            "attempt "
                + run.state.progress().attempt()
                + " was active for longer than its maxDuration of "
                + Micros.duration(run.maxDuration));
    if (transitions.decided(turn, run, new RunCommand.TimeOut()) instanceof RunState.Ended end) {
      finisher.finish(turn, run, end, null, error);
    }
    if (attempt != null) {
      leftovers.add(turn, attempt);
      turn.after(() -> bodies.cancel(attempt, "has timed out: " + error.message()));
    }
  }
}
