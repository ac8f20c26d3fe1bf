package dev.pawl.internal.loop;

import dev.pawl.CancelOptions;
import dev.pawl.CancelResult;
import dev.pawl.RunError;
import dev.pawl.RunStatus;
import dev.pawl.internal.lifecycle.RunCommand;
import dev.pawl.internal.lifecycle.RunState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Cancels runs, and their children after them, all in one commit. */
final class Cancels {
  private final EngineState engine;
  private final Transitions transitions;
  private final Finisher finisher;
  private final Leftovers leftovers;
  private final Bodies bodies;

  Cancels(
      EngineState engine,
      Transitions transitions,
      Finisher finisher,
      Leftovers leftovers,
      Bodies bodies) {
    this.engine = engine;
    this.transitions = transitions;
    this.finisher = finisher;
    this.leftovers = leftovers;
    this.bodies = bodies;
  }

  void cancel(Turn turn, Command.Cancel command) {
    LiveRun run = engine.live.find(command.runId());
    if (run == null) {
      turn.answer(command.reply(), null);
      return;
    }
    RunError error = RunError.of(RunError.Code.CANCELED, command.options().reason());
    Deque<LiveRun> toCancel = new ArrayDeque<>(List.of(run));
    while (!toCancel.isEmpty()) {
      LiveRun next = toCancel.poll();
      if (!next.state.status().isTerminal()) {
        List<LiveRun> children = next.children();
        cancel(turn, next, error);
        children.stream()
            .filter(child -> isMeant(child, command.options().children()))
            .forEach(toCancel::add);
      }
    }
    turn.answer(command.reply(), new CancelResult(RunStatus.CANCELED, true));
  }

  private void cancel(Turn turn, LiveRun run, RunError error) {
    Attempt attempt = run.attempt;
    if (transitions.decided(turn, run, new RunCommand.Cancel()) instanceof RunState.Ended end) {
      finisher.finish(turn, run, end, null, error);
    }
    if (attempt != null) {
      leftovers.add(turn, attempt);
      turn.after(() -> bodies.cancel(attempt, "was canceled: " + error.message()));
    }
  }

  private static boolean isMeant(LiveRun child, CancelOptions.Children children) {
    return switch (children) {
      case ALL -> true;
      case AWAITED -> child.awaited;
      case NONE -> false;
    };
  }
}
