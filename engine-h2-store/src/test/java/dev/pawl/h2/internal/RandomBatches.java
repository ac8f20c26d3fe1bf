package dev.pawl.h2.internal;

import static dev.pawl.fixtures.ChangesBuilder.changes;

import dev.pawl.RunStatus;
import dev.pawl.TriggerOutcome;
import dev.pawl.fixtures.ChangesBuilder;
import dev.pawl.fixtures.Rows;
import dev.pawl.fixtures.RunBuilder;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Random changes of batches that keep every promise: they come whole or in pieces of any size, with
 * runs that are made there, that others made, and that stand there several times; and go with their
 * runs, in any order.
 */
final class RandomBatches {
  private static final int MOST_RUNS = 2_000;
  private static final String LONG_METADATA = "{\"a\":\"" + "x".repeat(5_000) + "\"}";

  private final Random random;
  private final List<Long> live = new ArrayList<>();

  /** Runs that ended with an earlier group and are not deleted. */
  private final List<Long> ended = new ArrayList<>();

  /** How many items each batch that is open has. */
  private final Map<Long, Integer> open = new HashMap<>();

  /** The batches that are open in which each run stands. */
  private final Map<Long, Set<Long>> openOf = new HashMap<>();

  private final List<Long> batches = new ArrayList<>();
  private long lastId;

  /** The first id of the group at hand. */
  private long firstNew;

  private long deleted;

  RandomBatches(Random random) {
    this.random = random;
  }

  /** All batches that there ever were. */
  List<Long> batches() {
    return batches;
  }

  long lastId() {
    return lastId;
  }

  long deleted() {
    return deleted;
  }

  /** The next group. */
  Changes next() {
    ChangesBuilder changes = changes();
    firstNew = lastId + 1;
    List<Long> endedBefore = new ArrayList<>(ended);
    Set<Long> named = new HashSet<>();
    if (live.size() + ended.size() < MOST_RUNS) {
      switch (random.nextInt(4)) {
        case 0 -> begin(changes, named);
        case 1, 2 -> goOn(changes, named);
        default -> changes.create(Rows.run(newLive()));
      }
    }
    if (random.nextInt(3) == 0) {
      ends(changes, named);
    }
    if (random.nextInt(3) == 0) {
      deletions(endedBefore, changes, named);
    }
    return changes.build();
  }

  private long newLive() {
    live.add(++lastId);
    return lastId;
  }

  private void begin(ChangesBuilder changes, Set<Long> named) {
    long id = ++lastId;
    batches.add(id);
    boolean whole = random.nextBoolean();
    changes.batch(row(id, whole ? BatchRow.State.SEALED : BatchRow.State.OPEN, 1));
    if (!whole) {
      open.put(id, 0);
    }
    int size = whole ? Math.max(1, size()) : size();
    items(id, 0, size, changes, named);
    if (random.nextBoolean()) {
      changes.bind(Rows.binding("key " + random.nextInt(5), id));
    }
  }

  private void goOn(ChangesBuilder changes, Set<Long> named) {
    if (open.isEmpty()) {
      return;
    }
    List<Long> ids = new ArrayList<>(open.keySet());
    long id = ids.get(random.nextInt(ids.size()));
    items(id, open.get(id), size(), changes, named);
    BatchRow.State state =
        switch (random.nextInt(6)) {
          case 0 -> BatchRow.State.SEALED;
          case 1 -> BatchRow.State.ABORTED;
          default -> BatchRow.State.OPEN;
        };
    changes.updateBatch(row(id, state, open.get(id)));
    if (state != BatchRow.State.OPEN) {
      open.remove(id);
      openOf.values().forEach(batches -> batches.remove(id));
    }
  }

  private static BatchRow row(long id, BatchRow.State state, int size) {
    long closedAt = state == BatchRow.State.OPEN ? Micros.NONE : 7;
    return new BatchRow(id, 0, size, 5, state, closedAt, 9, null, null);
  }

  private int size() {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1, 2, 3 -> 1;
      case 4, 5 -> random.nextInt(20);
      case 6 -> BatchItemTable.MOST - 1 + random.nextInt(3);
      default -> random.nextInt(3 * BatchItemTable.MOST);
    };
  }

  private void items(long batch, int from, int size, ChangesBuilder changes, Set<Long> named) {
    List<BatchItemRow> items = new ArrayList<>();
    int shareOfNew = 1 + random.nextInt(4);
    for (int index = from; index < from + size; index++) {
      long run = random.nextInt(4) < shareOfNew ? 0 : known();
      boolean isNew = run == 0;
      if (isNew) {
        run = newLive();
        RunBuilder made = Rows.newRun(run).batch(batch, index);
        if (random.nextInt(40) == 0) {
          made.metadata(LONG_METADATA);
        }
        changes.create(made.build());
      }
      named.add(run);
      if (open.containsKey(batch)) {
        openOf.computeIfAbsent(run, unused -> new HashSet<>()).add(batch);
      }
      TriggerOutcome outcome = isNew ? TriggerOutcome.CREATED : TriggerOutcome.DEDUPLICATED;
      items.add(new BatchItemRow(batch, index, run, "task", outcome, !isNew));
    }
    if (open.containsKey(batch)) {
      open.put(batch, from + size);
    }
    Collections.shuffle(items, random);
    items.forEach(changes::batchItem);
  }

  /** A run that there is, or 0. */
  private long known() {
    List<Long> some = ended.isEmpty() || random.nextBoolean() ? live : ended;
    return some.isEmpty()
        ? 0
        : some.get(some.size() - 1 - random.nextInt(Math.min(50, some.size())));
  }

  private void ends(ChangesBuilder changes, Set<Long> named) {
    int oneIn = 1 + random.nextInt(4);
    for (long id : List.copyOf(live)) {
      if (!named.contains(id) && id < firstNew && random.nextInt(oneIn) == 0) {
        changes.end(end(id));
        live.remove(id);
        ended.add(id);
      }
    }
  }

  /** Each at another time. */
  private static ResultRow end(long id) {
    ResultRow row = Rows.ended(id, id % 3 == 0 ? RunStatus.FAILED : RunStatus.COMPLETED);
    return new ResultRow(
        id,
        row.status(),
        row.attempt(),
        row.queuedAtMicros(),
        row.startedAtMicros(),
        row.attemptStartedAtMicros(),
        row.finishedAtMicros() + id * 7 % 1_000,
        row.output(),
        row.error());
  }

  private void deletions(List<Long> endedBefore, ChangesBuilder changes, Set<Long> named) {
    List<Long> some = new ArrayList<>(endedBefore);
    some.removeIf(id -> named.contains(id) || !openOf.getOrDefault(id, Set.of()).isEmpty());
    Collections.shuffle(some, random);
    int most = random.nextBoolean() ? 3 : some.size();
    for (long id : some.subList(0, Math.min(most, some.size()))) {
      changes.deleteRun(id);
      ended.remove(id);
      openOf.remove(id);
      deleted++;
    }
  }
}
