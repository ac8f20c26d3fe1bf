package dev.pawl.internal.loop;

import dev.pawl.internal.lifecycle.Decision;
import dev.pawl.internal.lifecycle.Lifecycle;
import dev.pawl.internal.lifecycle.RunCommand;
import dev.pawl.internal.lifecycle.RunState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves runs from state to state, as {@link Lifecycle} decides, and keeps queues, slots and timers
 * in line with their states. Nothing else assigns a run's state.
 */
final class Transitions {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private final EngineState engine;

  Transitions(EngineState engine) {
    this.engine = engine;
  }

  /** Decides, without moving. */
  Decision decide(Turn turn, LiveRun run, RunCommand command) {
    return Lifecycle.decide(run.state, command, turn.now);
  }

  /** Where a command that cannot be refused where it is given leads; does not move. */
  RunState decided(Turn turn, LiveRun run, RunCommand command) {
    return switch (decide(turn, run, command)) {
      case Decision.To to -> to.next();
      case Decision.Refused refused ->
          throw new IllegalStateException(
              "broken invariant: " + run + " was given " + command + ", but " + refused.why());
    };
  }

  /** Moves a run by a command that cannot be refused where it is given, and does not end it. */
  void move(Turn turn, LiveRun run, RunCommand command) {
    move(turn, run, decided(turn, run, command));
  }

  /** Moves a run to a state that was decided, other than an ended one. */
  void move(Turn turn, LiveRun run, RunState next) {
    if (next.status().isTerminal()) {
      throw new IllegalStateException("broken invariant: " + run + " may only end by finish");
    }
    leave(run);
    run.stopCounting(turn.now, next instanceof RunState.Waiting);
    RunState former = run.state;
    run.state = next;
    tell(turn, run, former);
    if (!next.holdsSlot()) {
      engine.queues.release(run);
    }
    enter(turn, run);
    turn.dirty(run);
  }

  /**
   * Moves a run to its end.
   *
   * @param keepsSlot whether its body still runs, so that its slot stays taken until {@link
   *     #bodyGone}
   */
  void end(Turn turn, LiveRun run, RunState.Ended next, boolean keepsSlot) {
    leave(run);
    engine.freeDebounce(run);
    RunState former = run.state;
    run.state = next;
    tell(turn, run, former);
    if (!keepsSlot) {
      engine.queues.release(run);
    }
    engine.counts.update(run);
    turn.dirty(run);
  }

  /** The body of a run that ended before it has gone at last. */
  void bodyGone(LiveRun run) {
    engine.queues.release(run);
  }

  /** Puts a run where its state belongs: into its queue, among the held, into the timers. */
  void enter(Turn turn, LiveRun run) {
    if (isReady(run.state)) {
      if (run.queuedAt == dev.pawl.spi.Micros.NONE) {
        run.queuedAt = turn.now;
      }
      if (run.attempt == null && !engine.canRun(run)) {
        RunState former = run.state;
        run.state = decided(turn, run, new RunCommand.Hold());
        tell(turn, run, former);
        engine.hold(run);
        reportHeld(run);
      } else {
        run.weight = engine.machines.weight(run.machine);
        engine.queues.enqueue(run, run.queue, run.concurrencyKey);
      }
    }
    if (run.isParkedWithBody()) {
      engine.parked.add(run);
    }
    if (run.state instanceof RunState.Delayed) {
      engine.bindDebounce(run);
    } else {
      engine.freeDebounce(run);
    }
    if (run.timerAt() != RunState.NEVER) {
      engine.timers.add(run);
    }
    engine.counts.update(run);
  }

  private void tell(Turn turn, LiveRun run, RunState former) {
    int attempt = run.state.progress().attempt();
    if (run.state.status() != former.status() || attempt != former.progress().attempt()) {
      engine.events.changed(turn, run, former.status(), run.state.status(), attempt);
    }
  }

  private void reportHeld(LiveRun run) {
    if (engine.reported != null && engine.reported.add(run.taskId)) {
      log.warn(
          "run {} is PENDING_VERSION: {}; it goes on when that is there, and so do others of its"
              + " task, of which nothing more is logged",
          Ids.run(run.id()),
          engine.registered.contains(run.taskId)
              ? "this engine has no lane \"" + run.region + "\""
              : "its task \"" + run.taskId + "\" is not registered");
    }
  }

  private void leave(LiveRun run) {
    engine.timers.remove(run);
    engine.queues.remove(run);
    engine.parked.remove(run);
    if (run.state instanceof RunState.PendingVersion) {
      engine.unhold(run);
    }
  }

  private static boolean isReady(RunState state) {
    return switch (state) {
      case RunState.Queued queued -> true;
      case RunState.Waiting waiting -> waiting.ready();
      default -> false;
    };
  }
}
