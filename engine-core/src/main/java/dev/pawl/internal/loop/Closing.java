package dev.pawl.internal.loop;

import dev.pawl.PawlException;
import java.util.ArrayList;
import java.util.List;

/** Pauses, idleness and the end: when the engine starts nothing more, and who waits for that. */
final class Closing {
  private final EngineState engine;
  private final Attempts attempts;
  private final List<Reply<Boolean>> idleWaiters = new ArrayList<>();
  private final List<Command.Call<Boolean>> drainWaiters = new ArrayList<>();
  private boolean draining;
  private boolean stopAsked;
  private boolean stopping;

  Closing(EngineState engine, Attempts attempts) {
    this.engine = engine;
    this.attempts = attempts;
  }

  /** Whether no run is started any more. */
  boolean isDraining() {
    return draining;
  }

  /** Whether the turn that is under way, or a former one, was asked to be the last. */
  boolean isStopAsked() {
    return stopAsked;
  }

  /** Whether the last turn is over. */
  boolean isStopping() {
    return stopping;
  }

  void pause(Turn turn, Command.Pause command) {
    engine.started |= !command.paused();
    engine.queues.pause(command.paused() || draining);
    turn.answer(command.reply(), true);
  }

  void awaitIdle(Command.AwaitIdle command) {
    idleWaiters.add(command.reply());
  }

  void drain(Command.Drain command) {
    draining = true;
    engine.queues.pause(true);
    drainWaiters.add(command);
  }

  void cutOff(Turn turn, Command.CutOff command) {
    attempts.cutOff(turn);
    drainWaiters.add(command);
  }

  void stop(Turn turn, Command.Stop command) {
    stopAsked = true;
    attempts.stop(turn);
    turn.answer(command.reply(), true);
    turn.after(() -> stopping = true);
  }

  /** Ends without a last turn: what could not be stored is recovered. */
  void stopNow() {
    stopping = true;
  }

  /** Answers those whose condition holds now. */
  void answerWaiters(Turn turn) {
    idleWaiters.removeIf(Reply::isDone);
    if (!idleWaiters.isEmpty() && engine.queues.executing() == 0 && !engine.queues.mayStart()) {
      idleWaiters.forEach(reply -> turn.tell(reply, true));
      turn.after(idleWaiters::clear);
    }
    for (Command.Call<Boolean> waiter : drainWaiters) {
      Attempt except =
          waiter instanceof Command.Drain drain
              ? drain.except()
              : ((Command.CutOff) waiter).except();
      if (attempts.executingBesides(except) == 0) {
        turn.tell(waiter.reply(), true);
        turn.after(() -> drainWaiters.remove(waiter));
      }
    }
  }

  /** Who is answered by whichever turn finds that it is time. */
  List<Reply<?>> waiting() {
    List<Reply<?>> waiting = new ArrayList<>(idleWaiters);
    drainWaiters.forEach(waiter -> waiting.add(waiter.reply()));
    return waiting;
  }

  /** Nobody answers them any more. */
  void refuseAll(PawlException reason) {
    waiting().forEach(reply -> reply.fail(reason));
  }
}
