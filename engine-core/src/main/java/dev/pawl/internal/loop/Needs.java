package dev.pawl.internal.loop;

import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.RunStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /**
   * The index of the first item of each batch that is not known to have ended. An end is final, so
   * nobody has to look at those before it again: a batch is walked once, not once for each item.
   */
  private final Map<Long, Integer> firstLiveItem =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
          return size() > BATCHES;
        }
      };

  Needs(EngineState engine, RunStore store, EndHooks hooks) {
    this.engine = engine;
    this.store = store;
    this.hooks = hooks;
  }

  /** Forgets what it remembers. */
  void forget() {
    firstLiveItem.clear();
  }

  /** What needs a run that has ended. */
  Need ofRun(long runId, long now) {
    if (hooks.isOwed(runId)) {
      return new Unfinished(runId);
    }
    Need need = ofKeys(runId, now);
    if (need instanceof Nothing) {
      need = ofJournals(runId);
    }
    return need instanceof Nothing ? ofBatches(runId, now) : need;
  }

  /** The keys of a run or batch. */
  private Need ofKeys(long id, long now) {
    long bound = Micros.NONE;
    for (BindingRow row : store.bindings(id)) {
      bound = Math.max(bound, row.expiresAtMicros());
    }
    return bound > now ? new Until(bound) : NOTHING;
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
    BatchRow batch = store.batch(batchId).orElse(null);
    if (batch == null) {
      return NOTHING;
    }
    if (batch.state() == BatchRow.State.OPEN) {
      return new Unfinished(batchId);
    }
    if (engine.live.contains(batch.parentId())) {
      return new Unfinished(batch.parentId());
    }
    boolean aborted = batch.state() == BatchRow.State.ABORTED; // no key finds it any more
    Need need = aborted ? NOTHING : ofKeys(batchId, now);
    if (need instanceof Nothing) {
      need = ofJournals(batchId);
    }
    return need instanceof Nothing ? ofItems(batchId) : need;
  }

  private Need ofItems(long batchId) {
    int from = firstLiveItem.getOrDefault(batchId, 0);
    if (from == Integer.MAX_VALUE) {
      return NOTHING;
    }
    List<BatchItemRow> items = store.batchItems(batchId, from - 1, BATCH_ITEMS);
    for (BatchItemRow item : items) {
      if (engine.live.contains(item.runId())) {
        firstLiveItem.put(batchId, item.index());
        return new Unfinished(item.runId());
      }
    }
    boolean all = items.size() < BATCH_ITEMS;
    firstLiveItem.put(batchId, all ? Integer.MAX_VALUE : items.getLast().index() + 1);
    return all ? NOTHING : NOT_KNOWN_YET;
  }
}
