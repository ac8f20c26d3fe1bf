package dev.pawl.internal.loop;

import dev.pawl.PawlException;
import dev.pawl.internal.lifecycle.RunCommand;
import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.WaitRow;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits of runs: how they begin, park a run, end, and wake it.
 *
 * <p>A run is parked, and its slot free, when each of its threads waits. It is woken when one of
 * its waits is over: it stands in its queue then, at its old place, and its threads are answered
 * only once it has a slot again.
 */
final class Waits {
  private final EngineState engine;
  private final Transitions transitions;
  private final RunStore store;

  Waits(EngineState engine, Transitions transitions, RunStore store) {
    this.engine = engine;
    this.transitions = transitions;
    this.store = store;
  }

  /** A body's thread begins to wait for a run that is live. */
  void awaitRun(
      Turn turn, Caller caller, int seq, LiveRun target, long deadline, Reply<WaitEnd> reply) {
    Waiter.OpenWait wait =
        open(caller, new WaitRow(seq, WaitRow.Kind.RUN, target.id(), deadline), reply);
    target.addWaiter(wait);
    begin(turn, wait, caller.attempt());
  }

  /**
   * A body's thread begins to wait for a batch whose runs were counted; it is over at once where
   * none of them is live.
   */
  void awaitCountdown(
      Turn turn,
      Caller caller,
      int seq,
      long batchId,
      Waiter.BatchCountdown countdown,
      Reply<WaitEnd> reply) {
    if (countdown.remaining == 0) {
      turn.tell(reply, new WaitEnd.Stored(batchId));
      return;
    }
    Waiter.OpenWait wait = open(caller, batchWait(seq, batchId), reply);
    countdown.wait = wait;
    wait.countdown = countdown;
    begin(turn, wait, caller.attempt());
  }

  /** A body's thread begins to wait for a batch that lacks items: until it is closed. */
  void awaitClose(Turn turn, Caller caller, int seq, OpenBatch batch, Reply<WaitEnd> reply) {
    Waiter.OpenWait wait = open(caller, batchWait(seq, batch.id), reply);
    batch.closeWaits.add(wait);
    begin(turn, wait, caller.attempt());
  }

  private static WaitRow batchWait(int seq, long batchId) {
    return new WaitRow(seq, WaitRow.Kind.BATCH, batchId, Micros.NEVER);
  }

  /** Counts a run of a batch, unless it has ended, or was counted at another index. */
  void count(Waiter.BatchCountdown countdown, long runId) {
    @Nullable LiveRun run = engine.live.find(runId);
    // From the end: where it was counted, that was a moment ago, and thousands may wait for the
    // run.
    if (run != null && run.waiters.lastIndexOf(countdown) < 0) {
      run.addWaiter(countdown);
      countdown.remaining++;
    }
  }

  /**
   * A wait that the store tells of: nobody in this process waits, the body is to be entered again
   * when it is over.
   */
  void restore(Turn turn, LiveRun parent, WaitRow row) {
    JournalRow entry = recorded(parent, row);
    Waiter.OpenWait wait = new Waiter.OpenWait(parent, row, entry, null, false, null);
    parent.waits.add(wait);
    if (entry != null && entry.answer() == JournalRow.Answer.TIMED_OUT) {
      over(turn, wait, new WaitEnd.TimedOut());
    } else if (!attach(wait)) {
      over(turn, wait, new WaitEnd.Stored(row.targetId()));
    } else if (wait.hasDeadline()) {
      engine.timers.add(wait);
    }
  }

  /**
   * Wakes runs that wait for a batch, and by it for themselves: to be entered again, and to be
   * told. That happens only where a run was given a batch that lacked items, one of the items is
   * what waits for it, and the process died before the run could look at the closed batch.
   *
   * @param runs all whose waits were {@linkplain #restore restored}
   */
  void endCycles(Turn turn, Collection<LiveRun> runs) {
    WaitGraph graph = new WaitGraph(engine);
    for (LiveRun run : runs) {
      for (Waiter.OpenWait wait : List.copyOf(run.waits)) {
        if (wait.row.kind() == WaitRow.Kind.BATCH && wait.isOpen() && graph.hasCycle(run)) {
          over(turn, wait, new WaitEnd.Stored(wait.row.targetId()));
        }
      }
    }
  }

  /** A wait is over: answers it where its run executes, otherwise wakes the run. */
  void over(Turn turn, Waiter.OpenWait wait, WaitEnd end) {
    if (!wait.isOpen()) {
      return;
    }
    wait.end = end;
    engine.timers.remove(wait);
    LiveRun run = wait.parent;
    boolean needsSlot = wait.counted || wait.attempt == null;
    if (run.state instanceof RunState.Executing || !needsSlot) {
      answer(turn, wait, end);
    } else if (run.state instanceof RunState.Waiting waiting && !waiting.ready()) {
      transitions.move(turn, run, new RunCommand.Wake());
    }
    // Otherwise it is on its way to a slot already, and is answered with the others when it has it.
  }

  /** A wait's deadline has passed: recorded, so that a body that is run again is told the same. */
  void timeOut(Turn turn, Waiter.OpenWait wait) {
    JournalRow entry = wait.entry;
    if (entry != null) {
      turn.journal(timedOut(entry));
    }
    over(turn, wait, new WaitEnd.TimedOut());
  }

  /** A parked run has its slot: answers the threads whose waits are over. */
  void resume(Turn turn, LiveRun run) {
    for (Waiter.OpenWait wait : List.copyOf(run.waits)) {
      WaitEnd end = wait.end;
      if (end != null) {
        answer(turn, wait, end);
      }
    }
  }

  /** Nobody waits any more: the attempt is over, or is entered anew. */
  void abandonAll(Turn turn, LiveRun run, Supplier<PawlException> reason) {
    refuseAll(turn, run, reason);
    run.waits.clear();
  }

  /** Nobody waits any more in this process; what the run waits for stays, for the next one. */
  void refuseAll(Turn turn, LiveRun run, Supplier<PawlException> reason) {
    for (Waiter.OpenWait wait : run.waits) {
      wait.abandoned = true;
      engine.timers.remove(wait);
      Reply<WaitEnd> reply = wait.reply;
      if (reply != null) {
        turn.refuse(reply, reason.get());
      }
    }
  }

  /** The threads that wait are refused; what the run waits for stays, as if it were recovered. */
  void goOnWithoutBody(Turn turn, LiveRun run, Supplier<PawlException> reason) {
    for (Waiter.OpenWait wait : run.waits) {
      Reply<WaitEnd> reply = wait.reply;
      if (reply != null) {
        turn.refuse(reply, reason.get());
      }
      wait.attempt = null;
      wait.reply = null;
    }
  }

  /** Parks the run where each of its threads waits. */
  void parkIfAllWait(Turn turn, LiveRun run, Attempt attempt) {
    if (attempt.parked == attempt.threads && run.state instanceof RunState.Executing) {
      transitions.move(turn, run, new RunCommand.Park());
    }
  }

  private static Waiter.OpenWait open(Caller caller, WaitRow row, Reply<WaitEnd> reply) {
    LiveRun run = caller.attempt().run;
    JournalRow entry =
        row.deadlineMicros() == Micros.NEVER
            ? null
            : new JournalRow(
                run.id(),
                row.seq(),
                run.generation,
                caller.kind(),
                caller.taskId(),
                caller.match(),
                row.targetId(),
                JournalRow.Answer.DONE);
    return new Waiter.OpenWait(run, row, entry, caller.attempt(), caller.counted(), reply);
  }

  /** The journal entry of a wait that the store tells of, where it will be needed. */
  private @Nullable JournalRow recorded(LiveRun parent, WaitRow row) {
    return row.deadlineMicros() == Micros.NEVER
        ? null
        : store.journal(parent.id(), parent.generation).stream()
            .filter(entry -> entry.seq() == row.seq())
            .findFirst()
            .orElse(null);
  }

  private void begin(Turn turn, Waiter.OpenWait wait, Attempt attempt) {
    wait.parent.waits.add(wait);
    if (wait.hasDeadline()) {
      engine.timers.add(wait);
    }
    if (wait.counted) {
      attempt.parked++;
      parkIfAllWait(turn, wait.parent, attempt);
    }
  }

  private static void answer(Turn turn, Waiter.OpenWait wait, WaitEnd end) {
    wait.parent.waits.remove(wait);
    Attempt attempt = wait.attempt;
    if (attempt != null && wait.counted) {
      attempt.parked--;
    }
    Reply<WaitEnd> reply = wait.reply;
    if (reply != null) {
      turn.tell(reply, end);
    }
  }

  private boolean attach(Waiter.OpenWait wait) {
    return switch (wait.row.kind()) {
      case RUN -> {
        LiveRun target = engine.live.find(wait.row.targetId());
        if (target != null) {
          target.addWaiter(wait);
        }
        yield target != null;
      }
      case BATCH -> attachToBatch(wait);
    };
  }

  private boolean attachToBatch(Waiter.OpenWait wait) {
    long batchId = wait.row.targetId();
    OpenBatch open = engine.openBatches.get(batchId);
    if (open != null) {
      open.closeWaits.add(wait);
      return true;
    }
    Waiter.BatchCountdown countdown = new Waiter.BatchCountdown(wait.parent);
    countdown.wait = wait;
    wait.countdown = countdown;
    List<Long> runIds = new BatchReader(store).runIds(batchId);
    engine.live.fetch(runIds);
    for (long runId : runIds) {
      count(countdown, runId);
    }
    return countdown.remaining > 0;
  }

  private static JournalRow timedOut(JournalRow entry) {
    return new JournalRow(
        entry.runId(),
        entry.seq(),
        entry.generation(),
        entry.kind(),
        entry.taskId(),
        entry.match(),
        entry.targetId(),
        JournalRow.Answer.TIMED_OUT);
  }
}
