package dev.pawl.testing;

import dev.pawl.Backup;
import dev.pawl.EngineClosedException;
import dev.pawl.RunContext;
import dev.pawl.RunStatus;
import dev.pawl.internal.api.Probe;
import dev.pawl.internal.exec.CurrentRun;
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
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunInput;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreFigures;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredRun;
import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

  /** The engine over this store; null until it is open, and passes no points. */
  private volatile @Nullable Probe probe;

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
  void opened(Probe probe) {
    this.probe = probe;
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
      List<Moment> moments = probe == null ? List.of() : book.moments(changes);
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
      die();
      throw e;
    }
  }

  /** The engine dies as a process does, right before the error that ends it. */
  private void die() {
    dead = true;
    Objects.requireNonNull(probe).abandon();
  }

  @Override
  public StoreState state() {
    return store.state();
  }

  @Override
  public Optional<BindingRow> binding(BindingRow.Key key) {
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
  public List<BindingRow> bindings(long runId) {
    return watched(() -> store.bindings(runId));
  }

  @Override
  public List<EndedRow> ended(RunStatus status, EndedRow after, int limit) {
    return watched(() -> store.ended(status, after, limit));
  }

  @Override
  public List<EndedRow> emptyBatches(EndedRow after, int limit) {
    return watched(() -> store.emptyBatches(after, limit));
  }

  @Override
  public Set<Long> unnamed(List<Long> runIds) {
    return watched(() -> store.unnamed(runIds));
  }

  @Override
  public List<Long> namedBy(long targetId, long afterId, int limit) {
    return watched(() -> store.namedBy(targetId, afterId, limit));
  }

  @Override
  public List<Long> batchesOf(long runId, long afterId, int limit) {
    return watched(() -> store.batchesOf(runId, afterId, limit));
  }

  @Override
  public StoredValue writeLarge(byte[] value) {
    return watched(
        () -> {
          StoredValue written = store.writeLarge(value);
          if (probe != null) {
            passWritten(written);
          }
          return written;
        });
  }

  /** The point that lies outside of every commit, on the thread of whoever writes. */
  private void passWritten(StoredValue written) {
    try {
      faults.pass(List.of(new Moment(FaultPoint.PAYLOAD_OBJECT_WRITTEN, namesOfWriter())));
    } catch (ProcessDied e) {
      die();
      Objects.requireNonNull(probe).poke(); // the loop hears of it although it commits nothing
      throw new EngineClosedException("the engine has crashed");
    } catch (StoreException e) {
      store.discardLarge(written);
      throw e;
    }
  }

  private static Set<String> namesOfWriter() {
    RunContext run = CurrentRun.get();
    return run == null ? Set.of() : Set.of(run.runId(), run.taskId());
  }

  @Override
  public void discardLarge(StoredValue value) {
    if (!dead) {
      store.discardLarge(value);
    }
  }

  @Override
  public InputStream openLarge(StoredValue value) throws IOException {
    requireAlive();
    return store.openLarge(value);
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
  public List<LiveRow> liveRows(List<Long> ids) {
    return watched(() -> store.liveRows(ids));
  }

  @Override
  public List<RunInput> inputs(List<Long> ids) {
    return watched(() -> store.inputs(ids));
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
  public Backup backup(Path folder) {
    return watched(() -> store.backup(folder));
  }

  @Override
  public StoreFigures figures() {
    return store.figures();
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
