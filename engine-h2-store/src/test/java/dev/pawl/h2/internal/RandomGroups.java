package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;

import dev.pawl.RunStatus;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Random changes that keep every promise, each group on top of those before. */
final class RandomGroups {
  static final int KEYS = 6;

  private final List<Long> live = new ArrayList<>();
  private final Map<BindingRow.Key, Long> bound = new HashMap<>();

  /** Runs that ended with an earlier group and are not deleted. */
  private final List<Long> ended = new ArrayList<>();

  private final Set<Long> owed = new TreeSet<>();
  private final Set<Long> deleted = new HashSet<>();
  private final List<Long> batches = new ArrayList<>();
  private final List<Long> emptyBatches = new ArrayList<>();

  /** The run that stands in each batch that has one; it takes the batch along. */
  private final Map<Long, Long> runOf = new LinkedHashMap<>();

  /** Batches that lack items, and the run that stands in each. */
  private final Map<Long, Long> open = new LinkedHashMap<>();

  private long lastId;
  private int lastAttempt;

  long lastId() {
    return lastId;
  }

  Set<Long> deleted() {
    return deleted;
  }

  /** Runs whose hooks are to be run. */
  Set<Long> owed() {
    return owed;
  }

  /** All batches that there ever were. */
  List<Long> batches() {
    return batches;
  }

  int openBatches() {
    return open.size();
  }

  boolean isBound(BindingRow.Key key) {
    return bound.containsKey(key);
  }

  /** The next group. */
  Changes next(long seq, Random random) {
    ChangesBuilder changes = changes();
    Set<Long> touched = new HashSet<>();
    List<Long> endedBefore = List.copyOf(ended);
    for (int i = random.nextInt(3); i >= 0; i--) {
      long id = ++lastId;
      touched.add(id);
      if (random.nextInt(5) == 0) {
        changes.create(Rows.run(id), endedAt(seq, id, RunStatus.COMPLETED));
        ended.add(id);
      } else {
        changes.create(Rows.run(id));
        live.add(id);
      }
    }
    for (Long id : List.copyOf(live)) {
      if (touched.contains(id)) {
        continue;
      }
      switch (random.nextInt(7)) {
        case 0 -> {
          changes.end(endedAt(seq, id, RunStatus.FAILED));
          live.remove(id);
          ended.add(id);
          if (random.nextBoolean()) {
            changes.oweHooks(id);
            owed.add(id);
          }
        }
        case 1 -> changes.move(Rows.live(Rows.run(id), RunStatus.EXECUTING));
        case 2 ->
            changes.update(
                Rows.newRun(id).payload(StoredValue.of(new byte[] {(byte) seq})).build());
        case 3 -> changes.attempt(Rows.attempt(id, ++lastAttempt));
        case 4 -> changes.journal(Rows.journal(id, random.nextInt(3), random.nextInt(2)));
        case 5 -> changes.labels(new LabelRow(id, List.of("tag " + seq), null));
        default -> {}
      }
    }
    batches(seq, changes, random);
    deletions(endedBefore, touched, changes, random);
    keys(changes, random);
    if (random.nextInt(4) == 0) {
      changes.queue(QueueRow.of("queue " + random.nextInt(3)).withLimitOverride((int) seq));
    }
    return changes.state(new StoreState(1, seq, lastId)).build();
  }

  /** Runs end in the order of the groups, as they do in an engine. */
  private static ResultRow endedAt(long seq, long id, RunStatus status) {
    ResultRow row = Rows.ended(id, status);
    return new ResultRow(
        id,
        status,
        row.attempt(),
        row.queuedAtMicros(),
        row.startedAtMicros(),
        row.attemptStartedAtMicros(),
        row.finishedAtMicros() + seq,
        row.output(),
        row.error());
  }

  private void batches(long seq, ChangesBuilder changes, Random random) {
    long id = 1_000_000 + seq;
    switch (random.nextInt(8)) {
      case 0 -> {
        changes.batch(new BatchRow(id, 0, 1, seq)).batchItem(Rows.item(id, 0, lastId));
        batches.add(id);
        runOf.put(id, lastId);
      }
      case 1 -> {
        changes.batch(batch(id, BatchRow.State.OPEN)).batchItem(Rows.item(id, 0, lastId));
        batches.add(id);
        open.put(id, lastId);
        runOf.put(id, lastId);
      }
      case 2 -> {
        changes.batch(new BatchRow(id, 0, 0, seq));
        batches.add(id);
        emptyBatches.add(id);
      }
      case 3, 4 -> {
        if (!open.isEmpty()) {
          long closed = open.keySet().iterator().next();
          open.remove(closed);
          changes.updateBatch(batch(closed, BatchRow.State.SEALED));
        }
      }
      default -> {}
    }
  }

  static BatchRow batch(long id, BatchRow.State state) {
    long closedAt = state == BatchRow.State.OPEN ? Micros.NONE : 7;
    return new BatchRow(id, 0, 1, 5, state, closedAt, 9, null, null);
  }

  private void deletions(
      List<Long> endedBefore, Set<Long> touched, ChangesBuilder changes, Random random) {
    for (long id : List.copyOf(owed)) {
      if (endedBefore.contains(id) && random.nextInt(3) == 0) {
        changes.payHooks(id);
        owed.remove(id);
      }
    }
    for (long id : endedBefore) {
      boolean free = !owed.contains(id) && !open.containsValue(id) && !touched.contains(id);
      if (free && random.nextInt(8) == 0) {
        changes.deleteRun(id);
        ended.remove(id);
        deleted.add(id);
        bound.values().removeIf(named -> named == id || runOf.getOrDefault(named, 0L) == id);
        runOf.values().removeIf(run -> run == id);
      }
    }
    if (emptyBatches.size() > 1 && random.nextInt(4) == 0) {
      changes.deleteBatch(emptyBatches.removeFirst());
    }
  }

  private void keys(ChangesBuilder changes, Random random) {
    for (int key = 0; key < KEYS; key++) {
      long id = named(random);
      BindingRow row = Rows.binding("key " + key, id);
      int what = random.nextInt(6);
      if (what == 0 && bound.remove(row.key()) != null) {
        changes.unbind(row.key());
      } else if (what == 1 && !deleted.contains(id)) {
        changes.bind(row);
        bound.put(row.key(), id);
      }
    }
  }

  /** A run, or a batch that has one. */
  private long named(Random random) {
    List<Long> some = List.copyOf(runOf.keySet());
    return some.isEmpty() || random.nextInt(3) > 0
        ? 1 + random.nextLong(lastId)
        : some.get(random.nextInt(some.size()));
  }
}
