package dev.pawl.internal.loop;

import dev.pawl.IdempotencyConflictException;
import dev.pawl.LimitExceededException;
import dev.pawl.Limits;
import dev.pawl.PawlException;
import dev.pawl.Queue;
import dev.pawl.StaleAttemptException;
import dev.pawl.TriggerOutcome;
import dev.pawl.WaitCycleException;
import dev.pawl.internal.loop.Command.Triggered;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.QueueRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out triggers and waits. Everything that can be refused is refused before anything is
 * changed, so that a refused call leaves nothing behind, and a list of triggers is all or nothing.
 *
 * <p>The order is the reference's: is the caller's attempt alive, then limits, then the idempotency
 * key, and only on a miss the debounce key; so a hit never pushes a debounced run.
 */
final class Triggers {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private static final int LINEAGE_SHOWN = 10;

  private final EngineState engine;
  private final Runs runs;
  private final Bindings bindings;
  private final Waits waits;
  private final IdSource ids;
  private final Limits limits;

  Triggers(
      EngineState engine, Runs runs, Bindings bindings, Waits waits, IdSource ids, Limits limits) {
    this.engine = engine;
    this.runs = runs;
    this.bindings = bindings;
    this.waits = waits;
    this.ids = ids;
    this.limits = limits;
  }

  void trigger(Turn turn, Command.Trigger command) {
    Caller caller = command.caller();
    List<TriggerRequest> requests = List.of(command.request());
    if (refused(turn, caller, requests, false, command.reply())) {
      return;
    }
    LiveRun parent = caller == null ? null : caller.attempt().run;
    Triggered triggered = admit(turn, command.request(), new Runs.Origin(parent, false, 0, 0));
    if (caller != null) {
      record(turn, caller, triggered.runId(), 1);
    }
    turn.answer(command.reply(), triggered);
  }

  void triggerAndWait(Turn turn, Command.TriggerAndWait command) {
    Caller caller = command.caller();
    if (refused(turn, caller, List.of(command.request()), true, command.reply())) {
      return;
    }
    Runs.Origin origin = new Runs.Origin(caller.attempt().run, true, 0, 0);
    long runId = admit(turn, command.request(), origin).runId();
    int seq = record(turn, caller, runId, 1);
    waitFor(turn, caller, seq, runId, Micros.NEVER, command.reply());
  }

  void batchTriggerAndWait(Turn turn, Command.BatchTriggerAndWait command) {
    Caller caller = command.caller();
    List<TriggerRequest> requests = command.requests();
    if (refused(turn, caller, requests, true, command.reply())) {
      return;
    }
    LiveRun parent = caller.attempt().run;
    long batchId = ids.next(turn.now);
    List<BatchItemRow> items = new ArrayList<>(requests.size());
    for (TriggerRequest request : requests) {
      int index = items.size();
      long runId = admit(turn, request, new Runs.Origin(parent, true, batchId, index)).runId();
      items.add(new BatchItemRow(batchId, index, runId));
    }
    turn.batch(new BatchRow(batchId, parent.id(), items.size(), turn.now), items);
    int seq = record(turn, caller, batchId, items.size());
    List<Long> runIds = items.stream().map(BatchItemRow::runId).toList();
    waits.awaitBatch(turn, caller, seq, batchId, runIds, command.reply());
  }

  /** Waits for a run that exists, and records that where it is not recorded yet. */
  void awaitRun(Turn turn, Command.AwaitRun command) {
    Caller caller = command.caller();
    PawlException refusal = refusal(caller, 1);
    LiveRun target = engine.live.get(command.targetId());
    if (refusal == null && target != null) {
      refusal = cycle(caller, target);
    }
    if (refusal != null) {
      turn.refuse(command.reply(), refusal);
      return;
    }
    if (target == null) {
      turn.tell(command.reply(), new WaitEnd.Stored(command.targetId()));
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
    PawlException refusal = refusal(caller, 0);
    for (long runId : command.runIds()) {
      LiveRun target = engine.live.get(runId);
      if (refusal == null && target != null) {
        refusal = cycle(caller, target);
      }
    }
    if (refusal != null) {
      turn.refuse(command.reply(), refusal);
      return;
    }
    waits.awaitBatch(
        turn, caller, command.seq(), command.batchId(), command.runIds(), command.reply());
  }

  void resetKey(Turn turn, Command.ResetKey command) {
    turn.answer(command.reply(), bindings.unbind(turn, command.key()) ? 1 : 0);
  }

  /** Sets a queue's limit where it differs from the present one: the last writer wins. */
  void declareQueue(Turn turn, Queue queue) {
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

  /**
   * What a trigger that is not refused comes to: a run that its key names, one that is delayed, or
   * a new one.
   */
  private Triggered admit(Turn turn, TriggerRequest request, Runs.Origin origin) {
    TriggerRequest.Key key = request.key();
    BindingRow bound = key == null ? null : bindings.find(turn, key.id());
    if (bound != null) {
      boolean differs = bound.payloadHash() != request.payloadHash();
      if (differs) {
        turn.after(() -> warnOfOtherPayload(request, bound));
      }
      return new Triggered(bound.runId(), TriggerOutcome.DEDUPLICATED, differs);
    }
    LiveRun pushed = runs.push(turn, request);
    if (pushed != null) {
      bind(turn, request, pushed.id());
      return new Triggered(pushed.id(), TriggerOutcome.DEBOUNCED, false);
    }
    declareQueue(turn, request.queue());
    LiveRun run = runs.create(turn, ids.next(turn.now), request, origin);
    bind(turn, request, run.id());
    return new Triggered(run.id(), TriggerOutcome.CREATED, false);
  }

  private void bind(Turn turn, TriggerRequest request, long runId) {
    TriggerRequest.Key key = request.key();
    if (key != null) {
      bindings.bind(
          turn, new BindingRow(key.id(), runId, turn.now + key.ttl(), request.payloadHash()));
    }
  }

  private static void warnOfOtherPayload(TriggerRequest request, BindingRow bound) {
    log.warn(
        "an idempotency key of task \"{}\" was used again with another payload; run {} with the first one is returned",
        request.taskId(),
        Ids.run(bound.runId()));
  }

  private void waitFor(
      Turn turn, Caller caller, int seq, long runId, long deadline, Reply<WaitEnd> reply) {
    LiveRun target = engine.live.get(runId);
    if (target == null) {
      turn.tell(reply, new WaitEnd.Stored(runId));
    } else {
      waits.awaitRun(turn, caller, seq, target, deadline, reply);
    }
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

  /**
   * Whether the triggers cannot be carried out; if so the reply says why, and nothing is changed.
   */
  private boolean refused(
      Turn turn,
      @Nullable Caller caller,
      List<TriggerRequest> requests,
      boolean waiting,
      Reply<?> reply) {
    PawlException reason = caller == null ? null : refusal(caller, requests.size());
    if (reason == null) {
      reason = keyRefusal(turn, waiting ? caller : null, requests);
    }
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
      return new StaleAttemptException("the body of this run has returned already");
    }
    if (children > 0 && run.depth >= limits.maxDepth()) {
      return new LimitExceededException(
          "a child of run "
              + Ids.run(run.id())
              + " of task \""
              + run.taskId
              + "\" would lie deeper than"
              + " maxDepth "
              + limits.maxDepth()
              + "; lineage, nearest first: "
              + lineage(run));
    }
    if (run.journalSize + children > limits.maxChildrenPerRun()) {
      return new LimitExceededException(
          "run "
              + Ids.run(run.id())
              + " of task \""
              + run.taskId
              + "\" would have more children than"
              + " maxChildrenPerRun "
              + limits.maxChildrenPerRun());
    }
    return null;
  }

  /**
   * Whether a key names a run that must not be returned: one with another payload, or one that
   * waits for the caller.
   */
  private @Nullable PawlException keyRefusal(
      Turn turn, @Nullable Caller waiting, List<TriggerRequest> requests) {
    Map<BindingRow.Key, Long> earlierItems = new HashMap<>();
    for (TriggerRequest request : requests) {
      TriggerRequest.Key key = request.key();
      if (key != null) {
        BindingRow bound = bindings.find(turn, key.id());
        Long payloadHash =
            bound != null
                ? Long.valueOf(bound.payloadHash())
                : earlierItems.putIfAbsent(key.id(), request.payloadHash());
        if (key.rejectsConflict() && payloadHash != null && payloadHash != request.payloadHash()) {
          return new IdempotencyConflictException(
              "the idempotency key \""
                  + key.text()
                  + "\" of task \""
                  + request.taskId()
                  + "\" names a run with another payload"
                  + (bound == null
                      ? ", an earlier item of the batch"
                      : ": " + Ids.run(bound.runId())));
        }
        LiveRun target = bound == null ? null : engine.live.get(bound.runId());
        PawlException cycle = target == null || waiting == null ? null : cycle(waiting, target);
        if (cycle != null) {
          return cycle;
        }
      }
    }
    return null;
  }

  private static @Nullable PawlException cycle(Caller caller, LiveRun target) {
    String cycle = WaitGraph.cycle(caller.attempt().run, target);
    return cycle == null ? null : new WaitCycleException("a wait without an end: " + cycle);
  }

  private String lineage(LiveRun run) {
    StringBuilder chain = new StringBuilder();
    LiveRun ancestor = run;
    for (int shown = 0; ancestor != null && shown < LINEAGE_SHOWN; shown++) {
      chain.append(shown == 0 ? "" : " < ").append(ancestor.taskId);
      ancestor = engine.live.get(ancestor.parentId);
    }
    return ancestor == null ? chain.toString() : chain.append(" < …").toString();
  }
}
