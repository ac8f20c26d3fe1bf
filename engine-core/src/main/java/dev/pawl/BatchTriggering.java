package dev.pawl;

import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ways to trigger many runs of one task, or of tasks with one output type, as a batch. Any
 * thread may call.
 *
 * <p>A {@link java.util.Collection} is all or nothing: it has at most {@link
 * Limits#maxBatchItems()} elements, each is checked before anything is written, and one commit
 * writes everything.
 *
 * <p>Any other source is a stream: it is pulled by the calling thread, in chunks of {@link
 * Limits#streamChunkItems()} or {@link Limits#streamChunkBytes()}, and each chunk is one commit, so
 * that memory is bounded by a chunk and no count is needed beforehand. Runs of earlier chunks
 * execute meanwhile. Where the source is slow, what it gave is stored when the next element comes
 * and a tenth of a second has passed. If the source throws, or gives what cannot be triggered, the
 * batch is {@code ABORTED}; everything before that is created and stays. A stream or an iterator
 * that is {@link AutoCloseable} is closed in any case.
 *
 * <p>When a call returns, each run exists. An empty batch is legal, and complete at once.
 *
 * <p>Every method throws {@link BatchTriggerException} where the batch cannot be triggered; the
 * cause is what a trigger of the single item would throw, or what the source threw. As with other
 * triggers, {@link EngineClosedException} and {@link OutcomeUnknownException} are thrown as they
 * are, and inside a run that has ended {@link RunCanceledException} and {@link
 * StaleAttemptException}.
 *
 * <p>Called inside a run, a batch is recorded by its first commit. A body that is run again gets
 * the same batch: a stream that had been pulled to its end is not pulled again; one that had not is
 * pulled from its beginning, what stands in the batch is skipped, and the batch grows from there.
 * So its source should give the same elements again.
 */
public interface BatchTriggering {
  /** Triggers a run for each payload. */
  default <I extends @Nullable Object, O extends @Nullable Object> BatchHandle<O> batchTrigger(
      TaskRef<I, O> task, Iterable<? extends I> source) {
    return batchTrigger(task, source, BatchOptions.batchOptions());
  }

  /** As the form without options. */
  <I extends @Nullable Object, O extends @Nullable Object> BatchHandle<O> batchTrigger(
      TaskRef<I, O> task, Iterable<? extends I> source, BatchOptions options);

  /** As with an {@link Iterable}. */
  default <I extends @Nullable Object, O extends @Nullable Object> BatchHandle<O> batchTrigger(
      TaskRef<I, O> task, Iterator<? extends I> source) {
    return batchTrigger(task, Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}. */
  default <I extends @Nullable Object, O extends @Nullable Object> BatchHandle<O> batchTrigger(
      TaskRef<I, O> task, Iterator<? extends I> source, BatchOptions options) {
    return batchTrigger(task, Source.of(source), options);
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default <I extends @Nullable Object, O extends @Nullable Object> BatchHandle<O> batchTrigger(
      TaskRef<I, O> task, Stream<? extends I> source) {
    return batchTrigger(task, Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default <I extends @Nullable Object, O extends @Nullable Object> BatchHandle<O> batchTrigger(
      TaskRef<I, O> task, Stream<? extends I> source, BatchOptions options) {
    return batchTrigger(task, Source.of(source), options);
  }

  /** Triggers a run for each payload, by the bare id of a task. */
  default BatchHandle<?> batchTrigger(String taskId, Iterable<?> source) {
    return batchTrigger(taskId, source, BatchOptions.batchOptions());
  }

  /** As the form without options. */
  BatchHandle<?> batchTrigger(String taskId, Iterable<?> source, BatchOptions options);

  /** As with an {@link Iterable}. */
  default BatchHandle<?> batchTrigger(String taskId, Iterator<?> source) {
    return batchTrigger(taskId, Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}. */
  default BatchHandle<?> batchTrigger(String taskId, Iterator<?> source, BatchOptions options) {
    return batchTrigger(taskId, Source.of(source), options);
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default BatchHandle<?> batchTrigger(String taskId, Stream<?> source) {
    return batchTrigger(taskId, Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default BatchHandle<?> batchTrigger(String taskId, Stream<?> source, BatchOptions options) {
    return batchTrigger(taskId, Source.of(source), options);
  }

  /** Triggers a run for each item, with options of its own. */
  default <O extends @Nullable Object> BatchHandle<O> batchTrigger(Iterable<BatchItem<O>> source) {
    return batchTrigger(source, BatchOptions.batchOptions());
  }

  /** As the form without options. */
  <O extends @Nullable Object> BatchHandle<O> batchTrigger(
      Iterable<BatchItem<O>> source, BatchOptions options);

  /** As with an {@link Iterable}. */
  default <O extends @Nullable Object> BatchHandle<O> batchTrigger(Iterator<BatchItem<O>> source) {
    return batchTrigger(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}. */
  default <O extends @Nullable Object> BatchHandle<O> batchTrigger(
      Iterator<BatchItem<O>> source, BatchOptions options) {
    return batchTrigger(Source.of(source), options);
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default <O extends @Nullable Object> BatchHandle<O> batchTrigger(Stream<BatchItem<O>> source) {
    return batchTrigger(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default <O extends @Nullable Object> BatchHandle<O> batchTrigger(
      Stream<BatchItem<O>> source, BatchOptions options) {
    return batchTrigger(Source.of(source), options);
  }
}
