package dev.pawl;

import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * {@link Batches} as a run has them: its runs are that run's children, and it can wait for them.
 * Waiting gives the slot back in the commit that creates the last item, until each run has ended.
 *
 * <p>Of a source that is no {@link java.util.Collection} the items are not kept: their results are
 * asked for by index.
 */
public interface RunBatches extends Batches {
  /** Triggers a run for each item, by bare ids, and waits until all have ended. */
  default MixedBatchResult triggerAndWait(BatchItem<?>... items) {
    return triggerAndWait(Arrays.asList(items));
  }

  /** Triggers a run for each item, by bare ids, and waits until all have ended. */
  default MixedBatchResult triggerAndWait(Iterable<? extends BatchItem<?>> source) {
    return triggerAndWait(source, BatchOptions.batchOptions());
  }

  /** As the form without options. */
  MixedBatchResult triggerAndWait(Iterable<? extends BatchItem<?>> source, BatchOptions options);

  /** As with an {@link Iterable}. */
  default MixedBatchResult triggerAndWait(Iterator<? extends BatchItem<?>> source) {
    return triggerAndWait(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}. */
  default MixedBatchResult triggerAndWait(
      Iterator<? extends BatchItem<?>> source, BatchOptions options) {
    return triggerAndWait(Source.of(source), options);
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default MixedBatchResult triggerAndWait(Stream<? extends BatchItem<?>> source) {
    return triggerAndWait(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default MixedBatchResult triggerAndWait(
      Stream<? extends BatchItem<?>> source, BatchOptions options) {
    return triggerAndWait(Source.of(source), options);
  }

  /** Triggers a run for each item, by tasks, and waits until all have ended. */
  default MixedBatchResult triggerByTaskAndWait(BatchItem<?>... items) {
    return triggerByTaskAndWait(Arrays.asList(items));
  }

  /** Triggers a run for each item, by tasks, and waits until all have ended. */
  default MixedBatchResult triggerByTaskAndWait(Iterable<? extends BatchItem<?>> source) {
    return triggerByTaskAndWait(source, BatchOptions.batchOptions());
  }

  /** As the form without options. */
  default MixedBatchResult triggerByTaskAndWait(
      Iterable<? extends BatchItem<?>> source, BatchOptions options) {
    return triggerAndWait(source, options); // an item knows by itself what it is
  }

  /** As with an {@link Iterable}. */
  default MixedBatchResult triggerByTaskAndWait(Iterator<? extends BatchItem<?>> source) {
    return triggerByTaskAndWait(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}. */
  default MixedBatchResult triggerByTaskAndWait(
      Iterator<? extends BatchItem<?>> source, BatchOptions options) {
    return triggerByTaskAndWait(Source.of(source), options);
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default MixedBatchResult triggerByTaskAndWait(Stream<? extends BatchItem<?>> source) {
    return triggerByTaskAndWait(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default MixedBatchResult triggerByTaskAndWait(
      Stream<? extends BatchItem<?>> source, BatchOptions options) {
    return triggerByTaskAndWait(Source.of(source), options);
  }
}
