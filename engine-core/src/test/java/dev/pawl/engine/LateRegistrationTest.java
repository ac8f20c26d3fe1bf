package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.DuplicateTaskException;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.UnknownTaskException;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
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
}
