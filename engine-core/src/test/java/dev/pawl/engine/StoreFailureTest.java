package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.AwaitTimeoutException;
import dev.pawl.Health;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreFailureTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private static final Task<String, String> PARENT =
      Task.define("parent", String.class, String.class)
          .run((payload, run) -> run.triggerAndWait(ECHO, payload, options().delay("1h")).unwrap());

  private final InMemoryStore store = new InMemoryStore();
  private final TestEngine engine =
      TestEngine.start(store, builder -> builder.register(ECHO, PARENT));

  @AfterEach
  void close() {
    engine.close();
  }

  private void failNext(boolean applied) {
    store.failNextCommit(new StoreException("the disk is full", null, applied), applied);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theCallerOfAFailedCommitLearnsThatTheOutcomeIsUnknownAndTheEngineGoesOn(boolean applied) {
    failNext(applied);
    assertThatThrownBy(() -> engine.tasks().trigger(ECHO, "x"))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("the disk is full");
    engine.settle();
    assertThat(engine.health().status()).isEqualTo(Health.Status.UP);
    assertThat(engine.runs().stream(RunQuery.all()))
        .singleElement()
        .satisfies(run -> assertThat(run.status()).isEqualTo(RunStatus.COMPLETED));
    RunHandle<String> next = engine.tasks().trigger(ECHO, "y");
    engine.settle();
    assertThat(engine.runs().retrieve(next).output()).isEqualTo("y");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoeverRepeatsATriggerOfUnknownOutcomeWithItsKeyGetsItsOneRun(boolean applied) {
    TriggerOptions key = options().idempotencyKey("k");
    failNext(applied);
    assertThatThrownBy(() -> engine.tasks().trigger(ECHO, "x", key))
        .isInstanceOf(OutcomeUnknownException.class);
    engine.settle();
    RunHandle<String> again = engine.tasks().trigger(ECHO, "x", key);
    engine.crash();
    assertThat(engine.tasks().trigger(ECHO, "x", key).id()).isEqualTo(again.id());
    assertThat(engine.runs().stream(RunQuery.all())).hasSize(1);
  }

  @Test
  void theEndOfABodyIsNotLostInAFailedCommit() {
    RunHandle<String> handle = engine.tasks().trigger(PARENT, "x");
    engine.settle();
    engine.pause();
    engine.advance(Duration.ofHours(1));
    failNext(false);
    assertThatThrownBy(engine::resume).isInstanceOf(OutcomeUnknownException.class);
    engine.settle();
    assertThat(engine.runs().retrieve(handle).output()).isEqualTo("x");
  }

  @Test
  void aWaitThatTimesOutNeedsNothingOfAStoreThatCannotBeRead() {
    Task<String, String> impatient =
        Task.define("impatient", String.class, String.class)
            .run(
                (payload, run) -> {
                  RunHandle<String> child = run.trigger(ECHO, payload, options().delay("1h"));
                  try {
                    return child.await(Duration.ofMinutes(1)).unwrap();
                  } catch (AwaitTimeoutException e) {
                    return "timed out";
                  }
                });
    try (TestEngine unread =
        TestEngine.start(
            () -> withoutJournal(new InMemoryStore().open()),
            builder -> builder.register(ECHO, impatient))) {
      RunHandle<String> handle = unread.tasks().trigger(impatient, "x");
      unread.advance(Duration.ofMinutes(2));
      assertThat(unread.health().status()).isEqualTo(Health.Status.UP);
      assertThat(unread.runs().retrieve(handle).output()).isEqualTo("timed out");
    }
  }

  /** A store whose journal can be written but not read. */
  private static RunStore withoutJournal(RunStore store) {
    return Intercepted.store(
        store,
        (method, arguments) -> {
          if (method.equals("journal")) {
            throw new StoreException("the journal cannot be read", null);
          }
        });
  }
}
