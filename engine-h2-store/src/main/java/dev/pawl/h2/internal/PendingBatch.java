package dev.pawl.h2.internal;

import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredValue;
import java.util.ArrayList;
import java.util.HashMap;
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
  /**
   * What the deletion of a run counts beside the few bytes of its id: for each row that goes, H2
   * keeps what it was, twice, until the end of the transaction. Where that comes to more than some
   * ten megabytes, H2 writes half of a transaction to the file, and reads it again to commit it.
   */
  private static final long DELETION_BYTES = 2_000;

  /** The same of the end of a run whose row is in the database, from where it moves. */
  static final long END_BYTES = 300;

  private final Map<Long, RunRow> newRuns = new LinkedHashMap<>();
  private final Map<Long, RunRow> changedRuns = new LinkedHashMap<>();
  private final Map<Long, LiveRow> newLive = new LinkedHashMap<>();
  private final Map<Long, LiveRow> changedLive = new LinkedHashMap<>();
  private final Set<Long> deletedLive = new LinkedHashSet<>();
  private final Map<Long, ResultRow> results = new LinkedHashMap<>();
  private final Map<Part, AttemptRow> attempts = new LinkedHashMap<>();
  private final Map<Part, JournalRow> journal = new LinkedHashMap<>();
  private final Map<Long, BatchRow> newBatches = new LinkedHashMap<>();
  private final Map<Long, BatchRow> changedBatches = new LinkedHashMap<>();
  private final Map<Part, BatchItemRow> batchItems = new LinkedHashMap<>();
  private final Map<BindingRow.Key, BindingRow> bindings = new LinkedHashMap<>();

  /** Keys to free; one that was bound by a group before is bound first, so that it is there. */
  private final Map<BindingRow.Key, @Nullable BindingRow> unbound = new LinkedHashMap<>();

  private final Map<String, QueueRow> queues = new LinkedHashMap<>();
  private final Map<Long, LabelRow> labels = new LinkedHashMap<>();
  private final Set<Long> hooksOwed = new LinkedHashSet<>();

  /** Runs whose hooks were owed before the first group. */
  private final Set<Long> hooksPaid = new LinkedHashSet<>();

  /** Deleted after everything else, as in each group: what is deleted is not named again. */
  private final Set<Long> deletedRuns = new LinkedHashSet<>();

  private final Set<Long> deletedBatches = new LinkedHashSet<>();
  private @Nullable StoreState state;

  /** The large values that rows refer to, whatever became of the rows since. */
  private final Set<Long> takenValues = new HashSet<>();

  /** Large values of payloads that were new in one group and replaced by a later one. */
  private final List<Long> givenUp = new ArrayList<>(0);

  /** The keys that were bound to a run or batch, whatever became of them since. */
  private final Map<Long, List<BindingRow.Key>> keysOf = new HashMap<>();

  /** What journal entries name. */
  private final Set<Long> named = new HashSet<>();

  /** Runs with an attempt, a journal entry or a place in a batch among these changes. */
  private final Set<Long> runsOfParts = new HashSet<>();

  /** Batches of which a read must not come before these changes. */
  private final Set<Long> touchedBatches = new HashSet<>();

  /** Batches that lose runs by deletion, and go with the last of them. */
  private final Set<Long> losing = new HashSet<>();

  /** When the first run, or batch without items, came to its end. */
  private long firstEnd = Micros.NEVER;

  /** The batch before, as long as the database has not got it. */
  private @Nullable PendingBatch older;

  private long lastSeq;
  private long bytes;
  private boolean incomplete;

  /** A row that stands under the id of something and a number. */
  private record Part(long id, int number) {}

  /** A batch that follows no other. */
  PendingBatch() {}

  /** The batch that follows another. */
  PendingBatch(PendingBatch older) {
    this.older = older;
  }

  @Nullable PendingBatch older() {
    return older;
  }

  /** The database has got a batch, and every one before. */
  void forget(PendingBatch batch) {
    if (older == batch) {
      older = null;
    }
  }

  /**
   * Adds a group; its changes keep every promise that changes give. Never fails: see {@link
   * #isIncomplete()}.
   *
   * @param losingBatches the batches in which runs stand that the group deletes
   */
  void add(long seq, Changes changes, int size, Set<Long> losingBatches) {
    lastSeq = seq;
    bytes += size + DELETION_BYTES * changes.runDeletes().size();
    try {
      if (!incomplete) {
        addRows(changes);
        losing.addAll(losingBatches);
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
      take(row.payload());
    }
    for (RunRow row : changes.runUpdates()) {
      RunRow before = (newRuns.containsKey(row.id()) ? newRuns : changedRuns).put(row.id(), row);
      if (before != null) {
        replaced(before.payload(), row.payload());
      }
      take(row.payload());
    }
    for (LiveRow row : changes.liveInserts()) {
      newLive.put(row.id(), row);
    }
    for (LiveRow row : changes.liveUpdates()) {
      (newLive.containsKey(row.id()) ? newLive : changedLive).put(row.id(), row);
    }
    for (Long id : changes.liveDeletes()) {
      if (newLive.remove(id) == null) {
        changedLive.remove(id);
        deletedLive.add(id);
        bytes += END_BYTES;
      }
    }
    for (ResultRow row : changes.results()) {
      results.put(row.id(), row);
      StoredValue output = row.output();
      if (output != null) {
        take(output);
      }
      firstEnd = Math.min(firstEnd, row.finishedAtMicros());
    }
    for (AttemptRow row : changes.attempts()) {
      attempts.put(new Part(row.runId(), row.number()), row);
      runsOfParts.add(row.runId());
    }
    for (JournalRow row : changes.journal()) {
      journal.put(new Part(row.runId(), row.seq()), row);
      named.add(row.targetId());
      runsOfParts.add(row.runId());
    }
    addBatches(changes);
    addKeys(changes);
    for (LabelRow row : changes.labels()) {
      labels.put(row.runId(), row);
    }
    hooksOwed.addAll(changes.hooksOwed());
    for (Long id : changes.hooksPaid()) {
      if (!hooksOwed.remove(id)) {
        hooksPaid.add(id);
      }
    }
    for (QueueRow row : changes.queues()) {
      queues.put(row.name(), row);
    }
    StoreState newState = changes.state();
    if (newState != null) {
      state = newState;
    }
    deletedRuns.addAll(changes.runDeletes());
    deletedBatches.addAll(changes.batchDeletes());
  }

  private void take(StoredValue value) {
    if (value.isLarge()) {
      takenValues.add(value.key());
    }
  }

  /** The one before was never written down, so nobody else finds that it is given up. */
  private void replaced(StoredValue before, StoredValue after) {
    if (before.isLarge() && before.key() != after.key()) {
      givenUp.add(before.key());
    }
  }

  private void addBatches(Changes changes) {
    for (BatchRow row : changes.batches()) {
      newBatches.put(row.id(), row);
      touchBatch(row);
    }
    for (BatchRow row : changes.batchUpdates()) {
      (newBatches.containsKey(row.id()) ? newBatches : changedBatches).put(row.id(), row);
      touchBatch(row);
    }
    for (BatchItemRow row : changes.batchItems()) {
      batchItems.put(new Part(row.batchId(), row.index()), row);
      touchedBatches.add(row.batchId());
      runsOfParts.add(row.runId());
    }
  }

  private void touchBatch(BatchRow row) {
    touchedBatches.add(row.id());
    if (EmptyBatches.contain(row)) {
      firstEnd = Math.min(firstEnd, row.closedAtMicros());
    }
  }

  private void addKeys(Changes changes) {
    for (BindingRow row : changes.bindings()) {
      unbound.remove(row.key());
      bindings.put(row.key(), row);
      keysOf.computeIfAbsent(row.runId(), unused -> new ArrayList<>(1)).add(row.key());
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
        List.copyOf(newBatches.values()),
        List.copyOf(batchItems.values()),
        bound,
        List.copyOf(unbound.keySet()),
        List.copyOf(queues.values()),
        List.copyOf(labels.values()),
        List.copyOf(hooksOwed),
        List.copyOf(hooksPaid),
        List.copyOf(changedBatches.values()),
        state,
        List.copyOf(deletedRuns),
        List.copyOf(deletedBatches));
  }

  /** Large values that the groups have both taken and given up. */
  List<Long> givenUp() {
    return givenUp;
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

  /** The live row of a run, where these changes write it. */
  @Nullable LiveRow live(long id) {
    LiveRow row = newLive.get(id);
    return row != null ? row : changedLive.get(id);
  }

  @Nullable BindingRow binding(BindingRow.Key key) {
    return bindings.get(key);
  }

  boolean frees(BindingRow.Key key) {
    return unbound.containsKey(key);
  }

  /** The keys that may name a run or batch. */
  List<BindingRow.Key> keysOf(long id) {
    return keysOf.getOrDefault(id, List.of());
  }

  @Nullable LabelRow labels(long runId) {
    return labels.get(runId);
  }

  /** Whether the hooks of a run are owed after these changes; null where they do not concern it. */
  @Nullable Boolean owesHooks(long runId) {
    if (hooksOwed.contains(runId)) {
      return true;
    }
    return hooksPaid.contains(runId) ? false : null;
  }

  /** Whether there is a run or batch that is deleted. */
  boolean deletes() {
    return incomplete || !deletedRuns.isEmpty() || !deletedBatches.isEmpty();
  }

  boolean takes(long valueKey) {
    return takenValues.contains(valueKey);
  }

  boolean isDeleted(long id) {
    return deletedRuns.contains(id) || deletedBatches.contains(id);
  }

  /** Whether a run or batch is deleted, or may go with the runs that are. */
  boolean mayDelete(long id) {
    return incomplete || isDeleted(id) || losing.contains(id);
  }

  /** When the first run, or batch without items, came to its end among these changes. */
  long firstEnd() {
    return incomplete ? Micros.NONE : firstEnd;
  }

  boolean hasAttempt(long runId, int number) {
    return attempts.containsKey(new Part(runId, number));
  }

  @Nullable BatchRow batch(long id) {
    BatchRow row = newBatches.get(id);
    return row != null ? row : changedBatches.get(id);
  }

  boolean hasBatchItem(long batchId, int index) {
    return batchItems.containsKey(new Part(batchId, index));
  }

  /** Whether a read of a run must not come before these changes. */
  boolean touchesRun(long id) {
    return incomplete
        || run(id) != null
        || isLive(id) != null
        || labels.containsKey(id)
        || runsOfParts.contains(id)
        || deletedRuns.contains(id);
  }

  /** As {@link #touchesRun}, of a batch, which goes with its last run. */
  boolean touchesBatch(long id) {
    return mayDelete(id) || touchedBatches.contains(id);
  }

  /** Whether a batch, an item of it or a key that names it is among these changes. */
  boolean writesBatch(long id) {
    return incomplete || touchedBatches.contains(id) || keysOf.containsKey(id);
  }

  /** Whether a row that goes with a run or batch is among these changes. */
  boolean touchesWhatGoesWith(long id) {
    return touchesRun(id)
        || touchesBatch(id)
        || keysOf.containsKey(id)
        || hooksOwed.contains(id)
        || hooksPaid.contains(id);
  }

  /** Whether a journal names a run or batch by these changes. */
  boolean names(long id) {
    return incomplete || named.contains(id);
  }
}
