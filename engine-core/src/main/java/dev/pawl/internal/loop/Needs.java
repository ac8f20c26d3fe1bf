package dev.pawl.internal.loop;

import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What still needs a run that has ended: hooks that have not heard of its end, a key that names it
 * or its batch, a live run whose journal names it or its batch, a batch that is live itself. It
 * asks the store alone, as the last commit has left it; what the turn at hand does to a batch is
 * looked at once that is stored.
 */
final class Needs {
  private static final int PAGE = 100;

  /** How many items of a batch are looked at before somebody else gets a turn. */
  private static final int BATCH_ITEMS = 1_000;

  /** How many batches are remembered: what is forgotten is walked once more. */
  private static final int BATCHES = 1_000;

  /** Whether something needs a run. */
  sealed interface Need {}

  /** Nothing does. */
  record Nothing() implements Need {}

  /** Something does until this time. */
  record Until(long time) implements Need {}

  /**
   * Something does that has not come to its end: a live run, a batch that is open, or hooks that
   * are to hear of the run itself. The pruner is told when it does.
   */
  record Unfinished(long id) implements Need {}

  /** It takes more looking than one turn has time for; ask again. */
  record NotKnownYet() implements Need {}

  private static final Need NOTHING = new Nothing();
  private static final Need NOT_KNOWN_YET = new NotKnownYet();

  private final EngineState engine;
  private final RunStore store;
  private final EndHooks hooks;

  /** Batches that are closed, and will never need more than they did when they were looked at. */
  private final Map<Long, ClosedBatch> closedBatches =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ClosedBatch> eldest) {
          return size() > BATCHES;
        }
      };

  /**
   * What is known of a batch that is closed.
   *
   * @param keysUntil when the last of its keys expires
   * @param firstLiveItem the index of the first item that is not known to have ended. An end is
   *     final, so nobody has to look at those before it again: a batch is walked once, not once for
   *     each item
   */
  private record ClosedBatch(long parentId, long keysUntil, int firstLiveItem) {
    /** As {@link #firstLiveItem}, where every item has ended. */
    static final int NONE = Integer.MAX_VALUE;

    ClosedBatch withFirstLive(int item) {
      return new ClosedBatch(parentId, keysUntil, item);
    }
  }

  Needs(EngineState engine, RunStore store, EndHooks hooks) {
    this.engine = engine;
    this.store = store;
    this.hooks = hooks;
  }

  /** Forgets what it remembers. */
  void forget() {
    closedBatches.clear();
  }

  /** Those of these runs that nothing names, as far as that is easily told. */
  Set<Long> unnamed(List<EndedRow> rows) {
    return store.unnamed(rows.stream().map(EndedRow::id).toList());
  }

  /** What needs a run that has ended. */
  Need ofRun(long runId, long now) {
    Need need = ofUnnamed(runId);
    if (need instanceof Nothing) {
      need = ofKeys(runId, now);
    }
    if (need instanceof Nothing) {
      need = ofJournals(runId);
    }
    return need instanceof Nothing ? ofBatches(runId, now) : need;
  }

  /** What needs a run that has ended, and that nothing names. */
  Need ofUnnamed(long runId) {
    return hooks.isOwed(runId) ? new Unfinished(runId) : NOTHING;
  }

  private Need ofKeys(long id, long now) {
    return until(keysUntil(id), now);
  }

  /** When the last key of a run or batch expires. */
  private long keysUntil(long id) {
    long bound = Micros.NONE;
    for (BindingRow row : store.bindings(id)) {
      bound = Math.max(bound, row.expiresAtMicros());
    }
    return bound;
  }

  private static Need until(long time, long now) {
    return time > now ? new Until(time) : NOTHING;
  }

  private Need ofJournals(long targetId) {
    List<Long> page = store.namedBy(targetId, 0, PAGE);
    while (!page.isEmpty()) {
      for (long caller : page) {
        if (engine.live.contains(caller)) {
          return new Unfinished(caller);
        }
      }
      page = page.size() < PAGE ? List.of() : store.namedBy(targetId, page.getLast(), PAGE);
    }
    return NOTHING;
  }

  private Need ofBatches(long runId, long now) {
    List<Long> page = store.batchesOf(runId, 0, PAGE);
    while (!page.isEmpty()) {
      for (long batchId : page) {
        Need need = ofBatch(batchId, now);
        if (!(need instanceof Nothing)) {
          return need;
        }
      }
      page = page.size() < PAGE ? List.of() : store.batchesOf(runId, page.getLast(), PAGE);
    }
    return NOTHING;
  }

  /** What needs a batch, and with it each run that stands in it. */
  Need ofBatch(long batchId, long now) {
    ClosedBatch closed = closedBatches.get(batchId);
    if (closed == null) {
      BatchRow batch = store.batch(batchId).orElse(null);
      if (batch == null) {
        return NOTHING;
      }
      if (batch.state() == BatchRow.State.OPEN) {
        return new Unfinished(batchId);
      }
      boolean aborted = batch.state() == BatchRow.State.ABORTED; // no key finds it any more
      closed = new ClosedBatch(batch.parentId(), aborted ? Micros.NONE : keysUntil(batchId), 0);
      closedBatches.put(batchId, closed);
    }
    if (engine.live.contains(closed.parentId())) {
      return new Unfinished(closed.parentId());
    }
    Need need = until(closed.keysUntil(), now);
    if (need instanceof Nothing) {
      need = ofJournals(batchId);
    }
    return need instanceof Nothing ? ofItems(batchId, closed) : need;
  }

  private Need ofItems(long batchId, ClosedBatch batch) {
    int from = batch.firstLiveItem();
    if (from == ClosedBatch.NONE) {
      return NOTHING;
    }
    List<BatchItemRow> items = store.batchItems(batchId, from - 1, BATCH_ITEMS);
    for (BatchItemRow item : items) {
      if (engine.live.contains(item.runId())) {
        closedBatches.put(batchId, batch.withFirstLive(item.index()));
        return new Unfinished(item.runId());
      }
    }
    boolean all = items.size() < BATCH_ITEMS;
    int next = all ? ClosedBatch.NONE : items.getLast().index() + 1;
    closedBatches.put(batchId, batch.withFirstLive(next));
    return all ? NOTHING : NOT_KNOWN_YET;
  }
}
