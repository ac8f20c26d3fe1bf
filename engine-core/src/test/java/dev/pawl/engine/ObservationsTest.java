package dev.pawl.engine;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.InvalidOptionException;
import dev.pawl.Limits;
import dev.pawl.Retry;
import dev.pawl.RunHandle;
import dev.pawl.Task;
import dev.pawl.fixtures.FakeTracer;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Triggers and attempts as they are observed, and the traces that join them. */
class ObservationsTest {
  private static final String TRIGGER = "pawl.trigger";
  private static final String ATTEMPT = "pawl.attempt";

  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((text, run) -> text);

  private final ObservationRegistry registry = ObservationRegistry.create();
  private final FakeTracer tracer = new FakeTracer();

  ObservationsTest() {
    registry.observationConfig().observationHandler(tracer);
  }

  private TestEngine start(Task<?, ?>... tasks) {
    return TestEngine.start(
        new InMemoryStore(), builder -> builder.register(tasks).observationRegistry(registry));
  }

  @Test
  void anAttemptIsPartOfTheTraceOfItsTrigger() {
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> handle =
          Observation.createNotStarted("request", registry)
              .observe(() -> engine.tasks().trigger(ECHO, "x"));
      engine.settle();
      FakeTracer.Span trigger = tracer.only(TRIGGER);
      FakeTracer.Span attempt = tracer.only(ATTEMPT);
      assertThat(trigger.parent()).isEqualTo(tracer.only("request").id());
      assertThat(attempt.trace()).isEqualTo(trigger.trace());
      assertThat(attempt.parent()).isEqualTo(trigger.id());
      assertThat(trigger.tag("task")).isEqualTo("echo");
      assertThat(trigger.tag("kind")).isEqualTo("single");
      assertThat(trigger.tag("outcome")).isEqualTo("created");
      assertThat(attempt.tag("queue")).isEqualTo("task/echo");
      assertThat(attempt.tag("outcome")).isEqualTo("completed");
      assertThat(attempt.context().getHighCardinalityKeyValue("run").getValue())
          .isEqualTo(handle.id());
    }
  }

  /** The engine's memory is gone; what is left of the trace is what was stored. */
  @Test
  void aTraceGoesOnAfterACrash() {
    try (TestEngine engine = start(ECHO)) {
      engine.tasks().trigger(ECHO, "x", options().delay("1h"));
      engine.crash();
      engine.advance(Duration.ofHours(1));
      FakeTracer.Span attempt = tracer.only(ATTEMPT);
      assertThat(attempt.trace()).isEqualTo(tracer.only(TRIGGER).trace());
      assertThat(attempt.parent()).isEqualTo(tracer.only(TRIGGER).id());
    }
  }

  @Test
  void whatABodyTriggersIsPartOfItsAttemptAlsoFromAFork() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (text, run) -> {
                  run.triggerAndWait(ECHO, "1").unwrap();
                  run.batchTriggerAndWait(ECHO, List.of("2", "3"));
                  return run.fork(() -> run.trigger(ECHO, "4").id()).join();
                });
    try (TestEngine engine = start(parent, ECHO)) {
      engine.tasks().trigger(parent, "x");
      engine.settle();
      List<FakeTracer.Span> triggers = tracer.all(TRIGGER);
      List<FakeTracer.Span> attempts = tracer.all(ATTEMPT);
      assertThat(triggers).hasSize(4);
      assertThat(attempts).hasSize(5);
      assertThat(attempts.stream().map(FakeTracer.Span::trace).distinct()).hasSize(1);
      FakeTracer.Span ofParent =
          attempts.stream().filter(span -> span.tag("task").equals("parent")).findFirst().get();
      assertThat(triggers.stream().filter(span -> ofParent.id().equals(span.parent()))).hasSize(3);
      assertThat(triggers.stream().map(span -> span.tag("kind")))
          .containsExactlyInAnyOrder("single", "single", "wait", "batch.wait");
      assertThat(registry.getCurrentObservation()).isNull();
    }
  }

  @Test
  void aFailureIsSeenWithWhatWasThrown() {
    IllegalStateException thrown = new IllegalStateException("no");
    Task<String, String> fails =
        Task.define("fails", String.class, String.class)
            .retry(Retry.none())
            .run(
                (text, run) -> {
                  throw thrown;
                });
    try (TestEngine engine = start(fails)) {
      engine.tasks().trigger(fails, "x");
      engine.settle();
      assertThat(tracer.only(ATTEMPT).context().getError()).isSameAs(thrown);
      assertThat(tracer.only(ATTEMPT).tag("outcome")).isEqualTo("failed");
      assertThatThrownBy(() -> engine.tasks().trigger(fails, "x", options().tags("x".repeat(200))))
          .isInstanceOf(InvalidOptionException.class);
      FakeTracer.Span refused = tracer.all(TRIGGER).getLast();
      assertThat(refused.tag("outcome")).isEqualTo("rejected");
      assertThat(refused.context().getError()).isInstanceOf(InvalidOptionException.class);
    }
  }

  /** Nothing has failed, and nothing was refused: the run waits on, and so does what it called. */
  @Test
  void aBodyThatIsUnloadedHasNotFailed() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run((text, run) -> run.triggerAndWait(ECHO, text, options().delay("1h")).unwrap());
    Task<String, String> parentOfBatch =
        Task.define("parent-of-batch", String.class, String.class)
            .run(
                (text, run) -> {
                  run.batchTriggerAndWait(
                      ECHO, List.of(text), batchOptions().each(options().delay("1h")));
                  return text;
                });
    try (TestEngine engine =
        TestEngine.start(
            new InMemoryStore(),
            builder ->
                builder
                    .register(parent, parentOfBatch, ECHO)
                    .limits(Limits.defaults().parkedBodies(0))
                    .observationRegistry(registry))) {
      engine.tasks().trigger(parent, "x");
      engine.tasks().trigger(parentOfBatch, "x");
      engine.settle();
      assertThat(tracer.all(ATTEMPT))
          .extracting(span -> span.tag("outcome"))
          .containsExactly("unloaded", "unloaded");
      assertThat(tracer.all(TRIGGER))
          .filteredOn(span -> span.tag("kind").endsWith("wait"))
          .extracting(span -> span.tag("outcome"))
          .containsExactly("awaited", "awaited");
      engine.advance(Duration.ofHours(1));
      assertThat(tracer.all(ATTEMPT)).hasSize(6);
      assertThat(tracer.all(TRIGGER)).as("what is replayed is no trigger").hasSize(4);
      for (String name : List.of(ATTEMPT, TRIGGER)) {
        assertThat(tracer.all(name))
            .extracting(span -> span.context().getError())
            .containsOnlyNulls();
      }
    }
  }

  @Test
  void theAttemptIsTheCurrentObservationOfItsBodyAlone() throws Exception {
    AtomicReference<Observation> within = new AtomicReference<>();
    CompletableFuture<Observation> onLane = new CompletableFuture<>();
    Task<String, String> looks =
        Task.define("looks", String.class, String.class)
            .run(
                (text, run) -> {
                  within.set(registry.getCurrentObservation());
                  return text;
                });
    try (TestEngine engine =
        TestEngine.start(
            new InMemoryStore(),
            builder ->
                builder
                    .register(looks)
                    .observationRegistry(registry)
                    .lane("own", body -> onLane.complete(after(body))))) {
      engine.tasks().trigger(looks, "x", options().region("own"));
      engine.settle();
      assertThat(within.get().getContext().getName()).isEqualTo(ATTEMPT);
      assertThat(onLane.get(20, TimeUnit.SECONDS).getContext().getName()).isEqualTo("lane");
    }
  }

  /** What the thread of a lane that observes something itself finds after a body. */
  private Observation after(Runnable body) {
    return Observation.createNotStarted("lane", registry)
        .observe(
            () -> {
              body.run();
              return registry.getCurrentObservation();
            });
  }

  @Test
  void aHandlerThatThrowsChangesNoRun() {
    registry
        .observationConfig()
        .observationHandler(
            new ObservationHandler<Observation.Context>() {
              @Override
              public boolean supportsContext(Observation.Context context) {
                return true;
              }

              @Override
              public void onStart(Observation.Context context) {
                throw new IllegalStateException("a handler has thrown");
              }
            });
    try (TestEngine engine = start(ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(ECHO, "x");
      engine.settle();
      assertThat(handle.retrieve().isCompleted()).isTrue();
    }
  }
}
