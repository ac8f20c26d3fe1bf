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
 * What still needs a run that has ended: a key that names it, a live run whose journal names it or
 * its batch, a batch that is live itself.
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

  /** A live run does, until it ends at least. */
  record LiveRun(long id) implements Need {}

  /** It takes more looking than one turn has time for; ask again. */
  record NotKnownYet() implements Need {}

  private static final Need NOTHING = new Nothing();
  private static final Need NOT_KNOWN_YET = new NotKnownYet();

  private final EngineState engine;
  private final RunStore store;

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

  Needs(EngineState engine, RunStore store) {
    this.engine = engine;
    this.store = store;
  }

  /** Forgets what it remembers. */
  void forget() {
    firstLiveItem.clear();
  }

  /** What needs a run that has ended. */
  Need of(long runId, long now) {
    long bound = Micros.NONE;
    for (BindingRow row : store.bindings(runId)) {
      bound = Math.max(bound, row.expiresAtMicros());
    }
    if (bound > now) {
      return new Until(bound);
    }
    Need need = ofJournals(runId);
    return need instanceof Nothing ? ofBatches(runId) : need;
  }

  private Need ofJournals(long targetId) {
    List<Long> page = store.namedBy(targetId, 0, PAGE);
    while (!page.isEmpty()) {
      for (long caller : page) {
        if (engine.live.containsKey(caller)) {
          return new LiveRun(caller);
        }
      }
      page = page.size() < PAGE ? List.of() : store.namedBy(targetId, page.getLast(), PAGE);
    }
    return NOTHING;
  }

  private Need ofBatches(long runId) {
    List<Long> page = store.batchesOf(runId, 0, PAGE);
    while (!page.isEmpty()) {
      for (long batchId : page) {
        Need need = ofBatch(batchId);
        if (!(need instanceof Nothing)) {
          return need;
        }
      }
      page = page.size() < PAGE ? List.of() : store.batchesOf(runId, page.getLast(), PAGE);
    }
    return NOTHING;
  }

  private Need ofBatch(long batchId) {
    long parentId = store.batch(batchId).map(BatchRow::parentId).orElse(0L);
    if (engine.live.containsKey(parentId)) {
      return new LiveRun(parentId);
    }
    Need need = ofJournals(batchId);
    return need instanceof Nothing ? ofItems(batchId) : need;
  }

  private Need ofItems(long batchId) {
    int from = firstLiveItem.getOrDefault(batchId, 0);
    if (from == Integer.MAX_VALUE) {
      return NOTHING;
    }
    List<BatchItemRow> items = store.batchItems(batchId, from - 1, BATCH_ITEMS);
    for (BatchItemRow item : items) {
      if (engine.live.containsKey(item.runId())) {
        firstLiveItem.put(batchId, item.index());
        return new LiveRun(item.runId());
      }
    }
    boolean all = items.size() < BATCH_ITEMS;
    firstLiveItem.put(batchId, all ? Integer.MAX_VALUE : items.getLast().index() + 1);
    return all ? NOTHING : NOT_KNOWN_YET;
  }
}
