package dev.pawl.samples.triggering;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.samples.triggering.Page.CHILD;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.IdempotencyConflictException;
import dev.pawl.IdempotencyKey;
import dev.pawl.IdempotencyKey.Scope;
import dev.pawl.PayloadConflict;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "idempotencyKey" and "idempotencyKeyTTL". */
class KeysTest {
  static final Task<String, String> KEYED =
      Task.define("keyed", String.class, String.class)
          .retry(Retry.exponential().maxAttempts(4))
          .run(
              (payload, run) -> {
                // The key belongs to this run: its next attempt finds the same child.
                RunHandle<String> child =
                    run.trigger(CHILD, payload, options().idempotencyKey("my-task-key"));
                if (run.attempt() < 3) {
                  throw new IllegalStateException("something else went wrong");
                }
                return child.id();
              });

  static final Task<String, String> WAITS =
      Task.define("waits", String.class, String.class)
          .run(
              (payload, run) -> {
                String output =
                    run.triggerAndWait(CHILD, payload, options().idempotencyKey("my-task-key"))
                        .unwrap();
                if (run.attempt() == 1) {
                  throw new IllegalStateException("something else went wrong");
                }
                return output;
              });

  static final Task<String, String> SCOPED =
      Task.define("scoped", String.class, String.class)
          .run(
              (scope, run) -> {
                IdempotencyKey key = IdempotencyKey.of("send", "42").scope(Scope.valueOf(scope));
                run.trigger(CHILD, "some data", options().idempotencyKey(key));
                if (run.attempt() == 1) {
                  throw new IllegalStateException("something else went wrong");
                }
                return scope;
              });

  @RegisterExtension
  static final PawlExtension pawl = PawlExtension.inMemory().register(CHILD, KEYED, WAITS, SCOPED);

  private static long children(TestEngine engine) {
    return engine.runs().count(RunQuery.all().tasks("child"));
  }

  @Test
  void aRetryFindsTheChildOfItsKey(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(KEYED, "payload");
    engine.advance(Duration.ofMinutes(1));
    Run<String> parent = engine.runs().retrieve(handle);
    assertThat(parent).isCompleted().hasAttempts(3);
    assertThat(engine.runs().list(RunQuery.all().parent(handle.id())).items())
        .extracting(Run::id)
        .containsExactly(parent.output());
  }

  @Test
  void aKeyWorksWithAWait(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(WAITS, "some data");
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.runs().retrieve(handle)).hasAttempts(2).hasOutput("did some data");
    assertThat(children(engine)).isEqualTo(1);
  }

  @Test
  void aKeyBelongsToARunOrAnAttemptOrToAll(TestEngine engine) {
    engine.tasks().trigger(SCOPED, "RUN");
    engine.tasks().trigger(SCOPED, "RUN");
    engine.advance(Duration.ofMinutes(1));
    assertThat(children(engine)).as("one for each parent").isEqualTo(2);
    engine.tasks().trigger(SCOPED, "ATTEMPT");
    engine.advance(Duration.ofMinutes(1));
    assertThat(children(engine)).as("one for each attempt").isEqualTo(4);
    engine.tasks().trigger(SCOPED, "GLOBAL");
    engine.tasks().trigger(SCOPED, "GLOBAL");
    engine.advance(Duration.ofMinutes(1));
    assertThat(children(engine)).as("one for all").isEqualTo(5);
  }

  @Test
  void thePartsOfAKeyAreKeptApart(TestEngine engine) {
    RunHandle<String> ab =
        engine.tasks().trigger(CHILD, "some data", options().idempotencyKey("a", "b"));
    RunHandle<String> same =
        engine.tasks().trigger(CHILD, "some data", options().idempotencyKey("a", "b"));
    RunHandle<String> other =
        engine.tasks().trigger(CHILD, "some data", options().idempotencyKey("a-b"));
    assertThat(same.id()).isEqualTo(ab.id());
    assertThat(other.id()).isNotEqualTo(ab.id());
  }

  @Test
  void aKeyHasATimeOfItsOwn(TestEngine engine) {
    RunHandle<String> first =
        engine
            .tasks()
            .trigger(
                CHILD, "some data", options().idempotencyKey("order-42").idempotencyKeyTtl("1h"));
    RunHandle<String> again =
        engine.tasks().trigger(CHILD, "some data", options().idempotencyKey("order-42"));
    assertThat(again.isCached()).isTrue();
    assertThat(again.id()).isEqualTo(first.id());
    engine.advance(Duration.ofHours(1));
    RunHandle<String> later =
        engine.tasks().trigger(CHILD, "some data", options().idempotencyKey("order-42"));
    assertThat(later.isCached()).isFalse();
  }

  @Test
  void aKeyLivesForThirtyDays(TestEngine engine) {
    engine.tasks().trigger(CHILD, "some data", options().idempotencyKey("order-42"));
    engine.advance(Duration.ofDays(30).minusSeconds(1));
    assertThat(
            engine
                .tasks()
                .trigger(CHILD, "some data", options().idempotencyKey("order-42"))
                .isCached())
        .isTrue();
    engine.advance(Duration.ofSeconds(1));
    assertThat(
            engine
                .tasks()
                .trigger(CHILD, "some data", options().idempotencyKey("order-42"))
                .isCached())
        .isFalse();
  }

  @Test
  void aKeyOfAFailedRunIsFree(TestEngine engine) {
    RunHandle<String> failed =
        engine.tasks().trigger(CHILD, "bad data", options().idempotencyKey("order-42"));
    engine.settle();
    RunHandle<String> again =
        engine.tasks().trigger(CHILD, "good data", options().idempotencyKey("order-42"));
    assertThat(engine.runs().retrieve(failed)).isFailed();
    assertThat(again.isCached()).isFalse();
  }

  @Test
  void anotherPayloadUnderTheSameKeyIsToldOrRefused(TestEngine engine) {
    engine.tasks().trigger(CHILD, "one", options().idempotencyKey("order-42"));
    RunHandle<String> again =
        engine.tasks().trigger(CHILD, "two", options().idempotencyKey("order-42"));
    assertThat(again.payloadDiffers()).isTrue();
    assertThatThrownBy(
            () ->
                engine
                    .tasks()
                    .trigger(
                        CHILD,
                        "two",
                        options()
                            .idempotencyKey("order-42")
                            .onPayloadConflict(PayloadConflict.REJECT)))
        .isInstanceOf(IdempotencyConflictException.class);
  }

  @Test
  void aKeyIsFreedByHand(TestEngine engine) {
    engine.tasks().trigger(CHILD, "some data", options().idempotencyKey("order-42"));
    assertThat(engine.idempotencyKeys().reset("child", "order-42")).isEqualTo(1);
    assertThat(engine.idempotencyKeys().reset("child", "order-42")).isZero();
    RunHandle<String> again =
        engine.tasks().trigger(CHILD, "some data", options().idempotencyKey("order-42"));
    assertThat(again.isCached()).isFalse();
  }
}
