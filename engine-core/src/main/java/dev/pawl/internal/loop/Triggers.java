package dev.pawl.internal.loop;

import dev.pawl.IdempotencyConflictException;
import dev.pawl.LimitExceededException;
import dev.pawl.Limits;
import dev.pawl.PawlException;
import dev.pawl.RateLimit;
import dev.pawl.RateLimitException;
import dev.pawl.StaleAttemptException;
import dev.pawl.TriggerOutcome;
import dev.pawl.WaitCycleException;
import dev.pawl.internal.admission.TokenBucket;
import dev.pawl.internal.loop.Command.Triggered;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.Micros;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out triggers and waits. Everything that can be refused is refused before anything is
 * changed, so that a refused call leaves nothing behind, and a list of triggers is all or nothing.
 *
 * <p>The order is the reference's: is the caller's attempt alive, then limits, then the idempotency
 * key, and only on a miss the length of the queue and the debounce key; so a hit never pushes a
 * debounced run, and is never refused for want of room.
 */
final class Triggers {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private static final int LINEAGE_SHOWN = 10;

  private final EngineState engine;
  private final Runs runs;
  private final Bindings bindings;
  private final Waits waits;
  private final QueueSettings queueSettings;
  private final QueueBound queueBound;
  private final IdSource ids;
  private final Limits limits;
  private final @Nullable TokenBucket rate;
  private final WaitGraph graph;

  Triggers(
      EngineState engine,
      Runs runs,
      Bindings bindings,
      Waits waits,
      QueueSettings queueSettings,
      QueueBound queueBound,
      IdSource ids,
      Limits limits) {
    this.engine = engine;
    this.runs = runs;
    this.bindings = bindings;
    this.waits = waits;
    this.queueSettings = queueSettings;
    this.queueBound = queueBound;
    this.ids = ids;
    this.limits = limits;
    this.rate = bucket(limits.triggerRate());
    this.graph = new WaitGraph(engine);
  }

  private static @Nullable TokenBucket bucket(@Nullable RateLimit limit) {
    return limit == null
        ? null
        : new TokenBucket(limit.burst(), limit.tokens(), Micros.of(limit.period()));
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
      record(turn, caller, triggered.runId(), triggered.answer(), 1);
    }
    turn.answer(command.reply(), triggered);
  }

  void triggerAndWait(Turn turn, Command.TriggerAndWait command) {
    Caller caller = command.caller();
    if (refused(turn, caller, List.of(command.request()), true, command.reply())) {
      return;
    }
    Runs.Origin origin = new Runs.Origin(caller.attempt().run, true, 0, 0);
    Triggered triggered = admit(turn, command.request(), origin);
    long runId = triggered.runId();
    int seq = record(turn, caller, runId, triggered.answer(), 1);
    waitFor(turn, caller, seq, runId, Micros.NEVER, command.reply());
  }

  /** Waits for a run that exists, and records that where it is not recorded yet. */
  void awaitRun(Turn turn, Command.AwaitRun command) {
    Caller caller = command.caller();
    boolean recorded = command.seq() != Command.NOT_RECORDED;
    PawlException refusal = refusal(caller, recorded ? 0 : 1);
    LiveRun target = engine.live.find(command.targetId());
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
        recorded ? command.seq() : record(turn, caller, target.id(), JournalRow.Answer.DONE, 1);
    long deadline = command.timeout() == Micros.NEVER ? Micros.NEVER : turn.now + command.timeout();
    waits.awaitRun(
        turn,
        caller,
        seq,
        target,
        recorded ? caller.attempt().deadline(seq, deadline) : deadline,
        command.reply());
  }

  /** Waits for a batch that exists, and whose wait is recorded. */
  void awaitBatch(Turn turn, Command.AwaitBatch command) {
    Caller caller = command.caller();
    PawlException refusal = refusal(caller, 0);
    if (refusal != null) {
      turn.refuse(command.reply(), refusal);
      return;
    }
    OpenBatch open = engine.openBatches.get(command.batchId());
    List<Long> runIds = command.runIds();
    if (open != null) {
      PawlException cycle = streamCycle(caller, open);
      if (cycle != null) {
        turn.refuse(command.reply(), cycle);
      } else {
        waits.awaitClose(turn, caller, command.seq(), open, command.reply());
      }
    } else if (runIds == null) {
      turn.tell(command.reply(), new WaitEnd.LookAgain(command.batchId(), command.seq()));
    } else {
      awaitBatch(turn, command, runIds);
    }
  }

  /**
   * Whether a batch would never be closed, because the run that streams it waits for the caller, or
   * is the caller.
   */
  private @Nullable PawlException streamCycle(Caller caller, OpenBatch open) {
    LiveRun owner = engine.live.resident(open.parentId);
    if (owner == null) {
      return null;
    }
    boolean isAboutToWait = caller.attempt() == owner.attempt && caller.counted();
    return WaitGraph.restsWith(owner, open, isAboutToWait) ? cycle(caller, owner) : null;
  }

  private void awaitBatch(Turn turn, Command.AwaitBatch command, List<Long> runIds) {
    Caller caller = command.caller();
    PawlException cycle = cycle(caller, runIds);
    if (cycle != null) {
      turn.refuse(command.reply(), cycle);
      return;
    }
    Waiter.BatchCountdown countdown = new Waiter.BatchCountdown(caller.attempt().run);
    engine.live.fetch(runIds);
    runIds.forEach(runId -> waits.count(countdown, runId));
    waits.awaitCountdown(
        turn, caller, command.seq(), command.batchId(), countdown, command.reply());
  }

  /**
   * Whether one of these runs waits for the caller, who is going to wait for them. One that is not
   * in memory waits for nobody.
   */
  @Nullable PawlException cycle(Caller caller, List<Long> runIds) {
    for (long runId : runIds) {
      LiveRun target = engine.live.resident(runId);
      PawlException cycle = target == null ? null : cycle(caller, target);
      if (cycle != null) {
        return cycle;
      }
    }
    return null;
  }

  void resetKey(Turn turn, Command.ResetKey command) {
    int runs = bindings.unbind(turn, command.key()) ? 1 : 0;
    int batches = bindings.unbindBatch(turn, command.batchKey()) ? 1 : 0;
    turn.answer(command.reply(), runs + batches);
  }

  /**
   * What a trigger that is not refused comes to: a run that its key names, one that is delayed, or
   * a new one.
   */
  Triggered admit(Turn turn, TriggerRequest request, Runs.Origin origin) {
    TriggerRequest.Key key = request.key();
    BindingRow bound = key == null ? null : bindings.find(turn, key.id());
    if (bound != null) {
      boolean differs = bound.payloadHash() != request.payloadHash();
      if (differs) {
        turn.after(() -> warnOfOtherPayload(request, bound));
      }
      tally(turn, request, TriggerOutcome.DEDUPLICATED);
      return new Triggered(bound.runId(), TriggerOutcome.DEDUPLICATED, differs);
    }
    LiveRun pushed = runs.push(turn, request);
    if (pushed != null) {
      bind(turn, request, pushed.id());
      tally(turn, request, TriggerOutcome.DEBOUNCED);
      return new Triggered(pushed.id(), TriggerOutcome.DEBOUNCED, false);
    }
    if (request.declaresQueue()) {
      queueSettings.declare(turn, request.queue());
    }
    LiveRun run = runs.create(turn, ids.next(turn.now), request, origin);
    bind(turn, request, run.id());
    tally(turn, request, TriggerOutcome.CREATED);
    return new Triggered(run.id(), TriggerOutcome.CREATED, false);
  }

  private void tally(Turn turn, TriggerRequest request, TriggerOutcome outcome) {
    if (engine.tally.counts()) {
      turn.tell(() -> engine.tally.triggered(request.taskId(), outcome));
    }
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
    LiveRun target = engine.live.find(runId);
    if (target == null) {
      turn.tell(reply, new WaitEnd.Stored(runId));
    } else {
      waits.awaitRun(turn, caller, seq, target, deadline, reply);
    }
  }

  /** Records a call of a body, in the commit that performs it. */
  static int record(
      Turn turn, Caller caller, long targetId, JournalRow.Answer answer, int children) {
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
            answer));
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
      reason = requestRefusal(turn, waiting ? caller : null, requests, false);
    }
    if (reason != null) {
      turn.refuse(reply, reason);
    }
    return reason != null;
  }

  /**
   * Why these requests cannot be carried out, whoever makes them.
   *
   * @param waiting who waits for their runs, or null
   * @param batch whether they are items of a batch, so that the message says which of them
   */
  @Nullable PawlException requestRefusal(
      Turn turn, @Nullable Caller waiting, List<TriggerRequest> requests, boolean batch) {
    PawlException reason = keyRefusal(turn, waiting, requests, batch);
    if (reason == null) {
      reason = queueBound.refusal(turn, requests);
    }
    // Last, since it takes tokens: a call that is refused for anything else must not use them up.
    return reason == null ? rateRefusal(turn, requests.size()) : reason;
  }

  @Nullable PawlException refusal(Caller caller, int children) {
    Attempt attempt = caller.attempt();
    LiveRun run = attempt.run;
    Supplier<PawlException> over = attempt.over;
    if (over != null) {
      return over.get();
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
   *
   * @param batch whether the requests are items of a batch, so that the message says which of them
   */
  private @Nullable PawlException keyRefusal(
      Turn turn, @Nullable Caller waiting, List<TriggerRequest> requests, boolean batch) {
    Map<BindingRow.Key, Long> earlierItems = new HashMap<>();
    for (int index = 0; index < requests.size(); index++) {
      TriggerRequest request = requests.get(index);
      String item = batch ? "item " + index + ": " : "";
      TriggerRequest.Key key = request.key();
      if (key != null) {
        BindingRow bound = bindings.find(turn, key.id());
        Long payloadHash =
            bound != null
                ? Long.valueOf(bound.payloadHash())
                : earlierItems.putIfAbsent(key.id(), request.payloadHash());
        if (key.rejectsConflict() && payloadHash != null && payloadHash != request.payloadHash()) {
          return new IdempotencyConflictException(
              item
                  + "the idempotency key \""
                  + key.text()
                  + "\" of task \""
                  + request.taskId()
                  + "\" names a run with another payload"
                  + (bound == null
                      ? ", an earlier item of the batch"
                      : ": " + Ids.run(bound.runId())));
        }
        LiveRun target = bound == null ? null : engine.live.resident(bound.runId());
        PawlException cycle = target == null || waiting == null ? null : cycle(waiting, target);
        if (cycle != null) {
          return cycle;
        }
      }
    }
    return null;
  }

  /** Takes a token for each run; where there are too few, takes none and says so. */
  private @Nullable PawlException rateRefusal(Turn turn, int runs) {
    if (rate == null || runs == 0) {
      return null;
    }
    if (runs > rate.burst()) {
      return new LimitExceededException(
          runs + " runs at once can never pass the triggerRate, whose burst is " + rate.burst());
    }
    long wait = rate.take(runs, turn.now);
    return wait == 0
        ? null
        : new RateLimitException(
            "more runs are triggered than the triggerRate lets through; "
                + Micros.duration(wait)
                + " from now there is room for this call",
            Micros.duration(wait));
  }

  private @Nullable PawlException cycle(Caller caller, LiveRun target) {
    String cycle = graph.cycle(caller.attempt().run, target, caller.counted());
    return cycle == null ? null : new WaitCycleException("a wait without an end: " + cycle);
  }

  private String lineage(LiveRun run) {
    StringBuilder chain = new StringBuilder();
    LiveRun ancestor = run;
    for (int shown = 0; ancestor != null && shown < LINEAGE_SHOWN; shown++) {
      chain.append(shown == 0 ? "" : " < ").append(ancestor.taskId);
      ancestor = engine.live.resident(ancestor.parentId);
    }
    return ancestor == null ? chain.toString() : chain.append(" < …").toString();
  }
}
