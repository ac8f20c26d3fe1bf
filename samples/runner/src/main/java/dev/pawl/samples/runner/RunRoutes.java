package dev.pawl.samples.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pawl.AwaitTimeoutException;
import dev.pawl.CancelOptions;
import dev.pawl.CancelResult;
import dev.pawl.Engine;
import dev.pawl.InvalidOptionException;
import dev.pawl.Page;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.TriggerOptions;
import dev.pawl.TriggerOutcome;
import dev.pawl.UnreadableValueException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.util.RawValue;

/** What can be done with runs. */
final class RunRoutes {
  /** What is larger is not shown with its run: a look should not cost a lot. */
  private static final int MAX_SHOWN_BYTES = 512 << 10;

  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  /** Half of the connections, so that waiting callers leave room for the others. */
  private static final int MAX_WAITING = Web.MAX_CONNECTIONS / 2;

  private final Engine engine;
  private final Semaphore waiting = new Semaphore(MAX_WAITING);

  RunRoutes(Engine engine) {
    this.engine = engine;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/v1/runs", this::trigger),
        Route.get("/v1/runs", this::list),
        Route.get("/v1/runs/{run}", this::retrieve),
        Route.get("/v1/runs/{run}/payload", this::payload),
        Route.get("/v1/runs/{run}/output", this::output),
        Route.get("/v1/runs/{run}/explanation", this::explain),
        Route.post("/v1/runs/{run}/cancel", this::cancel),
        Route.post("/v1/runs/{run}/reschedule", this::reschedule),
        Route.post("/v1/runs/{run}/replay", this::replay));
  }

  private record TriggerBody(
      @Nullable String task, @Nullable JsonNode payload, @Nullable OptionsBody options) {}

  private record Triggered(String id, TriggerOutcome outcome, boolean payloadDiffers) {
    static Answer answer(RunHandle<?> handle) {
      int status = handle.outcome() == TriggerOutcome.CREATED ? 201 : 200;
      return Answer.json(
          status, new Triggered(handle.id(), handle.outcome(), handle.payloadDiffers()));
    }
  }

  private Answer trigger(Call call) {
    call.query().only();
    TriggerBody body = call.body(TriggerBody.class);
    return Triggered.answer(
        engine
            .tasks()
            .trigger(
                Field.required("task", body.task()),
                Field.payload(body.payload()),
                OptionsBody.options(body.options())));
  }

  private record RunsView(List<RunView> runs, @Nullable String next) {}

  private Answer list(Call call) {
    Page<Run<?>> page = engine.runs().list(Listing.query(call.query()));
    return Answer.json(new RunsView(page.items().stream().map(RunView::of).toList(), page.next()));
  }

  private Answer retrieve(Call call) {
    String wait = call.query().only("wait").one("wait");
    if (wait != null) {
      await(call.id(), time("wait", wait));
    }
    Run<?> run = engine.runs().retrieve(call.id());
    RawValue payload =
        run.payloadSize() > MAX_SHOWN_BYTES
            ? null
            : shown(() -> engine.runs().openPayload(run.id()));
    RawValue output =
        run.status() == RunStatus.COMPLETED
            ? shown(() -> engine.runs().openOutput(run.id()))
            : null;
    return Answer.json(RunView.of(run, payload, output));
  }

  /** Returns when the run has ended or the time is over: the answer tells which. */
  private void await(String runId, Duration time) {
    if (!waiting.tryAcquire()) {
      throw new Refusal(
          429, "too-many-waiting", "too many requests wait already", Duration.ofSeconds(1));
    }
    try {
      engine.runs().await(runId, time.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : time);
    } catch (AwaitTimeoutException e) {
      // it goes on
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(503, "stopping", "the runner is stopping");
    } finally {
      waiting.release();
    }
  }

  /** The value as it is stored; null where it is large, or no longer reads: the run still shows. */
  private static @Nullable RawValue shown(Supplier<InputStream> open) {
    try (InputStream value = open.get()) {
      byte[] bytes = value.readNBytes(MAX_SHOWN_BYTES + 1);
      return bytes.length > MAX_SHOWN_BYTES ? null : new RawValue(new String(bytes, UTF_8));
    } catch (IOException | UnreadableValueException e) {
      return null;
    }
  }

  private Answer payload(Call call) {
    call.query().only();
    return Answer.stream(engine.runs().openPayload(call.id()));
  }

  private Answer output(Call call) {
    call.query().only();
    return Answer.stream(engine.runs().openOutput(call.id()));
  }

  private Answer explain(Call call) {
    call.query().only();
    return Answer.json(engine.runs().explain(call.id()));
  }

  private record CancelBody(CancelOptions.@Nullable Children children, @Nullable String reason) {
    CancelOptions options() {
      CancelOptions options = CancelOptions.defaults();
      if (children != null) {
        options = options.children(children);
      }
      return reason == null ? options : options.reason(reason);
    }
  }

  private Answer cancel(Call call) {
    call.query().only();
    CancelResult result = engine.runs().cancel(call.id(), call.body(CancelBody.class).options());
    return Answer.json(result);
  }

  private record RescheduleBody(@Nullable String delay) {}

  private Answer reschedule(Call call) {
    call.query().only();
    String delay = Field.required("delay", call.body(RescheduleBody.class).delay());
    engine.runs().reschedule(call.id(), delay);
    return Answer.json(RunView.of(engine.runs().retrieve(call.id())));
  }

  private record ReplayBody(@Nullable OptionsBody options) {}

  private Answer replay(Call call) {
    call.query().only();
    TriggerOptions options = OptionsBody.options(call.body(ReplayBody.class).options());
    return Triggered.answer(engine.runs().replay(call.id(), options));
  }

  /** In the grammar that the engine has for times. */
  private static Duration time(String name, String text) {
    try {
      return Objects.requireNonNull(TriggerOptions.options().ttl(text).ttl());
    } catch (InvalidOptionException e) {
      throw Refusal.badRequest(name + " must be a time such as 30s: \"" + text + "\"");
    }
  }
}
