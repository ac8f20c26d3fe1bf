package dev.pawl.internal.api;

import dev.pawl.Batch;
import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchOptions;
import dev.pawl.Batches;
import dev.pawl.MixedBatchResult;
import dev.pawl.RunBatches;
import dev.pawl.internal.loop.Ids;
import org.jspecify.annotations.Nullable;

/** {@link Batches}: outside a run as it says, inside one as the run's own. */
final class BatchesFacade implements Batches {
  private final Core core;

  BatchesFacade(Core core) {
    this.core = core;
  }

  @Override
  public BatchHandle<?> trigger(Iterable<? extends BatchItem<?>> source, BatchOptions options) {
    return trigger(core, Context.currentOf(core), source, options);
  }

  @Override
  public Batch retrieve(String batchId) {
    return StoredBatch.retrieve(core, Ids.parseBatch(batchId));
  }

  private static BatchHandle<?> trigger(
      Core core,
      @Nullable Context context,
      Iterable<? extends BatchItem<?>> source,
      BatchOptions options) {
    return new BatchCaller(core, context).<Object>trigger(source, options);
  }

  /** Those of a run. */
  record OfRun(Core core, Context context) implements RunBatches {
    @Override
    public BatchHandle<?> trigger(Iterable<? extends BatchItem<?>> source, BatchOptions options) {
      return BatchesFacade.trigger(core, context, source, options);
    }

    @Override
    public MixedBatchResult triggerAndWait(
        Iterable<? extends BatchItem<?>> source, BatchOptions options) {
      return new BatchCaller(core, context).triggerMixedAndWait(source, options);
    }

    @Override
    public Batch retrieve(String batchId) {
      return StoredBatch.retrieve(core, Ids.parseBatch(batchId));
    }
  }
}
