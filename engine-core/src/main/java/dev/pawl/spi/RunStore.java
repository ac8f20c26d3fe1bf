package dev.pawl.spi;

import dev.pawl.Backup;
import dev.pawl.RunStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An open store: the only place where the engine's state outlives its process.
 *
 * <p>{@link #commit} is called by one thread at a time. All other methods may be called by any
 * thread at any time, see only whole commits, and never block a commit for long. An interrupt of
 * the calling thread must not harm the store. Every method throws {@link StoreException} when the
 * store cannot do what it is asked.
 */
public interface RunStore extends AutoCloseable {

  /**
   * Applies all changes or none, and returns when they are as durable as the store promises.
   *
   * @throws IllegalStateException when the changes break a promise that {@link Changes} gives
   * @throws StoreException when they are certainly not stored, or ({@link
   *     StoreException#outcomeUnknown()}) when that cannot be told. The engine then calls again
   *     with the same changes, which a store must recognise if the first call took effect after
   *     all.
   */
  void commit(Changes changes);

  /** What the store remembers of the engine; {@link StoreState#NEW} for a new store. */
  StoreState state();

  /**
   * What an idempotency key names, expired or not. Called by the thread that commits, for nearly
   * each trigger with a key: it should not cost a change of threads, nor read the run's row or
   * result.
   */
  Optional<BindingRow> binding(BindingRow.Key key);

  /**
   * The idempotency keys that name a run or batch, expired or not, in no order. Called by the
   * thread that commits, as {@link #binding} is.
   */
  List<BindingRow> bindings(long id);

  /**
   * What a run was triggered with. Called by the thread that commits, where a debounced run is
   * changed: it should not cost a change of threads.
   */
  Optional<RunRow> runRow(long id);

  /**
   * What the bodies of these runs begin with, in no order; a run that does not exist is left out.
   * Called by the thread that commits, for all bodies that it is about to enter and that did not
   * come with a trigger of the same turn: it should not cost a change of threads, nor wait for what
   * is pending.
   *
   * @param ids each once
   */
  List<RunInput> inputs(List<Long> ids);

  /**
   * The present labels of a run; empty where they are still those of its {@link RunRow}. Called by
   * the thread that commits, where labels change: it should not cost a change of threads.
   */
  Optional<LabelRow> labels(long runId);

  /** The settings of all queues that were ever declared or changed, in no order. */
  List<QueueRow> queues();

  /**
   * Live rows with an id greater than {@code afterId}, in ascending order, at most {@code limit}.
   */
  List<LiveRow> live(long afterId, int limit);

  /**
   * The live rows of these runs, in no order; a run that has none is left out. Called by the thread
   * that commits, for one run or a thousand at once, as often as queues are longer than what is
   * kept of them in memory: it should not cost a change of threads, nor wait for what other runs
   * have pending.
   *
   * @param ids each once
   */
  List<LiveRow> liveRows(List<Long> ids);

  /** One run. */
  Optional<StoredRun> run(long id);

  /** The result of one run; empty where it has not ended, or does not exist. */
  Optional<ResultRow> result(long id);

  /**
   * Runs that pass the filter, newest first.
   *
   * @param beforeId only runs with an id less than this; {@link Long#MAX_VALUE} for the first page
   * @param limit how many at most
   */
  List<StoredRun> runs(RunFilter filter, long beforeId, int limit);

  /**
   * How many runs pass the filter. Costs as much as reading all of them would, less their values.
   */
  long count(RunFilter filter);

  /** The attempts of a run that ended without ending it, in order. */
  List<AttemptRow> attempts(long runId);

  /** The journal of a run in the order of {@code seq}, entries of one generation only. */
  List<JournalRow> journal(long runId, int generation);

  /**
   * Runs that have ended and whose hooks were not run, with an id greater than {@code afterId}, in
   * ascending order, at most {@code limit}.
   */
  List<Long> hooksOwed(long afterId, int limit);

  /** One batch. */
  Optional<BatchRow> batch(long id);

  /** All batches that are {@link BatchRow.State#OPEN}, in the order of their ids. */
  List<BatchRow> openBatches();

  /** How far a batch has come; {@link BatchCounts#NONE} for one that does not exist. */
  BatchCounts batchCounts(long batchId);

  /**
   * Items of a batch with an index greater than {@code afterIndex}, in order, at most {@code
   * limit}.
   */
  List<BatchItemRow> batchItems(long batchId, int afterIndex, int limit);

  /**
   * Runs that have ended in a status, in the order of their ends, from behind {@code after}, at
   * most {@code limit}. Called by the thread that commits; costs what it returns, and reads no
   * output.
   */
  List<EndedRow> ended(RunStatus status, EndedRow after, int limit);

  /**
   * Batches that were closed without items, in the order of that, from behind {@code after}, at
   * most {@code limit}. Called by the thread that commits.
   */
  List<EndedRow> emptyBatches(EndedRow after, int limit);

  /**
   * Those of these runs of which it is easily seen that nothing names them: no idempotency key,
   * expired or not, no journal entry of any generation, and no batch. Which others there are is
   * left to the store: they are asked for one by one. Called by the thread that commits, for all
   * that retention deletes.
   */
  Set<Long> unnamed(List<Long> runIds);

  /**
   * Runs with a journal entry, of any generation, that names this run or batch: their ids, each
   * once, ascending, greater than {@code afterId}, at most {@code limit}. Called by the thread that
   * commits.
   */
  List<Long> namedBy(long targetId, long afterId, int limit);

  /**
   * Batches in which a run stands: their ids, each once, ascending, greater than {@code afterId},
   * at most {@code limit}. Called by the thread that commits.
   */
  List<Long> batchesOf(long runId, long afterId, int limit);

  /**
   * Keeps a value apart from the row that will refer to it, as durable as a commit when this
   * returns. It belongs to nobody until a commit stores a row with the returned reference, and
   * lives from then on as long as that row refers to it: the store deletes it after the commit that
   * deletes or replaces the row. Exactly one row may refer to it. A value that no commit has taken
   * goes soon after the store is opened again, if it was not {@linkplain #discardLarge discarded}.
   *
   * @param value the encoded value, not empty; not modified by anyone from now on
   */
  StoredValue writeLarge(byte[] value);

  /**
   * Deletes a large value that no row refers to, by and by; without effect on one that a commit has
   * taken. For whoever wrote it and knows that no commit is under way that would take it.
   */
  void discardLarge(StoredValue value);

  /**
   * The bytes of a large value as they are stored: the reader compares them with size and checksum.
   *
   * @throws NoSuchFileException if the store has no such value
   */
  InputStream openLarge(StoredValue value) throws IOException;

  /**
   * Writes everything that is committed by now to a folder that opens as this store does, while the
   * store goes on: commits do not wait for it. Called by any thread.
   *
   * @param folder where to; a folder that is not there, or empty
   * @throws StoreException if the folder has something in it, if this store has nothing that could
   *     be backed up, or if the backup could not be written; then nothing is left of it, and the
   *     store is as it was
   */
  default Backup backup(Path folder) {
    throw new StoreException("this store cannot be backed up: " + description(), null);
  }

  /**
   * How the store is. Called by any thread, for metrics and {@link dev.pawl.Engine#health}: quick,
   * and must not throw where the store is ill. Default: nothing is known.
   */
  default StoreFigures figures() {
    return StoreFigures.NONE;
  }

  /**
   * Where the store is and how durable it is, for the start line of the log: {@code file:/data/jobs
   * (PROCESS)}.
   */
  String description();

  /** Closes the store; idempotent. Later calls of other methods throw. */
  @Override
  void close();
}
