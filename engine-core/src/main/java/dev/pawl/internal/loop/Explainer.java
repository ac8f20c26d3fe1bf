package dev.pawl.internal.loop;

import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.internal.queue.Hold;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is known of a run. Changes nothing. */
final class Explainer {
  /** Counting a backlog must not hold the loop up. */
  private static final int AHEAD_AT_MOST = 10_000;

  private final EngineState engine;

  Explainer(EngineState engine) {
    this.engine = engine;
  }

  /** Null is answered for a run that is not live. */
  void explain(Turn turn, Command.Explain command, boolean closing) {
    LiveRun run = engine.live.find(command.runId());
    turn.answer(command.reply(), run == null ? null : facts(turn, run, closing));
  }

  private Facts facts(Turn turn, LiveRun run, boolean closing) {
    List<Facts.Fact> facts = new ArrayList<>();
    gather(run, run.state, closing, facts);
    Attempt attempt = run.attempt;
    return new Facts(
        run.taskId,
        run.state.status(),
        turn.now,
        facts,
        changesAt(run),
        run.state.progress().attempt(),
        attempt == null ? null : attempt.scope());
  }

  private void gather(LiveRun run, RunState state, boolean closing, List<Facts.Fact> facts) {
    switch (state) {
      case RunState.Delayed delayed -> {
        facts.add(new Facts.Fact.DelayedUntil(delayed.dueAt()));
        if (run.debounceKey != null) {
          facts.add(new Facts.Fact.Debounced(run.debounceKey));
        }
      }
      case RunState.Queued queued -> {
        stands(run, closing, facts);
        if (queued.expiresAt() != RunState.NEVER) {
          facts.add(new Facts.Fact.Expires(queued.expiresAt()));
        }
      }
      case RunState.Retrying retrying -> facts.add(new Facts.Fact.BacksOff(retrying.dueAt()));
      case RunState.Waiting waiting -> {
        if (waiting.ready()) {
          facts.add(new Facts.Fact.ReadyToGoOn());
          stands(run, closing, facts);
        } else {
          waits(run, facts);
        }
      }
      case RunState.Executing executing -> {
        facts.add(
            new Facts.Fact.Executes(
                executing.progress().attempt(),
                executing.progress().startedAt(),
                executing.progress().incarnation()));
        waits(run, facts);
      }
      case RunState.PendingVersion pending -> {
        facts.add(new Facts.Fact.TaskMissing());
        if (pending.held() instanceof RunState.Queued queued
            && queued.expiresAt() != RunState.NEVER) {
          facts.add(new Facts.Fact.Expires(queued.expiresAt()));
        }
      }
      case RunState.Ended ended ->
          throw new IllegalStateException("broken invariant: " + run + " is live and has ended");
    }
  }

  /** What keeps a run in its queue. */
  private void stands(LiveRun run, boolean closing, List<Facts.Fact> facts) {
    List<Hold> holds = engine.queues.holds(run);
    for (Hold hold : holds) {
      facts.add(
          hold.kind() == Hold.Kind.PAUSED
              ? new Facts.Fact.NothingStarts(whyNothingStarts(closing))
              : new Facts.Fact.Held(hold));
    }
    int ahead = engine.queues.ahead(run, AHEAD_AT_MOST);
    if (ahead > 0) {
      facts.add(new Facts.Fact.Ahead(run.queue, run.concurrencyKey, ahead, ahead == AHEAD_AT_MOST));
    } else if (holds.isEmpty()) {
      facts.add(new Facts.Fact.AboutToStart());
    }
  }

  private Facts.Fact.NothingStarts.Why whyNothingStarts(boolean closing) {
    if (closing) {
      return Facts.Fact.NothingStarts.Why.CLOSING;
    }
    return engine.started
        ? Facts.Fact.NothingStarts.Why.PAUSED
        : Facts.Fact.NothingStarts.Why.NOT_STARTED;
  }

  private void waits(LiveRun run, List<Facts.Fact> facts) {
    for (Waiter.OpenWait wait : run.waits) {
      if (wait.isOpen()) {
        facts.add(wait(wait));
      }
    }
    Attempt attempt = run.attempt;
    if (attempt != null && !attempt.joins.isEmpty()) {
      facts.add(new Facts.Fact.WaitsForForks(attempt.joins.size()));
    }
  }

  private Facts.Fact wait(Waiter.OpenWait wait) {
    long targetId = wait.row.targetId();
    return switch (wait.row.kind()) {
      case RUN -> {
        LiveRun target = engine.live.find(targetId);
        yield new Facts.Fact.WaitsForRun(
            targetId,
            target == null ? null : target.taskId,
            target == null ? null : target.state.status(),
            wait.row.deadlineMicros());
      }
      case BATCH ->
          new Facts.Fact.WaitsForBatch(
              targetId, wait.countdown == null ? 0 : wait.countdown.remaining);
    };
  }

  private static long changesAt(LiveRun run) {
    long at = run.timerAt();
    for (Waiter.OpenWait wait : run.waits) {
      if (wait.isOpen() && wait.hasDeadline()) {
        at = Math.min(at, wait.row.deadlineMicros());
      }
    }
    return at;
  }
}
