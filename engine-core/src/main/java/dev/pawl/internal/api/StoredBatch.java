package dev.pawl.internal.api;

import dev.pawl.Batch;
import dev.pawl.BatchHandle;
import dev.pawl.BatchStatus;
import dev.pawl.NotFoundException;
import dev.pawl.RunHandle;
import dev.pawl.TypeRef;
import dev.pawl.internal.loop.Ids;
import dev.pawl.spi.BatchCounts;
import dev.pawl.spi.BatchItemRow;
import dev.pawl.spi.BatchRow;
import dev.pawl.spi.Micros;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches as the store has them. */
final class StoredBatch {
  private static final int PAGE = 1_000;

  private StoredBatch() {}

  /**
   * A batch.
   *
   * @throws NotFoundException if there is no such batch
   */
  static BatchRow row(Core core, long batchId) {
    return core.reads()
        .read(store -> store.batch(batchId))
        .orElseThrow(
            () ->
                new NotFoundException(
                    "there is no batch "
                        + Ids.batch(batchId)
                        + " in this store; it may have been deleted by retention"));
  }

  /** The items of a batch, in order. */
  static List<BatchItemRow> items(Core core, long batchId) {
    List<BatchItemRow> items = new ArrayList<>();
    List<BatchItemRow> page;
    do {
      int after = items.size() - 1;
      page = core.reads().read(store -> store.batchItems(batchId, after, PAGE));
      items.addAll(page);
    } while (page.size() == PAGE);
    return items;
  }

  static Batch retrieve(Core core, long batchId) {
    // In this order, so that a batch that grows meanwhile never has more ends than items.
    BatchCounts counts = core.reads().read(store -> store.batchCounts(batchId));
    return new Snapshot(core, row(core, batchId), counts);
  }

  private static <O extends @Nullable Object> RunHandle<O> handle(
      Core core, BatchItemRow item, @Nullable TypeRef<O> outputType) {
    return new dev.pawl.internal.api.Handle<>(
        core,
        item.runId(),
        item.taskId(),
        outputType == null ? core.outputType(item.taskId()) : outputType,
        item.outcome(),
        item.payloadDiffers());
  }

  /**
   * What a trigger returns.
   *
   * @param outputType the type of all outputs; null where each run's task tells it
   */
  record Handle<O extends @Nullable Object>(
      Core core,
      long batchId,
      int size,
      boolean isCached,
      boolean payloadDiffers,
      @Nullable TypeRef<O> outputType)
      implements BatchHandle<O> {
    @Override
    public String id() {
      return Ids.batch(batchId);
    }

    @Override
    public List<RunHandle<O>> runs() {
      List<RunHandle<O>> runs = new ArrayList<>();
      items(core, batchId).forEach(item -> runs.add(handle(core, item, outputType)));
      return List.copyOf(runs);
    }

    @Override
    public Batch retrieve() {
      return StoredBatch.retrieve(core, batchId);
    }

    @Override
    public String toString() {
      return "BatchHandle[" + id() + ", " + size + (isCached ? ", cached]" : "]");
    }
  }

  private record Snapshot(Core core, BatchRow row, BatchCounts counts) implements Batch {
    @Override
    public String id() {
      return Ids.batch(row.id());
    }

    @Override
    public BatchStatus status() {
      return switch (row.state()) {
        case OPEN -> BatchStatus.PENDING;
        case ABORTED -> BatchStatus.ABORTED;
        case SEALED ->
            counts.succeeded() + counts.failed() == row.size()
                ? BatchStatus.COMPLETED
                : BatchStatus.PENDING;
      };
    }

    @Override
    public int size() {
      return row.size();
    }

    @Override
    public int succeeded() {
      return counts.succeeded();
    }

    @Override
    public int failed() {
      return counts.failed();
    }

    @Override
    public @Nullable String parentId() {
      return Ids.runOrNull(row.parentId());
    }

    @Override
    public Instant createdAt() {
      return Micros.instant(row.createdAtMicros());
    }

    @Override
    public @Nullable Instant finishedAt() {
      return switch (status()) {
        case PENDING -> null;
        case ABORTED -> Micros.instant(row.closedAtMicros());
        case COMPLETED ->
            Micros.instant(Math.max(row.closedAtMicros(), counts.lastFinishedAtMicros()));
      };
    }

    @Override
    public @Nullable String idempotencyKey() {
      return row.idempotencyKey();
    }

    @Override
    public @Nullable String abortReason() {
      return row.abortReason();
    }

    @Override
    public List<RunHandle<?>> runs() {
      List<RunHandle<?>> runs = new ArrayList<>();
      items(core, row.id()).forEach(item -> runs.add(handle(core, item, null)));
      return List.copyOf(runs);
    }

    @Override
    public String toString() {
      return "Batch["
          + id()
          + ", "
          + status()
          + ", "
          + size()
          + " items, "
          + succeeded()
          + " succeeded, "
          + failed()
          + " failed]";
    }
  }
}
