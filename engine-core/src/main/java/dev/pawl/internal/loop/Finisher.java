package dev.pawl.internal.loop;

import dev.pawl.PawlException;
import dev.pawl.RunCanceledException;
import dev.pawl.RunError;
import dev.pawl.RunStatus;
import dev.pawl.StaleAttemptException;
import dev.pawl.internal.lifecycle.Progress;
import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.StoredValue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends runs: the one routine for all seven terminal statuses, so that no way of ending can forget a
 * parent that waits. Result, slot, every waiting parent and batch, everybody outside who waits: all
 * in the commit of the turn.
 */
final class Finisher {
  private final EngineState engine;
  private final Transitions transitions;
  private final Waits waits;
  private final Bindings bindings;
  private final Pruner pruner;
  private final EndHooks hooks;
  private final OpenBatches openBatches;

  Finisher(
      EngineState engine,
      Transitions transitions,
      Waits waits,
      OpenBatches openBatches,
      Bindings bindings,
      Pruner pruner,
      EndHooks hooks) {
    this.engine = engine;
    this.transitions = transitions;
    this.waits = waits;
    this.openBatches = openBatches;
    this.bindings = bindings;
    this.pruner = pruner;
    this.hooks = hooks;
  }

  /**
   * Ends a run.
   *
   * @param output its encoded output, for {@code COMPLETED} alone
   * @param error why it ended, for every other status
   */
  void finish(
      Turn turn,
      LiveRun run,
      RunState.Ended end,
      @Nullable StoredValue output,
      @Nullable RunError error) {
    boolean endedByOthers =
        end.status() == RunStatus.CANCELED || end.status() == RunStatus.TIMED_OUT;
    boolean bodyStillRuns = run.state.holdsSlot() && endedByOthers;
    openBatches.abortOf(turn, run, "its run has ended " + end.status() + " before its last item");
    dismiss(turn, run, () -> reason(run, end, error));
    transitions.end(turn, run, end, bodyStillRuns);
    ResultRow result = result(run, end, output, error);
    turn.result(result);
    if (error != null) {
      FailureLog.ended(turn, run, end.status(), error);
    }
    bindings.ended(turn, run, end.status());
    pruner.ended(result);
    engine.live.remove(run);
    run.leaveParent();
    for (Waiter waiter : run.waiters) {
      tell(turn, waiter, result);
    }
    run.waiters.clear();
    if (hooks.wants(run.taskId)) {
      turn.oweHooks(run.id());
      turn.after(() -> hooks.ended(run.id()));
    }
  }

  /**
   * The attempt that is alive, if any, is no longer the current one: whatever its threads wait for
   * is refused.
   */
  void dismiss(Turn turn, LiveRun run, Supplier<PawlException> reason) {
    endAttempt(turn, run, reason);
    waits.abandonAll(turn, run, reason);
  }

  /**
   * The engine closes while the run is parked: as {@link #dismiss}, but what it waits for is still
   * in its row where that is written in the same turn, so that the next life waits for it.
   */
  void leave(Turn turn, LiveRun run, Supplier<PawlException> reason) {
    endAttempt(turn, run, reason);
    waits.refuseAll(turn, run, reason);
  }

  /** The run waits on, and its body is entered again, with its journal, when that is over. */
  void unload(Turn turn, LiveRun run, Supplier<PawlException> reason) {
    endAttempt(turn, run, reason);
    waits.goOnWithoutBody(turn, run, reason);
    run.replays = true;
  }

  private static void endAttempt(Turn turn, LiveRun run, Supplier<PawlException> reason) {
    Attempt attempt = run.attempt;
    if (attempt != null) {
      attempt.over = reason;
      run.attempt = null;
      for (Attempt.Join join : attempt.joins) {
        turn.refuse(join.reply(), reason.get());
      }
      attempt.joins.clear();
    }
  }

  private void tell(Turn turn, Waiter waiter, ResultRow result) {
    switch (waiter) {
      case Waiter.OpenWait wait -> waits.over(turn, wait, new WaitEnd.Finished(result));
      case Waiter.BatchCountdown countdown -> {
        countdown.remaining--;
        Waiter.OpenWait wait = countdown.wait;
        if (countdown.remaining == 0 && wait != null) {
          waits.over(turn, wait, new WaitEnd.Stored(wait.row.targetId()));
        }
      }
      case Waiter.Observer observer -> {
        engine.timers.remove(observer);
        turn.tell(observer.reply, new WaitEnd.Finished(result));
        turn.after(() -> engine.observers.remove(observer));
      }
    }
  }

  private static ResultRow result(
      LiveRun run, RunState.Ended end, @Nullable StoredValue output, @Nullable RunError error) {
    if ((output != null) != (end.status() == RunStatus.COMPLETED)
        || (output == null) == (error == null)) {
      throw new IllegalStateException(
          "broken invariant: " + run + " must end with an output if COMPLETED, else with an error");
    }
    Progress progress = end.progress();
    return new ResultRow(
        run.id(),
        end.status(),
        progress.attempt(),
        run.queuedAt,
        progress.started() ? progress.firstStartedAt() : Micros.NONE,
        progress.started() ? progress.startedAt() : Micros.NONE,
        end.finishedAt(),
        output,
        error);
  }

  private static PawlException reason(LiveRun run, RunState.Ended end, @Nullable RunError error) {
    return end.status() == RunStatus.CANCELED && error != null
        ? new RunCanceledException("this run was canceled: " + error.message())
        : new StaleAttemptException("this run has ended " + end.status() + "; " + run.taskId);
  }
}
