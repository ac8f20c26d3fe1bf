package dev.pawl.spi;

import java.util.List;
import java.util.Optional;

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
   * each trigger with a key: it should not cost a change of threads.
   */
  Optional<Binding> binding(BindingRow.Key key);

  /**
   * What a run was triggered with. Called by the thread that commits, where a debounced run is
   * changed: it should not cost a change of threads.
   */
  Optional<RunRow> runRow(long id);

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
   * Where the store is and how durable it is, for the start line of the log: {@code file:/data/jobs
   * (PROCESS)}.
   */
  String description();

  /** Closes the store; idempotent. Later calls of other methods throw. */
  @Override
  void close();
}
