package dev.pawl.h2.internal;

import dev.pawl.Backup;
import dev.pawl.RunStatus;
import dev.pawl.h2.internal.redo.Disk;
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
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open store: commits go to the writer, reads to the readers. */
public final class H2RunStore implements RunStore {
  private static final Logger log = LoggerFactory.getLogger(H2RunStore.class);

  private final Location.Claim claim;
  private final String description;
  private final Database database;
  private final Committing writer;
  private final ReadPool readers;
  private final Reads reads;
  private final LargeValues large;
  private final JournaledOpening.@Nullable Opened journaled;
  private final @Nullable Gauge gauge;
  private final @Nullable Backups backups;
  private final boolean readOnly;
  private final Runnable onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  private H2RunStore(
      Location.Claim claim,
      String description,
      Database database,
      Committing writer,
      ReadPool readers,
      LargeValues large,
      JournaledOpening.@Nullable Opened journaled,
      Options options) {
    this.readOnly = options.readOnly();
    this.onClose = options.onClose();
    this.claim = claim;
    this.description = description;
    this.database = database;
    this.writer = writer;
    this.readers = readers;
    this.reads = new Reads(writer, readers, description, this::requireOpen);
    this.large = large;
    this.journaled = journaled;
    Path folder = claim.folder();
    if (journaled == null || folder == null) {
      this.gauge = null;
      this.backups = null;
    } else {
      this.gauge = new Gauge(folder, journaled);
      this.backups =
          new Backups(
              folder,
              journaled.disk(),
              description,
              journaled.journal(),
              journaled.tidying(),
              large);
    }
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
    H2RunStore opened = null;
    try {
      Disk disk = claim.disk();
      opened =
          disk == null || options.redo() == RedoMode.NONE
              ? openDirect(claim, description, options, migrations)
              : openJournaled(
                  claim,
                  description,
                  options,
                  new JournaledOpening(claim, disk, description, options, migrations));
      return opened;
    } catch (SQLException | IOException e) {
      throw new StoreException(
          "the store " + description + " cannot be opened: " + e.getMessage(), e);
    } finally {
      if (opened == null) {
        claim.close();
      }
    }
  }

  private static H2RunStore openDirect(
      Location.Claim claim, String description, Options options, Migrations migrations)
      throws SQLException {
    claim.prepare(options, migrations);
    Database database = new Database(claim, options);
    boolean done = false;
    try {
      database.upgradeIfOlder(migrations);
      Writer writer = new Writer(database, description);
      ReadPool readers = new ReadPool(database, description, options.readers());
      LargeValues large = new LargeValues(description, claim.values(), readers, writer::takes);
      large.sweep(() -> {}); // a commit is as durable as it will ever be when it shows
      done = true;
      return new H2RunStore(claim, description, database, writer, readers, large, null, options);
    } finally {
      if (!done) {
        database.close();
      }
    }
  }

  /** For a test that has an opening of its own; the claim stays open if this fails. */
  static H2RunStore openJournaled(
      Location.Claim claim, String description, Options options, JournaledOpening opening)
      throws SQLException, IOException {
    JournaledOpening.Opened opened = opening.open();
    H2RunStore store = null;
    try {
      store = begin(claim, description, options, opened);
      return store;
    } finally {
      if (store == null) {
        opened.database().close();
        opened.journal().close();
      }
    }
  }

  private static H2RunStore begin(
      Location.Claim claim, String description, Options options, JournaledOpening.Opened opened) {
    ReadPool readers = new ReadPool(opened.database(), description, options.readers());
    LargeValues large =
        new LargeValues(description, claim.values(), readers, opened.writer()::takes);
    if (!options.salvage() && !options.readOnly()) { // what was given up may be all that is left
      // The database has all of its journal: what it does not name, nothing names.
      large.sweep(opened.journal()::force);
    }
    opened.applier().start(keys -> large.giveUp(keys, opened.journal()::force));
    return new H2RunStore(
        claim, description, opened.database(), opened.writer(), readers, large, opened, options);
  }

  @Override
  public void commit(Changes changes) {
    requireOpen();
    requireWritable();
    commitUnchecked(changes);
  }

  /** Apart for a test: a thread may be here while the store is closed. */
  void commitUnchecked(Changes changes) {
    writer.commit(changes, large);
  }

  @Override
  public StoreState state() {
    return reads.all(EngineStateTable::state);
  }

  @Override
  public Optional<BindingRow> binding(BindingRow.Key key) {
    return reads.binding(key);
  }

  @Override
  public List<BindingRow> bindings(long id) {
    return reads.bindings(id);
  }

  @Override
  public List<EndedRow> ended(RunStatus status, EndedRow after, int limit) {
    return reads.ended(status, after, limit);
  }

  @Override
  public List<EndedRow> emptyBatches(EndedRow after, int limit) {
    return reads.emptyBatches(after, limit);
  }

  @Override
  public Set<Long> unnamed(List<Long> runIds) {
    return reads.unnamed(runIds);
  }

  @Override
  public List<Long> namedBy(long targetId, long afterId, int limit) {
    return reads.namedBy(targetId, afterId, limit);
  }

  @Override
  public List<Long> batchesOf(long runId, long afterId, int limit) {
    writer.awaitRun(runId);
    return reads.forCommitter(statements -> BatchesOfRuns.of(statements, runId, afterId, limit));
  }

  @Override
  public StoredValue writeLarge(byte[] value) {
    requireOpen();
    requireWritable();
    return large.write(value);
  }

  @Override
  public void discardLarge(StoredValue value) {
    requireOpen();
    requireWritable();
    large.discard(value);
  }

  @Override
  public InputStream openLarge(StoredValue value) throws IOException {
    requireOpen();
    return large.open(value);
  }

  @Override
  public Optional<RunRow> runRow(long id) {
    return reads.unlessDeleted(
        id,
        () ->
            writer
                .pendingRun(id)
                .or(() -> reads.forCommitter(statements -> Inputs.one(statements, id))));
  }

  @Override
  public Optional<LabelRow> labels(long runId) {
    return reads.unlessDeleted(
        runId,
        () ->
            writer
                .pendingLabels(runId)
                .or(() -> reads.forCommitter(statements -> LabelTable.one(statements, runId))));
  }

  @Override
  public List<QueueRow> queues() {
    return reads.all(QueueTable::all);
  }

  @Override
  public List<LiveRow> live(long afterId, int limit) {
    return reads.all(statements -> UnfinishedRunTable.after(statements, afterId, limit));
  }

  @Override
  public List<LiveRow> liveRows(List<Long> ids) {
    return reads.live(ids);
  }

  @Override
  public List<RunInput> inputs(List<Long> ids) {
    return reads.inputs(ids);
  }

  @Override
  public Optional<StoredRun> run(long id) {
    writer.awaitRun(id);
    return readers.read(statements -> StoredRuns.one(statements, id));
  }

  @Override
  public Optional<ResultRow> result(long id) {
    return reads.unlessDeleted(
        id,
        () ->
            writer
                .pendingResult(id)
                .or(() -> readers.read(statements -> FinishedRunTable.result(statements, id))));
  }

  @Override
  public List<StoredRun> runs(RunFilter filter, long beforeId, int limit) {
    return reads.all(statements -> RunList.find(statements, filter, beforeId, limit));
  }

  @Override
  public long count(RunFilter filter) {
    return reads.all(statements -> RunCount.of(statements, filter));
  }

  @Override
  public List<AttemptRow> attempts(long runId) {
    writer.awaitRun(runId);
    return readers.read(statements -> AttemptTable.ofRun(statements, runId));
  }

  @Override
  public List<JournalRow> journal(long runId, int generation) {
    writer.awaitRun(runId);
    return readers.read(statements -> JournalTable.ofRun(statements, runId, generation));
  }

  @Override
  public List<Long> hooksOwed(long afterId, int limit) {
    return reads.all(statements -> HookTable.after(statements, afterId, limit));
  }

  @Override
  public Optional<BatchRow> batch(long id) {
    writer.awaitBatch(id);
    return readers.read(statements -> BatchTable.one(statements, id));
  }

  @Override
  public List<BatchRow> openBatches() {
    return reads.all(BatchTable::open);
  }

  @Override
  public BatchCounts batchCounts(long batchId) {
    return reads.all(statements -> BatchesOfRuns.counts(statements, batchId));
  }

  @Override
  public List<BatchItemRow> batchItems(long batchId, int afterIndex, int limit) {
    writer.awaitBatch(batchId);
    return readers.read(statements -> BatchItemTable.after(statements, batchId, afterIndex, limit));
  }

  @Override
  public Backup backup(Path folder) {
    requireOpen();
    if (backups == null) {
      throw new StoreException(
          "the store " + description + " has no files that could be backed up", null);
    }
    return backups.write(folder);
  }

  @Override
  public StoreFigures figures() {
    Gauge measured = gauge;
    return measured == null || closed.get() ? StoreFigures.NONE : measured.figures();
  }

  @Override
  public String description() {
    requireOpen();
    return description;
  }

  private void requireWritable() {
    if (readOnly) {
      throw new StoreException("the store " + description + " was opened to be read", null);
    }
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
        if (journaled == null) {
          large.close();
          readers.close();
          database.close();
        } else {
          closeJournaled(journaled);
        }
      } finally {
        claim.close();
        onClose.run();
      }
    }
  }

  /**
   * The journal is marked as closed only after the database has everything and was forced, because
   * the mark says that the database can be believed.
   */
  private void closeJournaled(JournaledOpening.Opened opened) {
    if (backups != null) {
      backups.close();
    }
    writer.close();
    boolean complete = opened.applier().close();
    large.close(); // after the last that could give a value up
    readers.close();
    opened.tidying().close();
    database.close();
    try {
      if (complete) {
        opened.disk().force(FileLocation.DATABASE);
        opened.journal().closeClean(JournaledOpening.checksum(opened.disk()));
      }
    } catch (IOException e) {
      // What was acknowledged is in the journal all the same, and replayed at the next opening.
      log.warn("The store {} could not be closed in good order", description, e);
    } finally {
      opened.journal().close();
    }
  }

  /** For tests whose backups are written in a way of their own. */
  Backups backups(BackupFolder.Output output) {
    return Objects.requireNonNull(backups).writing(output);
  }

  /** For tests that must see or break what lies below. */
  Database database() {
    return database;
  }

  /** For tests that read a value by its key. */
  ValueKeeper values() {
    return claim.values();
  }
}
