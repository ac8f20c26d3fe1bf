package dev.pawl.internal.loop;

import dev.pawl.LimitExceededException;
import dev.pawl.Limits;
import dev.pawl.PawlException;
import dev.pawl.internal.admission.Admission;
import dev.pawl.internal.lifecycle.RunState;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.RunRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates runs. Everything that can be refused is refused before anything is changed. */
final class Triggers {
  private final EngineState engine;
  private final Transitions transitions;
  private final Waits waits;
  private final IdSource ids;
  private final Limits limits;

  Triggers(EngineState engine, Transitions transitions, Waits waits, IdSource ids, Limits limits) {
    this.engine = engine;
    this.transitions = transitions;
    this.waits = waits;
    this.ids = ids;
    this.limits = limits;
  }

  void trigger(Turn turn, Command.Trigger command) {
    Caller caller = command.caller();
    if (caller == null) {
      turn.answer(command.reply(), create(turn, command.request(), null, false).id());
      return;
    }
    if (refused(turn, caller, 1, command.reply())) {
      return;
    }
    LiveRun parent = caller.attempt().run;
    LiveRun child = create(turn, command.request(), parent, false);
    record(turn, caller, child.id(), 1);
    turn.answer(command.reply(), child.id());
  }

  void triggerAndWait(Turn turn, Command.TriggerAndWait command) {
    Caller caller = command.caller();
    if (refused(turn, caller, 1, command.reply())) {
      return;
    }
    LiveRun child = create(turn, command.request(), caller.attempt().run, true);
    int seq = record(turn, caller, child.id(), 1);
    waits.awaitRun(turn, caller, seq, child, Micros.NEVER, command.reply());
  }

  void batchTriggerAndWait(Turn turn, Command.BatchTriggerAndWait command) {
    Caller caller = command.caller();
    List<TriggerRequest> requests = command.requests();
    if (refused(turn, caller, requests.size(), command.reply())) {
      return;
    }
    LiveRun parent = caller.attempt().run;
    long batchId = ids.next(turn.now);
    List<BatchItemRow> items = new ArrayList<>(requests.size());
    for (TriggerRequest request : requests) {
      LiveRun child = create(turn, request, parent, true, batchId, items.size());
      items.add(new BatchItemRow(batchId, items.size(), child.id()));
    }
    turn.batch(new BatchRow(batchId, parent.id(), items.size(), turn.now), items);
    int seq = record(turn, caller, batchId, items.size());
    waits.awaitBatch(
        turn,
        caller,
        seq,
        batchId,
        items.stream().map(BatchItemRow::runId).toList(),
        command.reply());
  }

  /** Waits for a run that exists, and records that where it is not recorded yet. */
  void awaitRun(Turn turn, Command.AwaitRun command) {
    Caller caller = command.caller();
    if (refused(turn, caller, 0, command.reply())) {
      return;
    }
    LiveRun target = engine.live.get(command.targetId());
    if (target == null) {
      turn.tell(command.reply(), new WaitEnd.Stored(command.targetId()));
      return;
    }
    if (target == caller.attempt().run) {
      turn.refuse(
          command.reply(), new dev.pawl.IllegalRunStateException("a run cannot wait for itself"));
      return;
    }
    int seq =
        command.seq() == Command.NOT_RECORDED
            ? record(turn, caller, target.id(), 1)
            : command.seq();
    long deadline = command.timeout() == Micros.NEVER ? Micros.NEVER : turn.now + command.timeout();
    waits.awaitRun(turn, caller, seq, target, deadline, command.reply());
  }

  /** Waits again for a batch whose wait is recorded. */
  void awaitBatch(Turn turn, Command.AwaitBatch command) {
    Caller caller = command.caller();
    if (!refused(turn, caller, 0, command.reply())) {
      waits.awaitBatch(
          turn, caller, command.seq(), command.batchId(), command.runIds(), command.reply());
    }
  }

  /** Sets a queue's limit where it differs from the present one: the last writer wins. */
  void declareQueue(Turn turn, dev.pawl.Queue queue) {
    if (queue.concurrencyLimit().isEmpty()) {
      return;
    }
    int limit = queue.concurrencyLimit().getAsInt();
    QueueRow present =
        engine.queueRows.getOrDefault(
            queue.name(),
            new QueueRow(queue.name(), QueueRow.UNLIMITED, QueueRow.UNLIMITED, false));
    if (present.concurrencyLimit() != limit) {
      QueueRow row = new QueueRow(queue.name(), limit, present.totalLimit(), present.paused());
      engine.queueRows.put(row.name(), row);
      engine.queues.configure(row.name(), limit, row.totalLimit(), row.paused());
      turn.queue(row);
    }
  }

  private LiveRun create(
      Turn turn, TriggerRequest request, @Nullable LiveRun parent, boolean awaited) {
    return create(turn, request, parent, awaited, 0, 0);
  }

  private LiveRun create(
      Turn turn,
      TriggerRequest request,
      @Nullable LiveRun parent,
      boolean awaited,
      long batchId,
      int batchIndex) {
    declareQueue(turn, request.queue());
    long due =
        request.delayUntil() == Micros.NONE ? turn.now + request.delay() : request.delayUntil();
    Admission admission =
        Admission.decide(
            due,
            request.ttl(),
            awaited && parent != null ? parent.queueTime : Admission.NOT_INHERITED,
            turn.now);
    long id = ids.next(turn.now);
    RunRow row = row(turn, id, request, admission, parent, batchId, batchIndex);
    LiveRun run = new LiveRun(live(row, admission, awaited), admission.state());
    run.payload = row.payload();
    engine.live.put(id, run);
    if (parent != null) {
      parent.adopt(run);
    }
    transitions.enter(turn, run);
    turn.create(row, run);
    return run;
  }

  private static RunRow row(
      Turn turn,
      long id,
      TriggerRequest request,
      Admission admission,
      @Nullable LiveRun parent,
      long batchId,
      int batchIndex) {
    return new RunRow(
        id,
        request.taskId(),
        request.payload(),
        turn.now,
        admission.state() instanceof RunState.Delayed ? admission.dueAt() : Micros.NONE,
        request.ttl(),
        request.maxAttempts(),
        request.priority(),
        request.queue().name(),
        request.concurrencyKey(),
        request.tags(),
        request.metadata(),
        parent == null ? 0 : parent.id(),
        parent == null ? id : parent.rootId,
        parent == null ? 0 : parent.depth + 1,
        batchId,
        batchIndex,
        request.replayOf());
  }

  private static LiveRow live(RunRow run, Admission admission, boolean awaited) {
    return new LiveRow(
        run.id(),
        admission.state().status(),
        run.taskId(),
        run.queue(),
        run.concurrencyKey(),
        run.priorityMicros(),
        admission.queueTime(),
        Micros.NONE,
        Micros.NONE,
        run.ttlMicros(),
        Micros.NONE,
        0,
        0,
        false,
        run.maxAttempts(),
        Micros.NONE,
        Micros.NONE,
        0,
        0,
        run.parentId(),
        run.rootId(),
        run.depth(),
        awaited,
        List.of());
  }

  /** Records a call of a body, in the commit that performs it. */
  private static int record(Turn turn, Caller caller, long targetId, int children) {
    LiveRun run = caller.attempt().run;
    int seq = run.journalSize;
    run.journalSize += Math.max(1, children);
    turn.journal(
        new JournalRow(
            run.id(),
            seq,
            run.generation,
            caller.kind(),
            caller.taskId(),
            caller.match(),
            targetId,
            false));
    return seq;
  }

  /** Whether a body may do what it asks for; if not, the reply says why and nothing is changed. */
  private boolean refused(Turn turn, Caller caller, int children, Reply<?> reply) {
    PawlException reason = refusal(caller, children);
    if (reason != null) {
      turn.refuse(reply, reason);
    }
    return reason != null;
  }

  private @Nullable PawlException refusal(Caller caller, int children) {
    Attempt attempt = caller.attempt();
    LiveRun run = attempt.run;
    if (attempt.over != null) {
      return attempt.over;
    }
    if (attempt.returning) {
      return new dev.pawl.StaleAttemptException("the body of this run has returned already");
    }
    if (children > 0 && run.depth >= limits.maxDepth()) {
      return new LimitExceededException(
          "a child of run "
              + run.id()
              + " of task \""
              + run.taskId
              + "\" would lie deeper than maxDepth "
              + limits.maxDepth()
              + "; lineage, nearest first: "
              + lineage(run));
    }
    if (run.journalSize + children > limits.maxChildrenPerRun()) {
      return new LimitExceededException(
          "run "
              + run.id()
              + " of task \""
              + run.taskId
              + "\" would have more children than"
              + " maxChildrenPerRun "
              + limits.maxChildrenPerRun());
    }
    return null;
  }

  private String lineage(LiveRun run) {
    StringBuilder chain = new StringBuilder();
    LiveRun ancestor = run;
    for (int shown = 0; ancestor != null && shown < 10; shown++) {
      chain.append(shown == 0 ? "" : " < ").append(ancestor.taskId);
      ancestor = engine.live.get(ancestor.parentId);
    }
    return ancestor == null ? chain.toString() : chain.append(" < …").toString();
  }
}
