package dev.pawl.internal.api;

import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchOptions;
import dev.pawl.BatchResult;
import dev.pawl.MixedBatchResult;
import dev.pawl.RunResult;
import dev.pawl.TaskRef;
import dev.pawl.TypeRef;
import dev.pawl.internal.loop.Attempt;
import dev.pawl.internal.loop.Ids;
import dev.pawl.spi.BatchItemRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways to trigger a batch, for whoever has them.
 *
 * @param context the run that triggers, or null
 */
record BatchCaller(Core core, @Nullable Context context) {

  <O extends @Nullable Object> BatchHandle<O> trigger(
      TaskRef<?, O> task, Iterable<?> payloads, BatchOptions options) {
    return handle(call(task, options, false).call(payloads), task.outputType());
  }

  BatchHandle<?> trigger(String taskId, Iterable<?> payloads, BatchOptions options) {
    ItemReader reader = ItemReader.payloads(core.requests(), taskId, options, attempt());
    return handle(
        new BatchCall(core, context, taskId, reader, options, false).call(payloads),
        core.outputType(taskId));
  }

  <O extends @Nullable Object> BatchHandle<O> trigger(
      Iterable<? extends BatchItem<?>> items, BatchOptions options) {
    return handle(items(options, false).call(items), null);
  }

  <O extends @Nullable Object> BatchResult<O> triggerAndWait(
      TaskRef<?, O> task, Iterable<?> payloads, BatchOptions options) {
    long batchId = call(task, options, true).call(payloads).batchId();
    List<RunResult<O>> results = new ArrayList<>();
    for (BatchItemRow row : StoredBatch.items(core, batchId)) {
      results.add(result(row, task.outputType()));
    }
    return new BatchResult<>(Ids.batch(batchId), results);
  }

  <O extends @Nullable Object> BatchResult<O> triggerAndWait(
      Iterable<BatchItem<O>> items, BatchOptions options) {
    long batchId = items(options, true).call(items).batchId();
    List<RunResult<O>> results = new ArrayList<>();
    for (BatchItemRow row : StoredBatch.items(core, batchId)) {
      results.add(result(row, core.outputType(row.taskId())));
    }
    return new BatchResult<>(Ids.batch(batchId), results);
  }

  MixedBatchResult triggerMixedAndWait(
      Iterable<? extends BatchItem<?>> items, BatchOptions options) {
    List<BatchItem<?>> kept = new ArrayList<>();
    Iterable<? extends BatchItem<?>> source = items;
    if (items instanceof Collection<? extends BatchItem<?>> list) {
      kept.addAll(list);
      source = kept;
    }
    long batchId = items(options, true).call(source).batchId();
    List<RunResult<?>> results = new ArrayList<>();
    List<BatchItem<?>> answered = new ArrayList<>();
    for (BatchItemRow row : StoredBatch.items(core, batchId)) {
      BatchItem<?> item = row.index() < kept.size() ? kept.get(row.index()) : null;
      // A batch that a key names may have been triggered with other items.
      boolean same = item != null && item.taskId().equals(row.taskId());
      TaskRef<?, ?> task = item == null || !same ? null : item.task();
      results.add(result(row, task == null ? core.outputType(row.taskId()) : task.outputType()));
      if (item != null && same && answered.size() == row.index()) {
        answered.add(item);
      }
    }
    return new MixedBatchResult(Ids.batch(batchId), answered, results);
  }

  private <O extends @Nullable Object> RunResult<O> result(BatchItemRow row, TypeRef<O> type) {
    return core.result(core.storedResult(row.runId()), row.taskId(), type);
  }

  private BatchCall call(TaskRef<?, ?> task, BatchOptions options, boolean awaited) {
    ItemReader reader = ItemReader.payloads(core.requests(), task, options, attempt());
    return new BatchCall(core, context, task.id(), reader, options, awaited);
  }

  private BatchCall items(BatchOptions options, boolean awaited) {
    ItemReader reader = ItemReader.items(core.requests(), options, attempt());
    return new BatchCall(core, context, "", reader, options, awaited);
  }

  private <O extends @Nullable Object> BatchHandle<O> handle(
      BatchCall.Made made, @Nullable TypeRef<O> outputType) {
    int size = made.cached() ? StoredBatch.row(core, made.batchId()).size() : made.size();
    return new StoredBatch.Handle<>(
        core, made.batchId(), size, made.cached(), made.payloadDiffers(), outputType);
  }

  private @Nullable Attempt attempt() {
    return context == null ? null : context.attemptOf();
  }
}
