package dev.pawl.h2.internal;

import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Groups of changes that are on their way to the database, merged into what they come to: a run
 * that was created, started and ended among them is one row and its result. Not safe for use by
 * many threads: {@link Pending} guards it.
 *
 * <p>That a row is new, replaced or deleted is kept relative to the state before the first group,
 * so that the database can check that it changes what it should.
 */
final class PendingBatch {
  private final Map<Long, RunRow> newRuns = new LinkedHashMap<>();
  private final Map<Long, RunRow> changedRuns = new LinkedHashMap<>();
  private final Map<Long, LiveRow> newLive = new LinkedHashMap<>();
  private final Map<Long, LiveRow> changedLive = new LinkedHashMap<>();
  private final Set<Long> deletedLive = new LinkedHashSet<>();
  private final Map<Long, ResultRow> results = new LinkedHashMap<>();
  private final Map<Part, AttemptRow> attempts = new LinkedHashMap<>();
  private final Map<Part, JournalRow> journal = new LinkedHashMap<>();
  private final Map<Long, BatchRow> batches = new LinkedHashMap<>();
  private final Map<Part, BatchItemRow> batchItems = new LinkedHashMap<>();
  private final Map<BindingRow.Key, BindingRow> bindings = new LinkedHashMap<>();

  /** Keys to free; one that was bound by a group before is bound first, so that it is there. */
  private final Map<BindingRow.Key, @Nullable BindingRow> unbound = new LinkedHashMap<>();

  private final Map<String, QueueRow> queues = new LinkedHashMap<>();
  private @Nullable StoreState state;

  /** Runs and batches of which a read must not come before these changes. */
  private final Set<Long> touchedRuns = new HashSet<>();

  private final Set<Long> touchedBatches = new HashSet<>();
  private long lastSeq;
  private long bytes;
  private boolean incomplete;

  /** A row that stands under the id of something and a number. */
  private record Part(long id, int number) {}

  /**
   * Adds a group; its changes keep every promise that changes give. Never fails: see {@link
   * #isIncomplete()}.
   */
  void add(long seq, Changes changes, int size) {
    lastSeq = seq;
    bytes += size;
    try {
      if (!incomplete) {
        addRows(changes);
      }
    } catch (OutOfMemoryError e) {
      incomplete = true;
    }
  }

  /** Whether a group could not be kept: then nothing in here counts but the last number. */
  boolean isIncomplete() {
    return incomplete;
  }

  private void addRows(Changes changes) {
    for (RunRow row : changes.runs()) {
      newRuns.put(row.id(), row);
      touchedRuns.add(row.id());
    }
    for (RunRow row : changes.runUpdates()) {
      (newRuns.containsKey(row.id()) ? newRuns : changedRuns).put(row.id(), row);
      touchedRuns.add(row.id());
    }
    for (LiveRow row : changes.liveInserts()) {
      newLive.put(row.id(), row);
      touchedRuns.add(row.id());
    }
    for (LiveRow row : changes.liveUpdates()) {
      (newLive.containsKey(row.id()) ? newLive : changedLive).put(row.id(), row);
      touchedRuns.add(row.id());
    }
    for (Long id : changes.liveDeletes()) {
      if (newLive.remove(id) == null) {
        changedLive.remove(id);
        deletedLive.add(id);
      }
      touchedRuns.add(id);
    }
    for (ResultRow row : changes.results()) {
      results.put(row.id(), row);
      touchedRuns.add(row.id());
    }
    for (AttemptRow row : changes.attempts()) {
      attempts.put(new Part(row.runId(), row.number()), row);
      touchedRuns.add(row.runId());
    }
    for (JournalRow row : changes.journal()) {
      journal.put(new Part(row.runId(), row.seq()), row);
      touchedRuns.add(row.runId());
    }
    for (BatchRow row : changes.batches()) {
      batches.put(row.id(), row);
      touchedBatches.add(row.id());
    }
    for (BatchItemRow row : changes.batchItems()) {
      batchItems.put(new Part(row.batchId(), row.index()), row);
      touchedBatches.add(row.batchId());
    }
    addKeys(changes);
    for (QueueRow row : changes.queues()) {
      queues.put(row.name(), row);
    }
    StoreState newState = changes.state();
    if (newState != null) {
      state = newState;
    }
  }

  private void addKeys(Changes changes) {
    for (BindingRow row : changes.bindings()) {
      unbound.remove(row.key());
      bindings.put(row.key(), row);
    }
    for (BindingRow.Key key : changes.unboundKeys()) {
      unbound.put(key, bindings.remove(key));
    }
  }

  /** What all groups together change. */
  Changes changes() {
    List<BindingRow> bound = new ArrayList<>(bindings.values());
    for (BindingRow freed : unbound.values()) {
      if (freed != null) {
        bound.add(freed);
      }
    }
    return new Changes(
        List.copyOf(newRuns.values()),
        List.copyOf(changedRuns.values()),
        List.copyOf(newLive.values()),
        List.copyOf(changedLive.values()),
        List.copyOf(deletedLive),
        List.copyOf(results.values()),
        List.copyOf(attempts.values()),
        List.copyOf(journal.values()),
        List.copyOf(batches.values()),
        List.copyOf(batchItems.values()),
        bound,
        List.copyOf(unbound.keySet()),
        List.copyOf(queues.values()),
        state);
  }

  boolean isEmpty() {
    return bytes == 0;
  }

  /** The number of the last group. */
  long lastSeq() {
    return lastSeq;
  }

  long bytes() {
    return bytes;
  }

  @Nullable RunRow run(long id) {
    RunRow row = newRuns.get(id);
    return row != null ? row : changedRuns.get(id);
  }

  @Nullable ResultRow result(long id) {
    return results.get(id);
  }

  /** Whether a run has a live row after these changes; null where they do not concern it. */
  @Nullable Boolean isLive(long id) {
    if (newLive.containsKey(id) || changedLive.containsKey(id)) {
      return true;
    }
    boolean ended = deletedLive.contains(id) || results.containsKey(id);
    return ended ? false : null;
  }

  @Nullable BindingRow binding(BindingRow.Key key) {
    return bindings.get(key);
  }

  boolean frees(BindingRow.Key key) {
    return unbound.containsKey(key);
  }

  boolean hasAttempt(long runId, int number) {
    return attempts.containsKey(new Part(runId, number));
  }

  boolean hasBatch(long id) {
    return batches.containsKey(id);
  }

  boolean hasBatchItem(long batchId, int index) {
    return batchItems.containsKey(new Part(batchId, index));
  }

  boolean touchesRun(long id) {
    return incomplete || touchedRuns.contains(id);
  }

  boolean touchesBatch(long id) {
    return incomplete || touchedBatches.contains(id);
  }
}
