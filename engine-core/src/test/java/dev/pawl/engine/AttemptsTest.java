package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AbortRunException;
import dev.pawl.AttemptInfo;
import dev.pawl.Limits;
import dev.pawl.Retry;
import dev.pawl.RetryAfterException;
import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.testing.TestEngine;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptsTest extends EngineTest {
  private static final Retry EXACT = Retry.exponential().randomize(false);

  private final List<Instant> entered = new ArrayList<>();

  private Task<String, String> failing(Retry retry, Throwable thrown) {
    return Task.define("failing", String.class, String.class)
        .retry(retry)
        .run(
            (payload, run) -> {
              entered.add(run.now());
              if (thrown instanceof Error error) {
                throw error;
              }
              throw (Exception) thrown;
            });
  }

  private static Instant at(long millis) {
    return TestEngine.START.plusMillis(millis);
  }

  @Test
  void retriesFollowThePolicyToTheMillisecond() {
    Task<String, String> task =
        failing(EXACT.maxAttempts(5).maxTimeout(Duration.ofSeconds(5)), new IOException("down"));
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      engine.settle();
      Run<String> backingOff = engine.runs().retrieve(handle);
      assertThat(backingOff.status()).isEqualTo(RunStatus.RETRYING);
      assertThat(backingOff.attempts()).hasSize(1);
      engine.advance(Duration.ofHours(1));
      assertThat(entered).containsExactly(at(0), at(1_000), at(3_000), at(7_000), at(12_000));
      Run<String> run = engine.runs().retrieve(handle);
      assertThat(run.status()).isEqualTo(RunStatus.FAILED);
      assertThat(run.finishedAt()).isEqualTo(at(12_000));
      assertThat(run.error().message()).isEqualTo("down");
      assertThat(run.attempts())
          .extracting(AttemptInfo::number, AttemptInfo::status, AttemptInfo::startedAt)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(1, RunStatus.FAILED, at(0)),
              org.assertj.core.groups.Tuple.tuple(2, RunStatus.FAILED, at(1_000)),
              org.assertj.core.groups.Tuple.tuple(3, RunStatus.FAILED, at(3_000)),
              org.assertj.core.groups.Tuple.tuple(4, RunStatus.FAILED, at(7_000)),
              org.assertj.core.groups.Tuple.tuple(5, RunStatus.FAILED, at(12_000)));
    }
  }

  @Test
  void theSameSeedGivesTheSameRandomDelays() {
    assertThat(randomizedRetries(7))
        .isEqualTo(randomizedRetries(7))
        .isNotEqualTo(randomizedRetries(8));
  }

  private List<Instant> randomizedRetries(long seed) {
    entered.clear();
    Task<String, String> task =
        failing(Retry.exponential().maxAttempts(4), new IOException("down"));
    try (TestEngine engine =
        TestEngine.start(newStore(), builder -> builder.register(task).random(new Random(seed)))) {
      engine.tasks().trigger(task, "x");
      engine.advance(Duration.ofHours(1));
    }
    for (int i = 1; i < 4; i++) {
      Duration delay = Duration.between(entered.get(i - 1), entered.get(i));
      assertThat(delay).isBetween(Duration.ofSeconds(1L << (i - 1)), Duration.ofSeconds(1L << i));
    }
    return List.copyOf(entered);
  }

  @Test
  void maxAttemptsOfTheTriggerWinsAndWorksWithoutAPolicyOfTheTask() {
    Task<String, String> task =
        Task.define("failing", String.class, String.class)
            .run(
                (payload, run) -> {
                  entered.add(run.now());
                  throw new IOException("attempt " + run.attempt() + " of " + run.maxAttempts());
                });
    try (TestEngine engine =
        TestEngine.start(newStore(), builder -> builder.register(task).defaultRetry(EXACT))) {
      RunHandle<String> once = engine.tasks().trigger(task, "x", options().maxAttempts(1));
      RunHandle<String> four = engine.tasks().trigger(task, "x", options().maxAttempts(4));
      RunHandle<String> three = engine.tasks().trigger(task, "x");
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(once).error().message()).isEqualTo("attempt 1 of 1");
      assertThat(engine.runs().retrieve(four).error().message()).isEqualTo("attempt 4 of 4");
      assertThat(engine.runs().retrieve(three).error().message()).isEqualTo("attempt 3 of 3");
    }
  }

  @Test
  void anAbortEndsTheRunWhateverAttemptsRemain() {
    Task<String, String> task = failing(EXACT, new AbortRunException("no such customer"));
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      engine.settle();
      Run<String> run = engine.runs().retrieve(handle);
      assertThat(run.status()).isEqualTo(RunStatus.FAILED);
      assertThat(run.error().code()).isEqualTo(RunError.Code.ABORTED);
      assertThat(run.attempts()).hasSize(1);
    }
  }

  @Test
  void aRetryAfterSetsTheDelayOfItsRetryAlone() {
    Task<String, String> task =
        Task.define("polite", String.class, String.class)
            .retry(EXACT)
            .run(
                (payload, run) -> {
                  entered.add(run.now());
                  if (run.attempt() == 1) {
                    throw new RetryAfterException(Duration.ofMinutes(42));
                  }
                  throw new IOException("down");
                });
    try (TestEngine engine = start(task)) {
      engine.tasks().trigger(task, "x");
      engine.advance(Duration.ofHours(2));
      assertThat(entered).containsExactly(at(0), at(2_520_000), at(2_522_000));
    }
  }

  @Test
  void aRunThatBacksOffHoldsNoSlot() {
    Task<String, String> task =
        Task.define("alternating", String.class, String.class)
            .concurrencyLimit(1)
            .retry(EXACT)
            .run(
                (payload, run) -> {
                  if (payload.equals("bad")) {
                    throw new IOException("down");
                  }
                  return payload;
                });
    try (TestEngine engine = start(task)) {
      engine.tasks().trigger(task, "bad");
      RunHandle<String> good = engine.tasks().trigger(task, "good");
      engine.settle();
      assertThat(engine.runs().retrieve(good).status()).isEqualTo(RunStatus.COMPLETED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stack", "heap", "thread death", "sneaky", "no message", "cycle"})
  void whateverABodyThrowsFailsItsAttemptAlone(String what) {
    Task<String, String> task =
        Task.define("zoo", String.class, String.class)
            .retry(Retry.none())
            .run((kind, run) -> misbehave(kind));
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, what);
      engine.settle();
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.FAILED);
      assertThat(engine.runs().retrieve(handle).error().code()).isEqualTo(RunError.Code.EXCEPTION);
      RunHandle<String> next = engine.tasks().trigger(task, "fine");
      engine.settle();
      assertThat(engine.runs().retrieve(next).output()).isEqualTo("fine");
    }
  }

  private static String misbehave(String kind) throws Exception {
    switch (kind) {
      case "stack" -> misbehave("stack");
      case "heap" -> throw new OutOfMemoryError("as if");
      case "thread death" -> throw new Error("anything that is no Exception");
      case "sneaky" -> throw new InterruptedException();
      case "no message" ->
          throw new IOException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
              throw new IllegalStateException("not even this works");
            }
          };
      case "cycle" -> {
        IOException a = new IOException("a");
        IOException b = new IOException("b", a);
        a.initCause(b);
        throw a;
      }
      default -> {}
    }
    return kind;
  }

  @Test
  void anErrorIsStoredWithItsChainOfCauses() {
    Task<String, String> task =
        failing(
            Retry.none(),
            new IOException("outer", new IllegalStateException("middle", new RuntimeException())));
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      engine.settle();
      RunError error = engine.runs().retrieve(handle).error();
      assertThat(error.type()).isEqualTo("java.io.IOException");
      assertThat(error.message()).isEqualTo("outer");
      assertThat(error.stackTrace()).contains("AttemptsTest", "Caused by");
      assertThat(error.cause().type()).isEqualTo("java.lang.IllegalStateException");
      assertThat(error.cause().cause().message()).isEmpty();
      assertThat(error.cause().cause().cause()).isNull();
    }
  }

  record Unwritable(String text) {
    @Override
    public String text() {
      throw new IllegalStateException("not to be read");
    }
  }

  @Test
  void anOutputThatCannotBeStoredFailsTheRunWithoutARetry() {
    Task<String, Unwritable> unwritable =
        Task.define("unwritable", String.class, Unwritable.class)
            .run((payload, run) -> new Unwritable("x"));
    Task<String, String> large =
        Task.define("large", String.class, String.class).run((payload, run) -> "x".repeat(2_000));
    try (TestEngine engine =
        TestEngine.start(
            newStore(),
            builder ->
                builder
                    .register(unwritable, large)
                    .limits(Limits.defaults().maxOutputBytes(1_000)))) {
      RunHandle<Unwritable> first = engine.tasks().trigger(unwritable, "x");
      RunHandle<String> second = engine.tasks().trigger(large, "x");
      engine.settle();
      assertThat(engine.runs().retrieve(first).error().code())
          .isEqualTo(RunError.Code.OUTPUT_NOT_STORABLE);
      assertThat(engine.runs().retrieve(first).attempts()).hasSize(1);
      assertThat(engine.runs().retrieve(second).error().message()).contains("2002", "1000");
    }
  }

  @Test
  void anInterruptThatABodyGaveItselfHarmsNothing() {
    Task<String, String> task =
        Task.define("interrupted", String.class, String.class)
            .run(
                (payload, run) -> {
                  Thread.currentThread().interrupt();
                  String child =
                      payload.equals("parent")
                          ? run.triggerAndWait(
                                  dev.pawl.TaskKey.of("interrupted", String.class, String.class),
                                  "child")
                              .unwrap()
                          : payload;
                  return child + Thread.currentThread().isInterrupted();
                });
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "parent");
      engine.settle();
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("childtruetrue");
    }
  }
}
