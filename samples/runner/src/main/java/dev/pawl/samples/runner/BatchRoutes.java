package dev.pawl.samples.runner;

import dev.pawl.Batch;
import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchOptions;
import dev.pawl.BatchStatus;
import dev.pawl.Engine;
import dev.pawl.RunHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What can be done with batches. */
final class BatchRoutes {
  private final Engine engine;

  BatchRoutes(Engine engine) {
    this.engine = engine;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/batches", this::trigger), Route.get("/v1/batches/{batch}", this::retrieve));
  }

  private record ItemBody(
      @Nullable String task, @Nullable JsonNode payload, @Nullable OptionsBody options) {
    BatchItem<?> item() {
      return BatchItem.of(
          Field.required("items.task", task), Field.payload(payload), OptionsBody.options(options));
    }
  }

  private record BatchOptionsBody(
      @Nullable List<String> idempotencyKey,
      @Nullable String idempotencyKeyTtl,
      @Nullable OptionsBody each) {
    BatchOptions options() {
      BatchOptions options = BatchOptions.batchOptions().each(OptionsBody.options(each));
      if (idempotencyKey != null) {
        options = options.idempotencyKey(idempotencyKey.toArray(String[]::new));
      }
      return idempotencyKeyTtl == null ? options : options.idempotencyKeyTtl(idempotencyKeyTtl);
    }
  }

  private record BatchBody(@Nullable List<ItemBody> items, @Nullable BatchOptionsBody options) {}

  private record Triggered(
      String id, int size, boolean isCached, boolean payloadDiffers, List<String> runs) {}

  private Answer trigger(Call call) {
    call.query().only();
    BatchBody body = call.body(BatchBody.class);
    List<BatchItem<?>> items = new ArrayList<>();
    for (ItemBody item : Field.required("items", body.items())) {
      items.add(item.item());
    }
    BatchOptions options =
        body.options() == null ? BatchOptions.batchOptions() : body.options().options();
    BatchHandle<?> handle = engine.batch().trigger(items, options);
    return Answer.json(
        handle.isCached() ? 200 : 201,
        new Triggered(
            handle.id(),
            handle.size(),
            handle.isCached(),
            handle.payloadDiffers(),
            handle.runs().stream().map(RunHandle::id).toList()));
  }

  private record BatchView(
      String id,
      BatchStatus status,
      int size,
      int succeeded,
      int failed,
      @Nullable String parent,
      Instant createdAt,
      @Nullable Instant finishedAt,
      @Nullable String idempotencyKey,
      @Nullable String abortReason) {}

  private Answer retrieve(Call call) {
    call.query().only();
    Batch batch = engine.batch().retrieve(call.id());
    return Answer.json(
        new BatchView(
            batch.id(),
            batch.status(),
            batch.size(),
            batch.succeeded(),
            batch.failed(),
            batch.parentId(),
            batch.createdAt(),
            batch.finishedAt(),
            batch.idempotencyKey(),
            batch.abortReason()));
  }
}
