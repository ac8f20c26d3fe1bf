package dev.pawl.h2.internal;

import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.RunRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@link Changes} promise about rows that exist, and those that do not. Where the database
 * gets changes long after they were acknowledged it is too late to find out there; so each row is
 * looked up before, among the pending ones and then in the database. What follows from the commits
 * before needs no look-up: a run with a higher id than every other is new, since that is how ids
 * are handed out, a run that was made or found a moment ago is live until it is deleted, and an
 * item that follows the last one of its batch is new.
 *
 * <p>Used by the thread that commits.
 */
final class Existence {
  static final String HIGHEST_LIVE =
      "select id from unfinished_run order by id desc fetch next 1 rows only";

  static final String HIGHEST_ENDED =
      "select id from finished_run order by id desc fetch next 1 rows only";

  static final String LIVE = "select id from unfinished_run where id = ?";

  static final String ENDED = "select id from finished_run where id = ?";

  static final String LIVE_AMONG = "select count(*) from unfinished_run where (id = any(?))";

  static final String ATTEMPT = "select run_id from attempt where (run_id = ? and number = ?)";

  static final String BATCH = "select id from batch where id = ?";

  /** How many live runs are known at least; some hundred bytes each. */
  private static final int KNOWN_LIVE = 10_000;

  private final Pending pending;
  private final LookUps lookUps;
  private final Deletions deletions;
  private long highestRun = Long.MAX_VALUE;

  /** Runs that are live. */
  private final RecentIds live = new RecentIds(KNOWN_LIVE);

  /** The number that follows the last item of each batch that was made here and is open. */
  private final Map<Long, Integer> nextItems = new HashMap<>();

  Existence(Pending pending, LookUps lookUps) {
    this.pending = pending;
    this.lookUps = lookUps;
    this.deletions = new Deletions(pending, lookUps);
  }

  /**
   * Checks changes that {@link ChangesCheck} has passed.
   *
   * @return the batches in which runs stand that are deleted
   * @throws IllegalStateException when they break a promise
   */
  Set<Long> require(Changes changes) throws SQLException {
    Set<Long> losingBatches = deletions.require(changes);
    requireNew(changes);
    for (RunRow row : changes.runUpdates()) {
      require(runExists(row.id()), "updating", "run", row.id());
    }
    requireLive("updating", changes.liveUpdates().stream().map(LiveRow::id).toList());
    requireLive("deleting", changes.liveDeletes());
    requireNewAttempts(changes);
    requireNewBatches(changes);
    for (BatchRow row : changes.batchUpdates()) {
      require(batchExists(row.id()), "updating", "batch", row.id());
    }
    for (long id : changes.hooksPaid()) {
      require(owesHooks(id), "paying", "the hooks of run", id);
    }
    for (BindingRow.Key key : changes.unboundKeys()) {
      require(isBound(key), "freeing", "idempotency key", key);
    }
    return losingBatches;
  }

  /** Notes what is new and what is gone of changes that are about to be written, or not. */
  void adds(Changes changes) {
    for (RunRow row : changes.runs()) {
      highestRun = Math.max(highestRun, row.id());
    }
    live.removeAll(changes.liveDeletes());
    deletions.deletes(changes);
    nextItems.keySet().removeAll(changes.batchDeletes());
  }

  /** Remembers what changes have added that are certainly written. */
  void added(Changes changes) {
    changes.liveInserts().forEach(row -> live.add(row.id()));
    for (BatchRow row : changes.batches()) {
      if (row.state() == BatchRow.State.OPEN) {
        nextItems.put(row.id(), 0);
      }
    }
    for (BatchItemRow row : changes.batchItems()) {
      nextItems.computeIfPresent(row.batchId(), (id, next) -> Math.max(next, row.index() + 1));
    }
    for (BatchRow row : changes.batchUpdates()) {
      if (row.state() != BatchRow.State.OPEN) {
        nextItems.remove(row.id());
      }
    }
  }

  /** Remembers what the database was found to hold by the thread that commits. */
  void foundLive(List<LiveRow> rows) {
    rows.forEach(row -> live.add(row.id()));
  }

  /** As {@link #foundLive}. */
  void foundEnded(List<EndedRow> rows) {
    deletions.foundEnded(rows);
  }

  private void requireNew(Changes changes) throws SQLException {
    if (changes.runs().isEmpty()) {
      return;
    }
    if (highestRun == Long.MAX_VALUE) {
      highestRun = storedHighestRun();
    }
    for (RunRow row : changes.runs()) {
      require(
          row.id() > highestRun || !runExists(row.id()),
          "inserting",
          "run, which exists,",
          row.id());
    }
  }

  /** Asked with the first runs of this life: no run is pending then. */
  private long storedHighestRun() throws SQLException {
    return lookUps.read(Existence::highestRun);
  }

  /** The highest id of a run in the database; 0 where there is none. */
  private static long highestRun(Statements statements) throws SQLException {
    return Math.max(only(statements, HIGHEST_LIVE), only(statements, HIGHEST_ENDED));
  }

  private static long only(Statements statements, String sql) throws SQLException {
    try (ResultSet rows = statements.prepare(sql).executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0L;
    }
  }

  /** Asks the database once for all that are not pending: there may be a thousand in a group. */
  private void requireLive(String doing, List<Long> ids) throws SQLException {
    List<Long> unknown = new ArrayList<>();
    for (Long id : ids) {
      if (live.contains(id)) {
        continue;
      }
      var known = pending.isLive(id);
      if (known.isEmpty()) {
        unknown.add(id);
      } else {
        require(known.get(), doing, "live run", id);
      }
    }
    if (unknown.isEmpty() || lookUps.count(LIVE_AMONG, unknown) == unknown.size()) {
      return;
    }
    for (Long id : unknown) {
      require(isLive(id), doing, "live run", id);
    }
  }

  private void requireNewAttempts(Changes changes) throws SQLException {
    Set<Object> seen = new HashSet<>();
    for (AttemptRow row : changes.attempts()) {
      boolean exists =
          !seen.add(new AttemptKey(row.runId(), row.number()))
              || pending.has(batch -> batch.hasAttempt(row.runId(), row.number()))
              || isStored(ATTEMPT, row.runId(), row.number());
      require(!exists, "inserting", "attempt, which exists, of run", row.runId());
    }
  }

  private record AttemptKey(long runId, int number) {}

  private void requireNewBatches(Changes changes) throws SQLException {
    Set<Long> created = new HashSet<>();
    for (BatchRow row : changes.batches()) {
      boolean exists = !created.add(row.id()) || batchExists(row.id());
      require(!exists, "inserting", "batch, which exists,", row.id());
    }
    Set<BatchItemKey> seen = new HashSet<>();
    Set<Long> open = new HashSet<>(created);
    for (BatchItemRow row : changes.batchItems()) {
      boolean exists =
          !seen.add(new BatchItemKey(row.batchId(), row.index()))
              || (!created.contains(row.batchId()) && !isNext(row) && itemExists(row));
      require(!exists, "inserting", "item, which exists, of batch", row.batchId());
      boolean grows =
          open.contains(row.batchId()) || nextItems.containsKey(row.batchId()) || isOpen(row);
      require(grows, "inserting", "item of batch, which is closed,", row.batchId());
      open.add(row.batchId());
    }
  }

  /** Rows of items do not overlap, since none is taken out while others may come. */
  private boolean isOpen(BatchItemRow row) throws SQLException {
    var known = pending.batch(row.batchId());
    var found =
        known.isPresent()
            ? known
            : lookUps.read(statements -> BatchTable.one(statements, row.batchId()));
    return found.filter(batch -> batch.state() == BatchRow.State.OPEN).isPresent();
  }

  private record BatchItemKey(long batchId, int index) {}

  /** Whether an item follows all that its batch has, as far as that is known. */
  private boolean isNext(BatchItemRow row) {
    return row.index() >= nextItems.getOrDefault(row.batchId(), Integer.MAX_VALUE);
  }

  private boolean itemExists(BatchItemRow row) throws SQLException {
    return pending.has(batch -> batch.hasBatchItem(row.batchId(), row.index()))
        || isStoredItem(row.batchId(), row.index());
  }

  private boolean isStoredItem(long batchId, int index) throws SQLException {
    pending.awaitDeletion(batchId);
    return lookUps.read(statements -> BatchItemTable.contains(statements, batchId, index));
  }

  private boolean runExists(long id) throws SQLException {
    return pending.run(id).isPresent() || isStored(LIVE, id) || isStored(ENDED, id);
  }

  private boolean batchExists(long id) throws SQLException {
    return pending.batch(id).isPresent() || isStored(BATCH, id);
  }

  private boolean owesHooks(long runId) throws SQLException {
    var known = pending.owesHooks(runId);
    return known.isPresent() ? known.get() : isStored(HookTable.ONE, runId);
  }

  /** The large value that is the payload of a run; 0 for none. */
  long payloadKey(long runId) throws SQLException {
    var known = pending.run(runId);
    return known.isPresent()
        ? known.get().payload().key()
        : lookUps.read(statements -> Inputs.payloadKey(statements, runId));
  }

  /**
   * Whether a row is in the database, and not about to go with the run or batch whose id is the
   * first part of its key.
   */
  private boolean isStored(String sql, long... key) throws SQLException {
    pending.awaitDeletion(key[0]);
    return lookUps.has(sql, key);
  }

  private boolean isLive(long id) throws SQLException {
    var known = pending.isLive(id);
    return known.isPresent() ? known.get() : lookUps.has(LIVE, id);
  }

  private boolean isBound(BindingRow.Key key) throws SQLException {
    var known = pending.binding(key);
    if (known.isPresent()) {
      return known.get().isPresent();
    }
    Optional<BindingRow> stored = stored(key);
    if (stored.isPresent() && pending.mayDelete(stored.get().runId())) {
      pending.awaitAll();
      stored = stored(key);
    }
    return stored.isPresent();
  }

  private Optional<BindingRow> stored(BindingRow.Key key) throws SQLException {
    return lookUps.read(statements -> IdempotencyTable.one(statements, key));
  }

  private static void require(boolean kept, String doing, String what, Object which) {
    if (!kept) {
      throw new IllegalStateException(
          "the changes cannot be stored: " + doing + " " + what + " " + which);
    }
  }
}
