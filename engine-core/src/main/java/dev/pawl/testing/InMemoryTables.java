package dev.pawl.testing;

import dev.pawl.RunStatus;
import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchCounts;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunInput;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredRun;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the in-memory store, each ordered by its key, so that a page costs what it holds.
 * Rows are immutable and stored as they are. Not safe for use by many threads: {@link
 * InMemoryStore} guards it.
 */
final class InMemoryTables {
  private final NavigableMap<Long, RunRow> runs = new TreeMap<>();
  private final NavigableMap<Long, LiveRow> live = new TreeMap<>();
  private final Map<Long, ResultRow> results = new HashMap<>();
  private final Map<Long, NavigableMap<Integer, AttemptRow>> attempts = new HashMap<>();
  private final Map<Long, NavigableMap<Integer, JournalRow>> journal = new HashMap<>();
  private final Map<Long, BatchRow> batches = new HashMap<>();
  private final Map<Long, NavigableMap<Integer, BatchItemRow>> batchItems = new HashMap<>();
  private final Map<BindingRow.Key, BindingRow> bindings = new HashMap<>();
  private final Map<String, QueueRow> queues = new HashMap<>();
  private final Map<Long, LabelRow> labels = new HashMap<>();
  private final NavigableSet<Long> hooksOwed = new TreeSet<>();
  private final Map<RunStatus, NavigableSet<EndedRow>> ended = new EnumMap<>(RunStatus.class);
  private final NavigableSet<EndedRow> emptyBatches = new TreeSet<>();
  private final InMemoryNames journalNames = new InMemoryNames();
  private final InMemoryNames batchNames = new InMemoryNames();
  private final Map<Long, Set<BindingRow.Key>> keysOfRuns = new HashMap<>();
  private final InMemoryValues values = new InMemoryValues();
  private StoreState state = StoreState.NEW;

  /**
   * Applies changes that {@link InMemoryPromises} has found to be sound; nothing in here can fail
   * half way.
   */
  void apply(Changes changes) {
    changes.runs().forEach(this::put);
    changes.runUpdates().forEach(this::put);
    changes.liveInserts().forEach(row -> live.put(row.id(), row));
    changes.liveUpdates().forEach(row -> live.put(row.id(), row));
    changes.liveDeletes().forEach(live::remove);
    changes.results().forEach(this::put);
    changes.attempts().forEach(row -> part(attempts, row.runId()).put(row.number(), row));
    changes.journal().forEach(this::put);
    changes.batches().forEach(this::put);
    changes.batchUpdates().forEach(this::put);
    changes.batchItems().forEach(this::put);
    changes.unboundKeys().forEach(this::unbind);
    changes.bindings().forEach(this::bind);
    changes.queues().forEach(row -> queues.put(row.name(), row));
    changes.labels().forEach(row -> labels.put(row.runId(), row));
    hooksOwed.addAll(changes.hooksOwed());
    changes.hooksPaid().forEach(hooksOwed::remove);
    changes.runDeletes().forEach(this::delete);
    changes.batchDeletes().forEach(this::deleteBatch);
    StoreState newState = changes.state();
    if (newState != null) {
      state = newState;
    }
  }

  private void put(RunRow row) {
    RunRow before = runs.put(row.id(), row);
    if (before == null) {
      values.take(row.payload());
    } else if (!before.payload().equals(row.payload())) {
      values.take(row.payload());
      values.release(before.payload());
    }
  }

  private void put(ResultRow row) {
    results.put(row.id(), row);
    ended
        .computeIfAbsent(row.status(), unused -> new TreeSet<>())
        .add(new EndedRow(row.finishedAtMicros(), row.id()));
    values.take(row.output());
  }

  private void put(JournalRow row) {
    JournalRow before = part(journal, row.runId()).put(row.seq(), row);
    if (before != null) {
      journalNames.remove(before.targetId(), row.runId());
    }
    journalNames.add(row.targetId(), row.runId());
  }

  private void put(BatchRow row) {
    batches.put(row.id(), row);
    if (row.size() == 0 && row.state() != BatchRow.State.OPEN) {
      emptyBatches.add(new EndedRow(row.closedAtMicros(), row.id()));
    }
  }

  private void put(BatchItemRow row) {
    part(batchItems, row.batchId()).put(row.index(), row);
    batchNames.add(row.runId(), row.batchId());
  }

  private void bind(BindingRow row) {
    unbind(row.key());
    bindings.put(row.key(), row);
    keysOfRuns.computeIfAbsent(row.runId(), unused -> new HashSet<>()).add(row.key());
  }

  private void unbind(BindingRow.Key key) {
    BindingRow row = bindings.remove(key);
    if (row != null) {
      keysOfRuns.computeIfPresent(
          row.runId(), (id, keys) -> keys.remove(key) && keys.isEmpty() ? null : keys);
    }
  }

  private void delete(long id) {
    RunRow run = Objects.requireNonNull(runs.remove(id));
    ResultRow result = Objects.requireNonNull(results.remove(id));
    Objects.requireNonNull(ended.get(result.status()))
        .remove(new EndedRow(result.finishedAtMicros(), id));
    attempts.remove(id);
    for (JournalRow row : rows(journal, id).values()) {
      journalNames.remove(row.targetId(), id);
    }
    journal.remove(id);
    labels.remove(id);
    bindings(id).forEach(row -> unbind(row.key()));
    for (long batchId : batchesOf(id, 0, Integer.MAX_VALUE)) {
      deleteItems(batchId, id);
    }
    values.release(run.payload());
    values.release(result.output());
  }

  private void deleteItems(long batchId, long runId) {
    NavigableMap<Integer, BatchItemRow> items = part(batchItems, batchId);
    items
        .values()
        .removeIf(
            item -> {
              boolean meant = item.runId() == runId;
              if (meant) {
                batchNames.remove(runId, batchId);
              }
              return meant;
            });
    if (items.isEmpty()) {
      batchItems.remove(batchId);
      deleteBatch(batchId);
    }
  }

  private void deleteBatch(long id) {
    BatchRow row = Objects.requireNonNull(batches.remove(id));
    emptyBatches.remove(new EndedRow(row.closedAtMicros(), id));
    bindings(id).forEach(binding -> unbind(binding.key()));
  }

  /** How many rows there are of runs and whatever is kept under them. */
  long rows() {
    return runs.size()
        + live.size()
        + results.size()
        + attempts.size()
        + journal.size()
        + batches.size()
        + batchItems.size()
        + labels.size()
        + hooksOwed.size()
        + emptyBatches.size()
        + bindings.size()
        + keysOfRuns.size()
        + ended.values().stream().mapToLong(Set::size).sum()
        + journalNames.size()
        + batchNames.size();
  }

  private static <R> NavigableMap<Integer, R> part(
      Map<Long, NavigableMap<Integer, R>> table, long key) {
    return table.computeIfAbsent(key, unused -> new TreeMap<>());
  }

  boolean hasRun(long id) {
    return runs.containsKey(id);
  }

  boolean hasLive(long id) {
    return live.containsKey(id);
  }

  boolean hasResult(long id) {
    return results.containsKey(id);
  }

  boolean hasAttempt(long runId, int number) {
    return rows(attempts, runId).containsKey(number);
  }

  boolean hasBatch(long id) {
    return batches.containsKey(id);
  }

  boolean hasBatchItem(long batchId, int index) {
    return rows(batchItems, batchId).containsKey(index);
  }

  boolean hasBinding(BindingRow.Key key) {
    return bindings.containsKey(key);
  }

  boolean owesHooks(long runId) {
    return hooksOwed.contains(runId);
  }

  List<Long> hooksOwed(long afterId, int limit) {
    return hooksOwed.tailSet(afterId, false).stream().limit(limit).toList();
  }

  Optional<BindingRow> binding(BindingRow.Key key) {
    return Optional.ofNullable(bindings.get(key));
  }

  List<BindingRow> bindings(long runId) {
    return keysOfRuns.getOrDefault(runId, Set.of()).stream()
        .map(key -> Objects.requireNonNull(bindings.get(key)))
        .toList();
  }

  List<EndedRow> ended(RunStatus status, EndedRow after, int limit) {
    return ended
        .getOrDefault(status, Collections.emptyNavigableSet())
        .tailSet(after, false)
        .stream()
        .limit(limit)
        .toList();
  }

  List<EndedRow> emptyBatches(EndedRow after, int limit) {
    return emptyBatches.tailSet(after, false).stream().limit(limit).toList();
  }

  Set<Long> unnamed(List<Long> runIds) {
    return runIds.stream()
        .filter(id -> !keysOfRuns.containsKey(id))
        .filter(id -> namedBy(id, 0, 1).isEmpty() && batchesOf(id, 0, 1).isEmpty())
        .collect(Collectors.toSet());
  }

  List<Long> namedBy(long targetId, long afterId, int limit) {
    return journalNames.of(targetId, afterId, limit);
  }

  List<Long> batchesOf(long runId, long afterId, int limit) {
    return batchNames.of(runId, afterId, limit);
  }

  /** The large values, which this object's guard guards too. */
  InMemoryValues values() {
    return values;
  }

  Optional<RunRow> runRow(long id) {
    return Optional.ofNullable(runs.get(id));
  }

  Optional<LabelRow> labels(long runId) {
    return Optional.ofNullable(labels.get(runId));
  }

  StoreState state() {
    return state;
  }

  List<QueueRow> queues() {
    return List.copyOf(queues.values());
  }

  List<LiveRow> live(long afterId, int limit) {
    return live.tailMap(afterId, false).values().stream().limit(limit).toList();
  }

  List<LiveRow> liveRows(List<Long> ids) {
    return ids.stream().map(live::get).filter(Objects::nonNull).toList();
  }

  List<RunInput> inputs(List<Long> ids) {
    return ids.stream().map(runs::get).filter(Objects::nonNull).map(RunInput::of).toList();
  }

  Optional<StoredRun> run(long id) {
    return Optional.ofNullable(runs.get(id)).map(this::stored);
  }

  Optional<ResultRow> result(long id) {
    return Optional.ofNullable(results.get(id));
  }

  List<StoredRun> runs(RunFilter filter, long beforeId, int limit) {
    return candidates(filter, beforeId)
        .map(this::stored)
        .filter(run -> passes(run, filter))
        .limit(limit)
        .toList();
  }

  long count(RunFilter filter) {
    return candidates(filter, Long.MAX_VALUE)
        .map(this::stored)
        .filter(run -> passes(run, filter))
        .count();
  }

  /**
   * The runs that the filter's batch leaves, newest first: a batch names its runs, everything else
   * is looked at.
   */
  private Stream<RunRow> candidates(RunFilter filter, long beforeId) {
    if (filter.batchId() == 0) {
      return runs.headMap(beforeId, false).descendingMap().values().stream();
    }
    return rows(batchItems, filter.batchId()).values().stream()
        .map(BatchItemRow::runId)
        .filter(id -> id < beforeId)
        .distinct()
        .sorted(Collections.reverseOrder())
        .flatMap(id -> Stream.ofNullable(runs.get(id)));
  }

  private static boolean passes(StoredRun stored, RunFilter filter) {
    return filter.passes(stored.status()) && filter.passes(stored.run(), stored.tags());
  }

  private StoredRun stored(RunRow run) {
    return new StoredRun(run, live.get(run.id()), results.get(run.id()), labels.get(run.id()));
  }

  List<AttemptRow> attempts(long runId) {
    return List.copyOf(rows(attempts, runId).values());
  }

  List<JournalRow> journal(long runId, int generation) {
    return rows(journal, runId).values().stream()
        .filter(row -> row.generation() == generation)
        .toList();
  }

  Optional<BatchRow> batch(long id) {
    return Optional.ofNullable(batches.get(id));
  }

  List<BatchRow> openBatches() {
    return batches.values().stream()
        .filter(row -> row.state() == BatchRow.State.OPEN)
        .sorted(Comparator.comparingLong(BatchRow::id))
        .toList();
  }

  BatchCounts batchCounts(long batchId) {
    int succeeded = 0;
    int failed = 0;
    long last = Micros.NONE;
    Collection<BatchItemRow> items = rows(batchItems, batchId).values();
    for (BatchItemRow item : items) {
      ResultRow result = results.get(item.runId());
      if (result != null) {
        if (result.status() == RunStatus.COMPLETED) {
          succeeded++;
        } else {
          failed++;
        }
        last = Math.max(last, result.finishedAtMicros());
      }
    }
    return new BatchCounts(items.size(), succeeded, failed, last);
  }

  List<BatchItemRow> batchItems(long batchId, int afterIndex, int limit) {
    return rows(batchItems, batchId).tailMap(afterIndex, false).values().stream()
        .limit(limit)
        .toList();
  }

  private static <R> NavigableMap<Integer, R> rows(
      Map<Long, NavigableMap<Integer, R>> table, long key) {
    @Nullable NavigableMap<Integer, R> rows = table.get(key);
    return rows == null ? Collections.emptyNavigableMap() : rows;
  }
}
