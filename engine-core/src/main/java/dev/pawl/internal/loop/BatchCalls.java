package dev.pawl.internal.loop;

import dev.pawl.EngineClosedException;
import dev.pawl.PawlException;
import dev.pawl.internal.loop.Command.BatchPart;
import dev.pawl.internal.loop.Command.Batched;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.JournalRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out batches. A list is one part; a stream is several, each a commit of its own: the first
 * makes the batch and is recorded, the last seals it. A part that is refused leaves nothing behind;
 * what becomes of the parts before it is for the one that streams to say.
 */
final class BatchCalls {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");

  private final Triggers triggers;
  private final OpenBatches open;
  private final Bindings bindings;
  private final Waits waits;
  private final Attempts attempts;
  private final IdSource ids;

  BatchCalls(
      Triggers triggers,
      OpenBatches open,
      Bindings bindings,
      Waits waits,
      Attempts attempts,
      IdSource ids) {
    this.triggers = triggers;
    this.open = open;
    this.bindings = bindings;
    this.waits = waits;
    this.attempts = attempts;
    this.ids = ids;
  }

  void trigger(Turn turn, Command.BatchTrigger command) {
    Caller caller = command.caller();
    BatchPart part = command.part();
    OpenBatch batch = part.batch();
    PawlException refusal = callerRefusal(part, caller);
    BindingRow bound = refusal == null ? bound(turn, batch) : null;
    if (bound != null) {
      turn.answer(command.reply(), found(turn, caller, batch, bound));
      return;
    }
    if (refusal == null) {
      refusal = itemRefusal(turn, part, caller);
    }
    if (refusal != null) {
      turn.refuse(command.reply(), refusal);
      return;
    }
    take(turn, part, caller);
    turn.answer(command.reply(), new Batched(batch.id, batch.size, false, false, batch.seq));
  }

  /** The last part of a batch whose caller waits for it. */
  void triggerAndWait(Turn turn, Command.BatchTriggerAndWait command) {
    Caller caller = command.caller();
    BatchPart part = command.part();
    OpenBatch batch = part.batch();
    PawlException refusal = callerRefusal(part, caller);
    BindingRow bound = refusal == null ? bound(turn, batch) : null;
    if (bound != null) {
      Batched found = found(turn, caller, batch, bound);
      turn.tell(command.reply(), new WaitEnd.LookAgain(found.batchId(), found.seq()));
      return;
    }
    if (refusal == null) {
      refusal = itemRefusal(turn, part, caller);
    }
    if (refusal != null) {
      turn.refuse(command.reply(), refusal);
      return;
    }
    take(turn, part, caller);
    Waiter.BatchCountdown countdown = batch.countdown;
    if (countdown == null) {
      throw new IllegalStateException("broken invariant: nobody counts batch " + batch.id);
    }
    waits.awaitCountdown(turn, caller, batch.seq, batch.id, countdown, command.reply());
  }

  /**
   * The body that streamed was entered anew, and goes on where it stood. Where two of its threads
   * were given one batch by its key, their calls are equal, and the first one goes on.
   */
  void carryOn(Turn turn, Command.ContinueBatch command) {
    OpenBatch batch = command.batch();
    Caller caller = command.caller();
    PawlException refusal = triggers.refusal(caller, 0);
    if (refusal != null) {
      turn.refuse(command.reply(), refusal);
      return;
    }
    OpenBatch former = open.find(batch.id);
    if (former == null || !former.dormant) {
      turn.tell(command.reply(), false);
      return;
    }
    // While nobody carried it on, its runs could not know that they are waited for.
    PawlException cycle = batch.awaited ? triggers.cycle(caller, command.runIds()) : null;
    if (cycle != null) {
      turn.refuse(command.reply(), cycle);
      return;
    }
    batch.seq = command.seq();
    batch.pulledByRun = caller.counted();
    batch.closeWaits.addAll(former.closeWaits);
    if (batch.awaited) {
      Waiter.BatchCountdown countdown = new Waiter.BatchCountdown(caller.attempt().run);
      batch.countdown = countdown;
      for (long runId : command.runIds()) {
        waits.count(countdown, runId);
      }
    }
    open.add(batch);
    turn.tell(command.reply(), true);
  }

  /** The one that streams has given up. */
  void breakOff(Turn turn, Command.BreakBatch command) {
    // While the engine closes, a body is cut off and carries on in the next life.
    boolean carriedOn = command.inside() && attempts.isCuttingOff();
    if (open.isOpen(command.batch()) && !carriedOn) {
      open.abort(turn, command.batch(), command.reason());
    }
  }

  private @Nullable PawlException callerRefusal(BatchPart part, @Nullable Caller caller) {
    OpenBatch batch = part.batch();
    if (caller != null) {
      PawlException refusal = triggers.refusal(caller, part.requests().size());
      if (refusal != null) {
        return refusal;
      }
      if (part.ending() == BatchRow.State.ABORTED && attempts.isCuttingOff()) {
        return new EngineClosedException("the engine closes; the next life carries on the stream");
      }
    }
    return batch.id != 0 && !open.isOpen(batch) ? closed(batch) : null;
  }

  private @Nullable PawlException itemRefusal(Turn turn, BatchPart part, @Nullable Caller caller) {
    return triggers.requestRefusal(
        turn, part.batch().awaited ? caller : null, part.requests(), true);
  }

  private static PawlException closed(OpenBatch batch) {
    return new PawlException(
        "batch "
            + Ids.batch(batch.id)
            + " is closed: the engine has started anew, or its run goes on without");
  }

  /** The batch that the key names, where this is the first part. */
  private @Nullable BindingRow bound(Turn turn, OpenBatch batch) {
    OpenBatch.Key key = batch.key;
    return key == null || batch.id != 0 ? null : bindings.findBatch(turn, key.id());
  }

  /** A batch that exists; recorded where a body asks for it. */
  private static Batched found(
      Turn turn, @Nullable Caller caller, OpenBatch batch, BindingRow bound) {
    Batched found =
        new Batched(bound.runId(), 0, true, differs(batch, bound), Command.NOT_RECORDED);
    return caller == null
        ? found
        : found.at(Triggers.record(turn, caller, bound.runId(), found.answer(), 1));
  }

  private static boolean differs(OpenBatch batch, BindingRow bound) {
    OpenBatch.Key key = batch.key;
    boolean differs =
        key != null
            && key.itemsHash() != 0
            && bound.payloadHash() != 0
            && key.itemsHash() != bound.payloadHash();
    if (differs) {
      log.warn(
          "the idempotency key of a batch was used again with other items; batch {} with the first"
              + " ones is returned",
          Ids.batch(bound.runId()));
    }
    return differs;
  }

  private void take(Turn turn, BatchPart part, @Nullable Caller caller) {
    OpenBatch batch = part.batch();
    LiveRun parent = caller == null ? null : caller.attempt().run;
    boolean first = batch.id == 0;
    if (first) {
      begin(turn, batch, parent);
      batch.pulledByRun = caller != null && caller.counted();
    }
    List<BatchItemRow> items = items(turn, part, parent);
    batch.size += items.size();
    batch.hash = part.hash();
    if (caller != null) {
      if (first) {
        batch.seq = Triggers.record(turn, caller, batch.id, JournalRow.Answer.DONE, items.size());
      } else {
        caller.attempt().run.journalSize += items.size();
      }
    }
    if (batch.countdown != null) {
      for (BatchItemRow item : items) {
        waits.count(batch.countdown, item.runId());
      }
    }
    String reason = part.abortReason();
    BatchRow row =
        batch.toRow(part.ending(), turn.now, reason == null ? null : OpenBatches.shortened(reason));
    if (first) {
      turn.batch(row);
    } else {
      turn.updateBatch(row);
    }
    turn.batchItems(items);
    switch (part.ending()) {
      case OPEN -> {
        if (first) {
          open.add(batch);
        }
      }
      case SEALED -> open.seal(turn, batch);
      case ABORTED -> open.abort(turn, batch, reason == null ? "" : reason);
    }
  }

  private void begin(Turn turn, OpenBatch batch, @Nullable LiveRun parent) {
    batch.id = ids.next(turn.now);
    batch.createdAt = turn.now;
    batch.parentId = parent == null ? 0 : parent.id();
    if (batch.awaited && parent != null) {
      batch.countdown = new Waiter.BatchCountdown(parent);
    }
    OpenBatch.Key key = batch.key;
    if (key != null) {
      bindings.bind(
          turn, new BindingRow(key.id(), batch.id, turn.now + key.ttl(), key.itemsHash()));
    }
  }

  private List<BatchItemRow> items(Turn turn, BatchPart part, @Nullable LiveRun parent) {
    OpenBatch batch = part.batch();
    List<BatchItemRow> items = new ArrayList<>(part.requests().size());
    for (TriggerRequest request : part.requests()) {
      int index = batch.size + items.size();
      Command.Triggered triggered =
          triggers.admit(turn, request, new Runs.Origin(parent, batch.awaited, batch.id, index));
      items.add(
          new BatchItemRow(
              batch.id,
              index,
              triggered.runId(),
              request.taskId(),
              triggered.outcome(),
              triggered.payloadDiffers()));
    }
    return items;
  }
}
