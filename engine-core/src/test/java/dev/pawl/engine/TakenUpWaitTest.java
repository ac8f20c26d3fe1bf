package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AwaitTimeoutException;
import dev.pawl.Fork;
import dev.pawl.Limits;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits that a body takes up again when it is entered again: they are the waits that they were. */
class TakenUpWaitTest extends EngineTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final Task<String, String> child =
      Task.define("child", String.class, String.class).run((name, run) -> name + "!");

  /** Waits for an hour for a run, while a thread of it is entered again after fifty minutes. */
  private final Task<String, String> impatient =
      Task.define("impatient", String.class, String.class)
          .run(
              (name, run) -> {
                RunHandle<String> late = run.trigger(child, "late", options().delay("1d"));
                Fork<String> fork =
                    run.fork(
                        () -> run.triggerAndWait(child, "fork", options().delay("50m")).unwrap());
                try {
                  return late.await(HOUR).unwrap();
                } catch (AwaitTimeoutException e) {
                  return fork.join();
                }
              });

  private final Task<String, String> twice =
      Task.define("twice", String.class, String.class)
          .run(
              (name, run) ->
                  run.triggerAndWait(child, "1", options().delay("1h")).unwrap()
                      + run.triggerAndWait(child, "2", options().delay("1h")).unwrap());

  private TestEngine start(Limits limits, Task<?, ?> task) {
    return TestEngine.start(newStore(), builder -> builder.limits(limits).register(task, child));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWaitThatIsTakenUpAgainLastsNoLongerThanItWasTo(boolean unloaded) {
    Limits limits = unloaded ? Limits.defaults().parkedBodies(0) : Limits.defaults();
    try (TestEngine engine = start(limits, impatient)) {
      RunHandle<String> handle = engine.tasks().trigger(impatient, "p");
      engine.settle();
      if (!unloaded) {
        engine.crash();
      }
      engine.advance(HOUR.minusMillis(1));
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
      engine.advance(Duration.ofMillis(1));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("fork!");
    }
  }

  /** It makes no child, and no entry. */
  @Test
  void aWaitIsTakenUpAgainWhereTheJournalIsFull() {
    try (TestEngine engine = start(Limits.defaults().parkedBodies(0).maxChildrenPerRun(2), twice)) {
      RunHandle<String> handle = engine.tasks().trigger(twice, "p");
      engine.advance(HOUR);
      engine.advance(HOUR);
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("1!2!");
    }
  }
}
