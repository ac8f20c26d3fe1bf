package dev.pawl.h2.internal;

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
import dev.pawl.spi.RunRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreState;
import dev.pawl.spi.StoredRun;
import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open store: commits go to the writer, reads to the readers. */
public final class H2RunStore implements RunStore {
  private static final Logger log = LoggerFactory.getLogger(H2RunStore.class);

  private final Location.Claim claim;
  private final String description;
  private final Database database;
  private final Writer writer;
  private final ReadPool readers;
  private final LargeValues large;
  private final AtomicBoolean closed = new AtomicBoolean();

  private H2RunStore(
      Location.Claim claim,
      String description,
      Database database,
      Writer writer,
      ReadPool readers,
      LargeValues large) {
    this.claim = claim;
    this.description = description;
    this.database = database;
    this.writer = writer;
    this.readers = readers;
    this.large = large;
  }

  /** Opens the store at a location; a failed open leaves nothing open or locked. */
  public static H2RunStore open(
      Location location, String description, Options options, Migrations migrations) {
    boolean interrupted = Thread.interrupted();
    try {
      return openUninterrupted(location, description, options, migrations);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static H2RunStore openUninterrupted(
      Location location, String description, Options options, Migrations migrations) {
    Location.Claim claim = location.claim();
    Database database = null;
    H2RunStore opened = null;
    try {
      claim.prepare(options, migrations);
      database = new Database(claim, options);
      migrations.upgrade(database.writing().connection);
      Writer writer = new Writer(database, description);
      ReadPool readers = new ReadPool(database, description, options.readers());
      LargeValues large = new LargeValues(description, claim.values(), readers);
      large.sweep();
      opened = new H2RunStore(claim, description, database, writer, readers, large);
      return opened;
    } catch (SQLException e) {
      throw new StoreException(
          "the store " + description + " cannot be opened: " + e.getMessage(), e);
    } finally {
      if (opened == null) {
        if (database != null) {
          database.close();
        }
        claim.close();
      }
    }
  }

  @Override
  public void commit(Changes changes) {
    requireOpen();
    writer.commit(changes, large);
  }

  @Override
  public StoreState state() {
    return readers.read(EngineStateTable::state);
  }

  @Override
  public Optional<BindingRow> binding(BindingRow.Key key) {
    return readForCommitter(statements -> IdempotencyTable.one(statements, key));
  }

  @Override
  public List<BindingRow> bindings(long id) {
    return readForCommitter(statements -> IdempotencyTable.of(statements, id));
  }

  @Override
  public List<EndedRow> ended(RunStatus status, EndedRow after, int limit) {
    return readForCommitter(
        statements -> EndedTable.after(statements, status.name(), after, limit));
  }

  @Override
  public List<EndedRow> emptyBatches(EndedRow after, int limit) {
    return readForCommitter(
        statements -> EndedTable.after(statements, EmptyBatches.STATUS, after, limit));
  }

  @Override
  public List<Long> namedBy(long targetId, long afterId, int limit) {
    return readForCommitter(
        statements -> JournalTable.namedBy(statements, targetId, afterId, limit));
  }

  @Override
  public List<Long> batchesOf(long runId, long afterId, int limit) {
    return readForCommitter(
        statements -> BatchItemTable.batchesOf(statements, runId, afterId, limit));
  }

  @Override
  public StoredValue writeLarge(byte[] value) {
    requireOpen();
    return large.write(value);
  }

  @Override
  public void discardLarge(StoredValue value) {
    requireOpen();
    large.discard(value);
  }

  @Override
  public InputStream openLarge(StoredValue value) throws IOException {
    requireOpen();
    return large.open(value);
  }

  @Override
  public Optional<RunRow> runRow(long id) {
    return readForCommitter(statements -> RunTable.one(statements, id));
  }

  @Override
  public Optional<LabelRow> labels(long runId) {
    return readForCommitter(statements -> LabelTable.one(statements, runId));
  }

  /**
   * A small read that the thread that commits waits for: it runs there if it can. Whoever else asks
   * is served by a reader, so that no thread that may be interrupted enters H2.
   */
  private <T> T readForCommitter(Reading<T> reading) {
    requireOpen();
    if (writer.isCommitter()) {
      try {
        return writer.read(reading);
      } catch (SQLException | RuntimeException | Error e) {
        log.debug("A read of the store {} failed and is left to a reader", description, e);
      }
    }
    return readers.read(reading);
  }

  @Override
  public List<QueueRow> queues() {
    return readers.read(QueueTable::all);
  }

  @Override
  public List<LiveRow> live(long afterId, int limit) {
    return readers.read(statements -> LiveRunTable.after(statements, afterId, limit));
  }

  @Override
  public Optional<StoredRun> run(long id) {
    return readers.read(statements -> StoredRuns.one(statements, id));
  }

  @Override
  public Optional<ResultRow> result(long id) {
    return readers.read(statements -> ResultTable.one(statements, id));
  }

  @Override
  public List<StoredRun> runs(RunFilter filter, long beforeId, int limit) {
    return readers.read(statements -> RunList.find(statements, filter, beforeId, limit));
  }

  @Override
  public long count(RunFilter filter) {
    return readers.read(statements -> RunCount.of(statements, filter));
  }

  @Override
  public List<AttemptRow> attempts(long runId) {
    return readers.read(statements -> AttemptTable.ofRun(statements, runId));
  }

  @Override
  public List<JournalRow> journal(long runId, int generation) {
    return readers.read(statements -> JournalTable.ofRun(statements, runId, generation));
  }

  @Override
  public List<Long> hooksOwed(long afterId, int limit) {
    return readers.read(statements -> HookTable.after(statements, afterId, limit));
  }

  @Override
  public Optional<BatchRow> batch(long id) {
    return readers.read(statements -> BatchTable.one(statements, id));
  }

  @Override
  public List<BatchRow> openBatches() {
    return readers.read(BatchTable::open);
  }

  @Override
  public BatchCounts batchCounts(long batchId) {
    return readers.read(statements -> BatchItemTable.counts(statements, batchId));
  }

  @Override
  public List<BatchItemRow> batchItems(long batchId, int afterIndex, int limit) {
    return readers.read(statements -> BatchItemTable.after(statements, batchId, afterIndex, limit));
  }

  @Override
  public String description() {
    requireOpen();
    return description;
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new StoreException("the store " + description + " is closed", null);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        large.close();
        readers.close();
        database.close();
      } finally {
        claim.close();
      }
    }
  }

  /** For tests that must see or break what lies below. */
  Database database() {
    return database;
  }
}
