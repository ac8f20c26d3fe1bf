package dev.pawl.testing;

import dev.pawl.spi.AttemptRow;
import dev.pawl.spi.BatchCounts;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.Binding;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Changes;
import dev.pawl.spi.JournalRow;
import dev.pawl.spi.LabelRow;
import dev.pawl.spi.LiveRow;
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredRun;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that knows whether somebody is reading it: a body that waits for another thread to read
 * for it waits without a time limit, and would look as if it had nothing to do. It also reads what
 * the engine commits: that is where points are passed and the log is written.
 */
final class WatchedStore implements RunStore {
  private final RunStore store;
  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private final Faults faults;
  private final Consumer<List<Transition>> log;
  private final RunBook book;

  /** What makes the engine die as a process does, right before the error that ends it. */
  private volatile @Nullable Runnable onDeath;

  private volatile boolean dead;

  /** The commit under way. A commit that fails is repeated with the same object. */
  private @Nullable Changes current;

  private boolean isStored;
  private List<Moment> before = List.of();
  private List<Moment> after = List.of();

  WatchedStore(RunStore store, Faults faults, Consumer<List<Transition>> log) {
    this.store = store;
    this.faults = faults;
    this.log = log;
    this.book = RunBook.of(store);
  }

  /** The engine is open: from now on it passes points. */
  void opened(Runnable onDeath) {
    this.onDeath = onDeath;
  }

  /** Whether the process has died over this store. */
  boolean isDead() {
    return dead;
  }

  private void requireAlive() {
    if (dead) {
      throw new StoreException(
          "the process died at a fault of the test; TestEngine.crash() begins the next life", null);
    }
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
    requireAlive();
    begun.incrementAndGet();
    try {
      return read.get();
    } finally {
      ended.incrementAndGet();
    }
  }

  @Override
  public void commit(Changes changes) {
    requireAlive();
    if (isAnother(changes)) {
      current = changes;
      isStored = false;
      List<Moment> moments = onDeath == null ? List.of() : book.moments(changes);
      before = moments.stream().filter(moment -> moment.point().isBeforeCommit()).toList();
      after = moments.stream().filter(moment -> !moment.point().isBeforeCommit()).toList();
    }
    List<Moment> ahead = before;
    before = List.of();
    pass(ahead);
    if (!isStored) {
      store.commit(changes);
      isStored = true;
      log.accept(book.applied(changes));
    }
    List<Moment> behind = after;
    after = List.of();
    pass(behind);
  }

  @SuppressWarnings("ReferenceEquality") // equal changes of another turn are other changes
  private boolean isAnother(Changes changes) {
    return current != changes;
  }

  private void pass(List<Moment> moments) {
    if (moments.isEmpty()) {
      return;
    }
    try {
      faults.pass(moments);
    } catch (ProcessDied e) {
      dead = true;
      Objects.requireNonNull(onDeath).run();
      throw e;
    }
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
  public Optional<LabelRow> labels(long runId) {
    return watched(() -> store.labels(runId));
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
  public long count(RunFilter filter) {
    return watched(() -> store.count(filter));
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
  public List<Long> hooksOwed(long afterId, int limit) {
    return watched(() -> store.hooksOwed(afterId, limit));
  }

  @Override
  public Optional<BatchRow> batch(long id) {
    return watched(() -> store.batch(id));
  }

  @Override
  public List<BatchRow> openBatches() {
    return watched(() -> store.openBatches());
  }

  @Override
  public BatchCounts batchCounts(long batchId) {
    return watched(() -> store.batchCounts(batchId));
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
