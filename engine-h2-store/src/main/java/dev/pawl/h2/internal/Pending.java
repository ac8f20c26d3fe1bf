package dev.pawl.h2.internal;

import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is in the journal and not yet in the database. The thread that commits adds groups, the
 * applier takes many of them at once; a reader waits until what concerns it has been applied.
 *
 * <p>The newest batch gathers groups until it is full, the oldest is applied, and there may be full
 * ones between them: what is too large for H2's memory, it writes to the file before the end of the
 * transaction and reads again. A row is looked up in the newest first, then in the older ones, then
 * in the database, and is found at one of these places: a batch leaves here only after the database
 * shows it.
 */
final class Pending {
  /** How long a caller is kept waiting for a database that fails. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final String name;
  private final RedoBounds bounds;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition progress = lock.newCondition();

  private PendingBatch newest = new PendingBatch();

  /** Whether the oldest, which is not the newest then, is in the hands of the applier. */
  private boolean applying;

  private long gatheringSinceNanos;
  private long lastSeq;
  private long appliedSeq;
  private long wantedSeq;
  private long changesOfPlace;
  private boolean closing;

  /** Why the database does not take changes at the moment. */
  private @Nullable Throwable trouble;

  /** Why it never will. */
  private @Nullable Throwable broken;

  Pending(String name, RedoBounds bounds, long appliedSeq) {
    this.name = name;
    this.bounds = bounds;
    this.lastSeq = appliedSeq;
    this.appliedSeq = appliedSeq;
  }

  /**
   * Adds the group that was appended to the journal as the last one. Never fails: where there is no
   * memory left to keep it, it is read from the journal when it is applied.
   */
  void add(long seq, Changes changes, int bytes, Set<Long> losingBatches) {
    lock.lock();
    try {
      if (newest.bytes() >= bounds.applyBytes()) {
        beginNext();
      }
      boolean first = newest.isEmpty();
      lastSeq = seq;
      newest.add(seq, changes, bytes, losingBatches);
      if (first) {
        gatheringSinceNanos = System.nanoTime();
      }
      if (first || newest.bytes() >= bounds.applyBytes()) {
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void beginNext() {
    try {
      newest = new PendingBatch(newest);
    } catch (OutOfMemoryError e) {
      // Then the one that there is goes on growing.
    }
  }

  /**
   * Returns when another group may be pending.
   *
   * @throws StoreException when the database has been failing for too long
   */
  void awaitRoom() {
    lock.lock();
    try {
      await("write", () -> pendingBytes() <= mostBytes());
    } finally {
      lock.unlock();
    }
  }

  private long mostBytes() {
    return wantedSeq > appliedSeq ? bounds.readerBytes() : bounds.mostBytes();
  }

  private long pendingBytes() {
    long bytes = 0;
    for (PendingBatch batch = newest; batch != null; batch = batch.older()) {
      bytes += batch.bytes();
    }
    return bytes;
  }

  /** Returns when the database shows every group that was added before this call. */
  void awaitAll() {
    awaitIf(batch -> true);
  }

  /** As {@link #awaitAll()}, if any pending change concerns a run. */
  void awaitRun(long id) {
    awaitIf(batch -> batch.touchesRun(id));
  }

  /** As {@link #awaitAll()}, if any pending change concerns a batch. */
  void awaitBatch(long id) {
    awaitIf(batch -> batch.touchesBatch(id));
  }

  /** As {@link #awaitAll()}, if any pending change writes a batch, an item of it, or its key. */
  void awaitWrittenBatch(long id) {
    awaitIf(batch -> batch.writesBatch(id));
  }

  /** As {@link #awaitAll()}, if a journal names something by any pending change. */
  void awaitNamed(long id) {
    awaitIf(batch -> batch.names(id));
  }

  /** As {@link #awaitAll()}, if a pending change may delete a run or batch. */
  void awaitDeletion(long id) {
    awaitIf(batch -> batch.mayDelete(id));
  }

  /** As {@link #awaitAll()}, if any pending change concerns what goes with a run or batch. */
  void awaitWhatGoesWith(long id) {
    awaitIf(batch -> batch.touchesWhatGoesWith(id));
  }

  private void awaitIf(Predicate<PendingBatch> concerns) {
    lock.lock();
    try {
      if (any(concerns)) {
        awaitSeq(lastSeq);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean any(Predicate<PendingBatch> kind) {
    for (PendingBatch batch = newest; batch != null; batch = batch.older()) {
      if (!batch.isEmpty() && kind.test(batch)) {
        return true;
      }
    }
    return false;
  }

  private void awaitSeq(long seq) {
    wantedSeq = Math.max(wantedSeq, seq);
    work.signal();
    await("read", () -> appliedSeq >= seq);
  }

  /**
   * Waits under the lock; as long as it takes while the database takes changes. An interrupt is
   * kept for the caller.
   */
  private void await(String what, BooleanSupplier reached) {
    long beganAtNanos = System.nanoTime();
    boolean interrupted = false;
    try {
      while (!reached.getAsBoolean()) {
        requireSound();
        if (trouble != null && System.nanoTime() - beganAtNanos >= PATIENCE.toNanos()) {
          throw new StoreException(
              "the store " + name + " cannot " + what + ": " + trouble.getMessage(), trouble);
        }
        try {
          progress.awaitNanos(PATIENCE.toNanos());
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Fails where the database can never get what was acknowledged. */
  void requireSound() {
    lock.lock();
    try {
      if (broken != null) {
        throw new IllegalStateException(
            "the store " + name + " has refused acknowledged changes: " + broken.getMessage(),
            broken);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * For the applier: waits until there is a batch that should be applied, and takes it. A batch
   * that was taken and not {@link #applied} is given again.
   *
   * @return empty when the store closes and there is nothing left
   */
  Optional<PendingBatch> take() {
    lock.lock();
    try {
      while (!applying && !(closing && isEmpty())) {
        long waitNanos = nanosUntilDue();
        if (waitNanos <= 0) {
          if (newest.older() == null) {
            newest = new PendingBatch(newest);
          }
          applying = true;
        } else {
          try {
            work.awaitNanos(waitNanos);
          } catch (InterruptedException e) {
            // Nobody has a reason to; what is pending is applied all the same.
          }
        }
      }
      return applying ? Optional.of(oldest()) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private boolean isEmpty() {
    return newest.isEmpty() && newest.older() == null;
  }

  private PendingBatch oldest() {
    PendingBatch oldest = newest;
    for (PendingBatch batch = newest; batch != null; batch = batch.older()) {
      oldest = batch;
    }
    return oldest;
  }

  private long nanosUntilDue() {
    if (isEmpty()) {
      return Long.MAX_VALUE;
    }
    boolean full = newest.older() != null || newest.bytes() >= bounds.applyBytes();
    if (closing || wantedSeq > appliedSeq || full) {
      return 0;
    }
    return gatheringSinceNanos + bounds.delay().toNanos() - System.nanoTime();
  }

  /** The batch that was taken is in the database, visible to whoever begins to read now. */
  void applied() {
    lock.lock();
    try {
      if (applying) {
        PendingBatch oldest = oldest();
        appliedSeq = oldest.lastSeq();
        for (PendingBatch batch = newest; batch != null; batch = batch.older()) {
          batch.forget(oldest);
        }
        applying = false;
      }
      changesOfPlace++;
      trouble = null;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The database has failed and will be tried again. Waits a little.
   *
   * @return false when the store is closing, so that there may be no point in another try
   */
  boolean failed(Throwable failure, long pauseNanos) {
    lock.lock();
    try {
      trouble = failure;
      progress.signalAll();
      long left = pauseNanos;
      while (left > 0 && !closing) {
        try {
          left = work.awaitNanos(left);
        } catch (InterruptedException e) {
          return !closing;
        }
      }
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  /** Why the database could not be written the last time; null where it could. */
  @Nullable String trouble() {
    lock.lock();
    try {
      Throwable last = broken == null ? trouble : broken;
      return last == null ? null : last.toString();
    } finally {
      lock.unlock();
    }
  }

  /** The database refuses what it must take: nothing can be done but say so. */
  void brokenBy(Throwable cause) {
    lock.lock();
    try {
      broken = cause;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No group follows; what is pending is to be applied now. */
  void close() {
    lock.lock();
    try {
      closing = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The number of the last group that the database has. */
  long appliedSeq() {
    lock.lock();
    try {
      return appliedSeq;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Changes whenever rows have moved from here to the database: whoever has looked at both, one
   * after the other, and finds it unchanged has missed nothing.
   */
  long changesOfPlace() {
    lock.lock();
    try {
      return changesOfPlace;
    } finally {
      lock.unlock();
    }
  }

  /** A run as the last pending change leaves it; empty where none concerns it. */
  Optional<RunRow> run(long id) {
    return find(batch -> batch.run(id));
  }

  Optional<ResultRow> result(long id) {
    return find(batch -> batch.result(id));
  }

  /** Whether a run has a live row; empty where only the database can tell. */
  Optional<Boolean> isLive(long id) {
    return find(batch -> batch.isLive(id));
  }

  /** A live row; empty inside where it is deleted, empty outside where it is not here. */
  Optional<Optional<LiveRow>> live(long id) {
    return find(
        batch -> {
          LiveRow row = batch.live(id);
          if (row != null) {
            return Optional.of(row);
          }
          return Boolean.FALSE.equals(batch.isLive(id)) ? Optional.<LiveRow>empty() : null;
        });
  }

  Optional<LabelRow> labels(long runId) {
    return find(batch -> batch.labels(runId));
  }

  /** Whether the hooks of a run are owed; empty where only the database can tell. */
  Optional<Boolean> owesHooks(long runId) {
    return find(batch -> batch.owesHooks(runId));
  }

  /** Whether a pending change deletes a run or batch by its id. */
  boolean isDeleted(long id) {
    return has(batch -> batch.isDeleted(id));
  }

  /** Whether a pending change deletes a run or batch, or may take it along. */
  boolean mayDelete(long id) {
    return has(batch -> batch.mayDelete(id));
  }

  /** When the first run, or batch without items, came to its end by a pending change. */
  long firstEnd() {
    lock.lock();
    try {
      long first = Micros.NEVER;
      for (PendingBatch batch = newest; batch != null; batch = batch.older()) {
        first = Math.min(first, batch.firstEnd());
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** A batch as the last pending change leaves it; empty where none concerns it. */
  Optional<BatchRow> batch(long id) {
    return find(batch -> batch.batch(id));
  }

  /** The keys that name a run or batch by pending changes. */
  List<BindingRow> bindings(long id) {
    lock.lock();
    try {
      if (any(PendingBatch::isIncomplete)) {
        awaitSeq(lastSeq);
      }
      Set<BindingRow.Key> keys = new LinkedHashSet<>();
      for (PendingBatch batch = newest; batch != null; batch = batch.older()) {
        keys.addAll(batch.keysOf(id));
      }
      List<BindingRow> found = new ArrayList<>(keys.size());
      for (BindingRow.Key key : keys) {
        binding(key).flatMap(row -> row).filter(row -> row.runId() == id).ifPresent(found::add);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  /** What a key names; empty inside where it was freed, empty outside where it is not here. */
  Optional<Optional<BindingRow>> binding(BindingRow.Key key) {
    return find(
        batch -> {
          BindingRow row = batch.binding(key);
          if (row != null) {
            return Optional.of(row);
          }
          return batch.frees(key) ? Optional.<BindingRow>empty() : null;
        });
  }

  boolean has(Predicate<PendingBatch> row) {
    return find(batch -> row.test(batch) ? Boolean.TRUE : null).isPresent();
  }

  private <T> Optional<T> find(Function<PendingBatch, @Nullable T> row) {
    lock.lock();
    try {
      if (any(PendingBatch::isIncomplete)) {
        awaitSeq(lastSeq);
      }
      T found = null;
      for (PendingBatch batch = newest; batch != null && found == null; batch = batch.older()) {
        found = row.apply(batch);
      }
      return Optional.ofNullable(found);
    } finally {
      lock.unlock();
    }
  }
}
