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
import dev.pawl.spi.QueueRow;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunInput;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredRun;
import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One opening of an {@link InMemoryStore}: it ends by {@code close} or by a crash. Its fields are
 * guarded by the store's lock.
 */
final class InMemorySession implements RunStore {
  private final InMemoryStore store;

  /** Why this session is over, or null while it is open. */
  private @Nullable String endedBecause;

  /**
   * The changes of the last commit that took effect although it threw. The engine repeats such a
   * commit with the same object, and no other commit can carry that object: its identity is the
   * token that a file would have to store.
   */
  private @Nullable Changes unacknowledged;

  InMemorySession(InMemoryStore store) {
    this.store = store;
  }

  void requireOpen() {
    if (endedBecause != null) {
      throw new StoreException(endedBecause, null);
    }
  }

  void end(String reason) {
    endedBecause = reason;
    unacknowledged = null;
  }

  @SuppressWarnings("ReferenceEquality") // equal changes of another turn are other changes
  boolean isUnacknowledged(Changes changes) {
    return unacknowledged == changes;
  }

  void unacknowledged(@Nullable Changes changes) {
    unacknowledged = changes;
  }

  @Override
  public void commit(Changes changes) {
    store.commit(this, changes);
  }

  @Override
  public StoreState state() {
    return store.read(this, InMemoryTables::state);
  }

  @Override
  public Optional<BindingRow> binding(BindingRow.Key key) {
    return store.read(this, tables -> tables.binding(key));
  }

  @Override
  public Optional<RunRow> runRow(long id) {
    return store.read(this, tables -> tables.runRow(id));
  }

  @Override
  public Optional<LabelRow> labels(long runId) {
    return store.read(this, tables -> tables.labels(runId));
  }

  @Override
  public List<BindingRow> bindings(long runId) {
    return store.read(this, tables -> tables.bindings(runId));
  }

  @Override
  public List<EndedRow> ended(RunStatus status, EndedRow after, int limit) {
    return store.read(this, tables -> tables.ended(status, after, limit));
  }

  @Override
  public List<EndedRow> emptyBatches(EndedRow after, int limit) {
    return store.read(this, tables -> tables.emptyBatches(after, limit));
  }

  @Override
  public Set<Long> unnamed(List<Long> runIds) {
    return store.read(this, tables -> tables.unnamed(runIds));
  }

  @Override
  public List<Long> namedBy(long targetId, long afterId, int limit) {
    return store.read(this, tables -> tables.namedBy(targetId, afterId, limit));
  }

  @Override
  public List<Long> batchesOf(long runId, long afterId, int limit) {
    return store.read(this, tables -> tables.batchesOf(runId, afterId, limit));
  }

  @Override
  public StoredValue writeLarge(byte[] value) {
    return store.write(this, values -> values.write(value));
  }

  @Override
  public void discardLarge(StoredValue value) {
    store.write(
        this,
        values -> {
          values.discard(value);
          return null;
        });
  }

  @Override
  public InputStream openLarge(StoredValue value) throws IOException {
    return store.openLarge(this, value);
  }

  @Override
  public List<QueueRow> queues() {
    return store.read(this, InMemoryTables::queues);
  }

  @Override
  public List<LiveRow> live(long afterId, int limit) {
    return store.read(this, tables -> tables.live(afterId, limit));
  }

  @Override
  public List<LiveRow> liveRows(List<Long> ids) {
    return store.read(this, tables -> tables.liveRows(ids));
  }

  @Override
  public List<RunInput> inputs(List<Long> ids) {
    return store.read(this, tables -> tables.inputs(ids));
  }

  @Override
  public Optional<StoredRun> run(long id) {
    return store.read(this, tables -> tables.run(id));
  }

  @Override
  public Optional<ResultRow> result(long id) {
    return store.read(this, tables -> tables.result(id));
  }

  @Override
  public List<StoredRun> runs(RunFilter filter, long beforeId, int limit) {
    return store.read(this, tables -> tables.runs(filter, beforeId, limit));
  }

  @Override
  public long count(RunFilter filter) {
    return store.read(this, tables -> tables.count(filter));
  }

  @Override
  public List<AttemptRow> attempts(long runId) {
    return store.read(this, tables -> tables.attempts(runId));
  }

  @Override
  public List<JournalRow> journal(long runId, int generation) {
    return store.read(this, tables -> tables.journal(runId, generation));
  }

  @Override
  public List<Long> hooksOwed(long afterId, int limit) {
    return store.read(this, tables -> tables.hooksOwed(afterId, limit));
  }

  @Override
  public Optional<BatchRow> batch(long id) {
    return store.read(this, tables -> tables.batch(id));
  }

  @Override
  public List<BatchRow> openBatches() {
    return store.read(this, tables -> tables.openBatches());
  }

  @Override
  public BatchCounts batchCounts(long batchId) {
    return store.read(this, tables -> tables.batchCounts(batchId));
  }

  @Override
  public List<BatchItemRow> batchItems(long batchId, int afterIndex, int limit) {
    return store.read(this, tables -> tables.batchItems(batchId, afterIndex, limit));
  }

  @Override
  public String description() {
    return store.read(this, tables -> "memory (MEMORY)");
  }

  @Override
  public void close() {
    store.close(this);
  }
}
