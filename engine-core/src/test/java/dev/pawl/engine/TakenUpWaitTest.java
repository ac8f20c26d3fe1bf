package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AttemptInfo;
import dev.pawl.AwaitTimeoutException;
import dev.pawl.Fork;
import dev.pawl.Limits;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** No body has failed, so what was recorded is not done again. */
  @Test
  void aJournalThatCannotBeReadAtOnceIsThatOfTheNextAttempt() {
    AtomicBoolean fails = new AtomicBoolean();
    StoreProvider provider = newStore();
    try (TestEngine engine =
        TestEngine.start(
            () -> failing(provider.open(), fails),
            builder -> builder.limits(Limits.defaults().parkedBodies(0)).register(twice, child))) {
      RunHandle<String> handle = engine.tasks().trigger(twice, "p");
      engine.settle();
      fails.set(true);
      engine.advance(HOUR.multipliedBy(3));
      Run<String> run = engine.runs().retrieve(handle);
      assertThat(run.output()).isEqualTo("1!2!");
      assertThat(fails).isFalse();
      assertThat(run.attempts())
          .extracting(AttemptInfo::status)
          .containsExactly(RunStatus.FAILED, RunStatus.COMPLETED);
      assertThat(engine.runs().list(RunQuery.all().tasks("child")).items()).hasSize(2);
    }
  }

  /** A store that fails once, where it is asked for a journal. */
  private static RunStore failing(RunStore store, AtomicBoolean fails) {
    return Intercepted.store(
        store,
        (method, arguments) -> {
          if (method.equals("journal") && fails.getAndSet(false)) {
            throw new StoreException("the disk cannot be read", null);
          }
        });
  }
}
