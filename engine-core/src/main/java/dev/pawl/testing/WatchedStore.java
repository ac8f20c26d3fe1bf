package dev.pawl.testing;

import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.Binding;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredRun;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A store that knows whether somebody is reading it: a body that waits for another thread to read
 * for it waits without a time limit, and would look as if it had nothing to do.
 */
final class WatchedStore implements RunStore {
  private final RunStore store;
  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();

  WatchedStore(RunStore store) {
    this.store = store;
  }

  /** Whether somebody reads at this moment. */
  boolean isRead() {
    long before = ended.get();
    return begun.get() != before;
  }

  /**
   * How many reads were begun; where it has not changed, nobody has read since {@link #isRead} was
   * false. A thread that is seen waiting before one read and waiting in the next had much to do.
   */
  long reads() {
    return begun.get();
  }

  private <T> T watched(Supplier<T> read) {
    begun.incrementAndGet();
    try {
      return read.get();
    } finally {
      ended.incrementAndGet();
    }
  }

  @Override
  public void commit(Changes changes) {
    store.commit(changes);
  }

  @Override
  public StoreState state() {
    return store.state();
  }

  @Override
  public Optional<Binding> binding(BindingRow.Key key) {
    return watched(() -> store.binding(key));
  }

  @Override
  public Optional<RunRow> runRow(long id) {
    return watched(() -> store.runRow(id));
  }

  @Override
  public List<QueueRow> queues() {
    return watched(store::queues);
  }

  @Override
  public List<LiveRow> live(long afterId, int limit) {
    return watched(() -> store.live(afterId, limit));
  }

  @Override
  public Optional<StoredRun> run(long id) {
    return watched(() -> store.run(id));
  }

  @Override
  public Optional<ResultRow> result(long id) {
    return watched(() -> store.result(id));
  }

  @Override
  public List<StoredRun> runs(RunFilter filter, long beforeId, int limit) {
    return watched(() -> store.runs(filter, beforeId, limit));
  }

  @Override
  public List<AttemptRow> attempts(long runId) {
    return watched(() -> store.attempts(runId));
  }

  @Override
  public List<JournalRow> journal(long runId, int generation) {
    return watched(() -> store.journal(runId, generation));
  }

  @Override
  public Optional<BatchRow> batch(long id) {
    return watched(() -> store.batch(id));
  }

  @Override
  public List<BatchItemRow> batchItems(long batchId, int afterIndex, int limit) {
    return watched(() -> store.batchItems(batchId, afterIndex, limit));
  }

  @Override
  public String description() {
    return store.description();
  }

  @Override
  public void close() {
    store.close();
  }
}
