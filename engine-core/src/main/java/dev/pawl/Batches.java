package dev.pawl;

import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * Triggers batches of several tasks, and reads batches. Sources, errors and what happens inside a
 * run are as {@link BatchTriggering} has them.
 */
public interface Batches {
  /** Triggers a run for each item, by bare ids: {@code BatchItem.of("id", payload)}. */
  default BatchHandle<?> trigger(BatchItem<?>... items) {
    return trigger(Arrays.asList(items));
  }

  /** Triggers a run for each item, by bare ids. */
  default BatchHandle<?> trigger(Iterable<? extends BatchItem<?>> source) {
    return trigger(source, BatchOptions.batchOptions());
  }

  /** As the form without options. */
  BatchHandle<?> trigger(Iterable<? extends BatchItem<?>> source, BatchOptions options);

  /** As with an {@link Iterable}. */
  default BatchHandle<?> trigger(Iterator<? extends BatchItem<?>> source) {
    return trigger(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}. */
  default BatchHandle<?> trigger(Iterator<? extends BatchItem<?>> source, BatchOptions options) {
    return trigger(Source.of(source), options);
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default BatchHandle<?> trigger(Stream<? extends BatchItem<?>> source) {
    return trigger(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default BatchHandle<?> trigger(Stream<? extends BatchItem<?>> source, BatchOptions options) {
    return trigger(Source.of(source), options);
  }

  /** Triggers a run for each item, by tasks: {@code BatchItem.of(TASK, payload)}. */
  default BatchHandle<?> triggerByTask(BatchItem<?>... items) {
    return triggerByTask(Arrays.asList(items));
  }

  /** Triggers a run for each item, by tasks. */
  default BatchHandle<?> triggerByTask(Iterable<? extends BatchItem<?>> source) {
    return triggerByTask(source, BatchOptions.batchOptions());
  }

  /** As the form without options. */
  default BatchHandle<?> triggerByTask(
      Iterable<? extends BatchItem<?>> source, BatchOptions options) {
    return trigger(source, options); // an item knows by itself what it is
  }

  /** As with an {@link Iterable}. */
  default BatchHandle<?> triggerByTask(Iterator<? extends BatchItem<?>> source) {
    return triggerByTask(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}. */
  default BatchHandle<?> triggerByTask(
      Iterator<? extends BatchItem<?>> source, BatchOptions options) {
    return triggerByTask(Source.of(source), options);
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default BatchHandle<?> triggerByTask(Stream<? extends BatchItem<?>> source) {
    return triggerByTask(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default BatchHandle<?> triggerByTask(
      Stream<? extends BatchItem<?>> source, BatchOptions options) {
    return triggerByTask(Source.of(source), options);
  }

  /**
   * The batch as it is now.
   *
   * @throws NotFoundException if the id names no batch
   */
  Batch retrieve(String batchId);
}
