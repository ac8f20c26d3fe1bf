package dev.pawl.internal.loop;

import dev.pawl.spi.BatchRow;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The batches whose items are being pulled from streams: how they grow, and how each of them is
 * closed, whatever becomes of the one that streams.
 *
 * <p>A stream of a run is carried on by the next entrance of its body, as long as its journal
 * counts; so the batch is aborted with the run, or with the attempt that fails. A stream from
 * outside dies with its process.
 */
final class OpenBatches {
  private static final int MAX_REASON = 1_000;
  private final EngineState engine;
  private final Waits waits;
  private final Pruner pruner;

  OpenBatches(EngineState engine, Waits waits, Pruner pruner) {
    this.engine = engine;
    this.waits = waits;
    this.pruner = pruner;
  }

  @Nullable OpenBatch find(long id) {
    return engine.openBatches.get(id);
  }

  /** Whether parts of this batch are taken. */
  @SuppressWarnings("ReferenceEquality") // another object is another stream, of a former entrance
  boolean isOpen(OpenBatch batch) {
    return batch.id != 0 && engine.openBatches.get(batch.id) == batch;
  }

  /** A batch that was not there, or was left by a former entrance of the same body. */
  void add(OpenBatch batch) {
    engine.openBatches.put(batch.id, batch);
    engine.openByParent.computeIfAbsent(batch.parentId, id -> new LinkedHashSet<>()).add(batch.id);
  }

  /** Its last item is there: whoever was given it by its key can look at it. */
  void seal(Turn turn, OpenBatch batch) {
    close(turn, batch);
  }

  /** Its stream has broken off. */
  void abort(Turn turn, OpenBatch batch, String reason) {
    Waiter.BatchCountdown countdown = batch.countdown;
    if (countdown != null) {
      countdown.abandoned = true;
    }
    turn.updateBatch(batch.toRow(BatchRow.State.ABORTED, turn.now, shortened(reason)));
    close(turn, batch);
  }

  static String shortened(String reason) {
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
  }

  private void close(Turn turn, OpenBatch batch) {
    engine.openBatches.remove(batch.id);
    Set<Long> siblings = engine.openByParent.get(batch.parentId);
    if (siblings != null && siblings.remove(batch.id) && siblings.isEmpty()) {
      engine.openByParent.remove(batch.parentId);
      noteParked(batch.parentId);
    }
    for (Waiter.OpenWait wait : batch.closeWaits) {
      waits.over(turn, wait, new WaitEnd.LookAgain(batch.id, wait.row.seq()));
    }
    batch.closeWaits.clear();
    if (batch.size == 0) {
      pruner.closedEmpty(turn.now);
    }
    turn.after(() -> pruner.released(batch.id));
  }

  /** Whether a run streams a batch. */
  boolean isStreaming(LiveRun run) {
    return engine.openByParent.containsKey(run.id());
  }

  /** A run that no longer streams may have been passed over while it was parked. */
  private void noteParked(long runId) {
    LiveRun run = engine.live.resident(runId);
    if (run != null && run.isParkedWithBody()) {
      engine.parked.add(run);
    }
  }

  /** Nobody will carry on what a run streams. */
  void abortOf(Turn turn, LiveRun run, String reason) {
    Set<Long> open = engine.openByParent.get(run.id());
    if (open != null) {
      for (long id : List.copyOf(open)) {
        OpenBatch batch = engine.openBatches.get(id);
        if (batch != null) {
          abort(turn, batch, reason);
        }
      }
    }
  }

  /** A batch that the store shows open, after its process died. */
  void recover(Turn turn, BatchRow row) {
    OpenBatch batch = new OpenBatch(row, false);
    batch.dormant = true;
    add(batch);
    if (!engine.live.contains(row.parentId())) {
      abort(turn, batch, "the process died while its items were pulled");
    }
  }
}
