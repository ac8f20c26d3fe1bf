package dev.pawl.samples.triggering;

import static dev.pawl.samples.triggering.Page.CHILD;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchStatus;
import dev.pawl.BatchTriggerException;
import dev.pawl.Engine;
import dev.pawl.Limits;
import dev.pawl.RateLimit;
import dev.pawl.RetryAfterException;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.TaskRef;
import dev.pawl.TypeRef;
import dev.pawl.UnknownTaskException;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** "Batch trigger errors": at most ten runs at once, then one a second. */
class BatchErrorsTest {
  static final Task<List<String>, String> TRIGGERS =
      Task.define("triggers", new TypeRef<List<String>>() {}, TypeRef.of(String.class))
          .run(
              (userIds, run) -> {
                try {
                  return run.batchTrigger(CHILD, userIds).id();
                } catch (BatchTriggerException e) {
                  if (e.retryAfter() != null) {
                    throw new RetryAfterException(e.retryAfter(), "the rate limit", e);
                  }
                  throw e;
                }
              });

  @RegisterExtension
  static final PawlExtension pawl =
      PawlExtension.inMemory()
          .register(CHILD, TRIGGERS)
          .configure(
              builder ->
                  builder.limits(Limits.defaults().triggerRate(RateLimit.perSecond(1).burst(10))));

  static <I> BatchHandle<?> triggerWithRetry(
      Engine engine, TaskRef<I, ?> task, List<I> items, int maxRetries, Consumer<Duration> pause) {
    for (int attempt = 0; ; attempt++) {
      try {
        return engine.tasks().batchTrigger(task, items);
      } catch (BatchTriggerException e) {
        Duration wait = e.retryAfter(); // null where it is not the rate limit
        if (wait == null || attempt == maxRetries) {
          throw e;
        }
        pause.accept(wait);
      }
    }
  }

  @Test
  void aListThatIsRefusedLeavesNothing(TestEngine engine) {
    BatchTriggerException refusal =
        catchThrowableOfType(
            BatchTriggerException.class,
            () ->
                engine
                    .batch()
                    .trigger(BatchItem.of("child", "some data"), BatchItem.of("chidl", "typo")));
    assertThat(refusal.phase()).isEqualTo(BatchTriggerException.Phase.CREATE);
    assertThat(refusal.batchId()).isNull();
    assertThat(refusal.itemCount()).isZero();
    assertThat(refusal.isRateLimited()).isFalse();
    assertThat(refusal).hasCauseInstanceOf(UnknownTaskException.class);
    assertThat(engine.runs().count(RunQuery.all())).isZero();
  }

  @Test
  void aStreamThatBreaksOffKeepsWhatItHas(TestEngine engine) {
    Stream<String> items =
        IntStream.range(0, 5)
            .mapToObj(
                n -> {
                  if (n == 3) {
                    throw new IllegalStateException("the connection is gone");
                  }
                  return "item" + n;
                });
    BatchTriggerException broken =
        catchThrowableOfType(
            BatchTriggerException.class, () -> engine.tasks().batchTrigger(CHILD, items));
    assertThat(broken.phase()).isEqualTo(BatchTriggerException.Phase.STREAM);
    assertThat(broken.itemCount()).isEqualTo(3);
    assertThat(broken).cause().hasMessage("the connection is gone");
    assertThat(engine.batch().retrieve(broken.batchId()).status()).isEqualTo(BatchStatus.ABORTED);
    engine.settle();
    assertThat(engine.batch().retrieve(broken.batchId()).succeeded()).isEqualTo(3);
  }

  @Test
  void theRateLimitSaysWhenToComeAgain(TestEngine engine) {
    List<String> items = Collections.nCopies(8, "some data");
    engine.tasks().batchTrigger(CHILD, items);
    BatchTriggerException refusal =
        catchThrowableOfType(
            BatchTriggerException.class, () -> engine.tasks().batchTrigger(CHILD, items));
    assertThat(refusal.isRateLimited()).isTrue();
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(6));
    BatchHandle<?> batch = triggerWithRetry(engine, CHILD, items, 3, engine::advance);
    assertThat(batch.size()).isEqualTo(8);
  }

  @Test
  void whatIsNotTheRateLimitIsNotTriedAgain(TestEngine engine) {
    Task<String, String> unknown =
        Task.define("unknown", String.class, String.class).run((payload, run) -> payload);
    assertThatThrownBy(
            () ->
                triggerWithRetry(
                    engine,
                    unknown,
                    List.of("some data"),
                    3,
                    wait -> {
                      throw new AssertionError("paused for " + wait);
                    }))
        .isInstanceOf(BatchTriggerException.class);
  }

  @Test
  void aRunLetsItsRetryComeAgain(TestEngine engine) {
    engine.tasks().batchTrigger(CHILD, Collections.nCopies(8, "some data"));
    RunHandle<String> handle = engine.tasks().trigger(TRIGGERS, List.of("1", "2", "3", "4", "5"));
    engine.advance(Duration.ofSeconds(4));
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasAttempts(2);
  }
}
