package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.DuplicateTaskException;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.UnknownTaskException;
import dev.pawl.fixtures.EngineLog;
import dev.pawl.spi.StoreException;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Tasks that are registered while the engine is open. */
class LateRegistrationTest {
  private final Gate gate = new Gate();

  private Task.Definition<String, String> gated() {
    return Task.define("gated", String.class, String.class);
  }

  @Test
  void theQueueThatALateTaskDeclaresLimitsTheRunsThatWaitedForIt() throws Exception {
    InMemoryStore store = new InMemoryStore();
    Task<String, String> before = gated().run((payload, run) -> payload);
    Task<String, String> after =
        gated()
            .concurrencyLimit(1)
            .run(
                (payload, run) -> {
                  gate.pass();
                  return payload;
                });
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(before))) {
      engine.pause();
      engine.tasks().trigger(before, "a");
      engine.tasks().trigger(before, "b");
    }
    try (TestEngine engine = TestEngine.start(store, builder -> builder)) {
      engine.register(after);
      gate.awaitReached();
      engine.settle();
      assertThat(engine.runs().stream(RunQuery.all()).map(run -> run.status()))
          .containsExactlyInAnyOrder(RunStatus.EXECUTING, RunStatus.QUEUED);
      gate.open();
      engine.settle();
      assertThat(engine.runs().stream(RunQuery.all()).map(run -> run.status()))
          .containsOnly(RunStatus.COMPLETED);
    }
  }

  @Test
  void aRegistrationThatIsRefusedRegistersNothing() {
    Task<String, String> task = gated().run((payload, run) -> payload);
    Task<String, String> other =
        Task.define("other", String.class, String.class).run((payload, run) -> payload);
    try (TestEngine engine = TestEngine.start(other)) {
      assertThatThrownBy(() -> engine.register(task, other))
          .isInstanceOf(DuplicateTaskException.class);
      assertThatThrownBy(() -> engine.tasks().trigger(task, "x"))
          .isInstanceOf(UnknownTaskException.class);
      engine.register(task);
      engine.tasks().trigger(task, "x");
      engine.settle();
      assertThat(engine.runs().stream(RunQuery.all()).map(run -> run.status()))
          .containsOnly(RunStatus.COMPLETED);
    }
  }

  @Test
  void aRecordedCallOfATaskThatIsGoneReturnsWhatItReturnedBefore() {
    InMemoryStore store = new InMemoryStore();
    List<String> children = new CopyOnWriteArrayList<>();
    Task<String, String> gone =
        Task.define("gone", String.class, String.class)
            .run(
                (payload, run) -> {
                  children.add(payload);
                  return payload + "!";
                });
    Task<String, String> echo =
        Task.define("echo", String.class, String.class).run((payload, run) -> payload);
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  String one = run.triggerAndWait(gone, "one").unwrap();
                  String two = run.batchTriggerAndWait(gone, List.of("two")).unwrap().getFirst();
                  String three = run.trigger(gone, "three").await().unwrap();
                  String four = run.engine().tasks().trigger(gone, "four").await().unwrap();
                  run.triggerAndWait(echo, "later", options().delay("1h")).unwrap();
                  return one + two + three + four;
                });
    RunHandle<String> handle;
    try (TestEngine engine =
        TestEngine.start(store, builder -> builder.register(parent, echo, gone))) {
      handle = engine.tasks().trigger(parent, "p");
      engine.settle();
    }
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(parent, echo))) {
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("one!two!three!four!");
      assertThat(engine.runs().retrieve(handle).attempts()).hasSize(1);
      assertThat(children).containsExactly("one", "two", "three", "four");
    }
  }

  @Test
  void aRegistrationHoldsEvenIfTheStoreFailsInIt() {
    InMemoryStore store = new InMemoryStore();
    Task<String, String> task = gated().run((payload, run) -> payload);
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(task))) {
      engine.pause();
      engine.tasks().trigger(task, "x");
    }
    try (EngineLog log = EngineLog.open();
        TestEngine engine = TestEngine.start(store, builder -> builder)) {
      store.failNextCommit(new StoreException("the disk is full", null), false);
      engine.register(task);
      engine.settle();
      assertThat(engine.runs().stream(RunQuery.all()))
          .singleElement()
          .satisfies(run -> assertThat(run.status()).isEqualTo(RunStatus.COMPLETED))
          .satisfies(run -> assertThat(run.attemptCount()).isEqualTo(1));
      assertThat(
              log.takeUnexpected(
                  message ->
                      message.startsWith("runs wait for tasks")
                          || message.startsWith("the store cannot be written")))
          .isEmpty();
    }
  }
}
