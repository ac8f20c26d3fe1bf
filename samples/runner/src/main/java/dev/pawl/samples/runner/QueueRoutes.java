package dev.pawl.samples.runner;

import dev.pawl.Engine;
import dev.pawl.IdempotencyKey;
import dev.pawl.Page;
import dev.pawl.QueueInfo;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with queues, and with idempotency keys. The name of a queue has slashes and so
 * stands in the body, not in the path.
 */
final class QueueRoutes {
  private static final int PAGE = 100;

  private final Engine engine;

  QueueRoutes(Engine engine) {
    this.engine = engine;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/queues", this::list),
        Route.post("/v1/queues/pause", call -> change(call, engine.queues()::pause)),
        Route.post("/v1/queues/resume", call -> change(call, engine.queues()::resume)),
        Route.post("/v1/queues/set-limit", this::setLimit),
        Route.post("/v1/queues/reset-limit", call -> change(call, engine.queues()::resetLimit)),
        Route.post("/v1/queues/set-total-limit", this::setTotalLimit),
        Route.post(
            "/v1/queues/reset-total-limit", call -> change(call, engine.queues()::resetTotalLimit)),
        Route.post("/v1/idempotency-keys/reset", this::resetKey));
  }

  private record QueuesView(List<QueueInfo> queues, @Nullable String next) {}

  private Answer list(Call call) {
    Query query = call.query().only("name", "limit", "after");
    String name = query.one("name");
    if (name != null) {
      return Answer.json(new QueuesView(List.of(engine.queues().retrieve(name)), null));
    }
    Integer limit = query.number("limit");
    Page<QueueInfo> page = engine.queues().list(limit == null ? PAGE : limit, query.one("after"));
    return Answer.json(new QueuesView(page.items(), page.next()));
  }

  private record QueueBody(@Nullable String queue) {}

  private Answer change(Call call, Consumer<String> change) {
    call.query().only();
    String queue = Field.required("queue", call.body(QueueBody.class).queue());
    change.accept(queue);
    return Answer.json(engine.queues().retrieve(queue));
  }

  private record LimitBody(@Nullable String queue, @Nullable Integer limit) {}

  private Answer setLimit(Call call) {
    call.query().only();
    LimitBody body = call.body(LimitBody.class);
    String queue = Field.required("queue", body.queue());
    engine.queues().setLimit(queue, Field.required("limit", body.limit()));
    return Answer.json(engine.queues().retrieve(queue));
  }

  private Answer setTotalLimit(Call call) {
    call.query().only();
    LimitBody body = call.body(LimitBody.class);
    String queue = Field.required("queue", body.queue());
    engine.queues().setTotalLimit(queue, Field.required("limit", body.limit()));
    return Answer.json(engine.queues().retrieve(queue));
  }

  private record KeyBody(@Nullable String task, @Nullable List<String> key) {}

  private record Freed(int freed) {}

  private Answer resetKey(Call call) {
    call.query().only();
    KeyBody body = call.body(KeyBody.class);
    List<String> key = Field.required("key", body.key());
    int freed =
        engine
            .idempotencyKeys()
            .reset(
                Field.required("task", body.task()), IdempotencyKey.of(key.toArray(String[]::new)));
    return Answer.json(new Freed(freed));
  }
}
