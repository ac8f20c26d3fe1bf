package dev.pawl.engine;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pawl.BatchHandle;
import dev.pawl.BatchStatus;
import dev.pawl.BatchTriggerException;
import dev.pawl.InvalidOptionException;
import dev.pawl.LimitExceededException;
import dev.pawl.Limits;
import dev.pawl.Queue;
import dev.pawl.QueueFullException;
import dev.pawl.RateLimit;
import dev.pawl.RateLimitException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The optional limit on triggering: ten at once, then one a second. */
class RateLimitTest extends EngineTest {
  private static final RateLimit RATE = RateLimit.perSecond(1).burst(10);

  private final Task<String, String> echo =
      Task.define("echo", String.class, String.class).run((text, run) -> text);

  private final Task<String, String> parent =
      Task.define("parent", String.class, String.class)
          .run(
              (text, run) ->
                  run.triggerAndWait(echo, text).unwrap()
                      + run.batchTriggerAndWait(echo, List.of("a", "b")).unwrap());

  private final TestEngine engine =
      TestEngine.start(
          newStore(),
          builder -> builder.register(echo, parent).limits(Limits.defaults().triggerRate(RATE)));

  @AfterEach
  void close() {
    engine.close();
  }

  private void use(int tokens) {
    engine.tasks().batchTrigger(echo, Collections.nCopies(tokens, "x"));
  }

  private long runs() {
    return engine.runs().stream(RunQuery.all()).count();
  }

  @Test
  void aTriggerThatComesTooSoonIsRefusedAndSaysWhenItCanCome() {
    use(10);
    RateLimitException refusal =
        catchThrowableOfType(RateLimitException.class, () -> engine.tasks().trigger(echo, "late"));
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(runs()).isEqualTo(10);
    engine.advance(refusal.retryAfter());
    engine.tasks().trigger(echo, "late");
    assertThatThrownBy(() -> engine.tasks().trigger(echo, "later"))
        .isInstanceOf(RateLimitException.class);
  }

  @Test
  void aBatchPassesWholeOrNotAtAll() {
    use(7);
    BatchTriggerException refusal =
        catchThrowableOfType(
            BatchTriggerException.class,
            () -> engine.tasks().batchTrigger(echo, Collections.nCopies(8, "x")));
    assertThat(refusal.isRateLimited()).isTrue();
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(5));
    assertThat(refusal.phase()).isEqualTo(BatchTriggerException.Phase.CREATE);
    assertThat(runs()).isEqualTo(7);
    engine.advance(Duration.ofSeconds(5));
    use(8);
  }

  @Test
  void aBatchLargerThanTheBurstCanNeverPass() {
    BatchTriggerException refusal =
        catchThrowableOfType(BatchTriggerException.class, () -> use(11));
    assertThat(refusal).hasCauseInstanceOf(LimitExceededException.class);
    assertThat(refusal.isRateLimited()).isFalse();
    use(10);
  }

  @Test
  void aStreamEndsWhereTheRateDoesAndItsKeyGoesOnWithIt() {
    List<String> names = IntStream.range(0, 15).mapToObj(n -> "n" + n).toList();
    var key = batchOptions().idempotencyKey("import");
    BatchTriggerException broken =
        catchThrowableOfType(
            BatchTriggerException.class,
            () -> engine.tasks().batchTrigger(echo, names.iterator(), key));
    assertThat(broken.phase()).isEqualTo(BatchTriggerException.Phase.STREAM);
    assertThat(broken.isRateLimited()).isTrue();
    assertThat(broken.retryAfter()).isEqualTo(Duration.ofSeconds(5));
    assertThat(broken.itemCount()).isEqualTo(10);
    assertThat(engine.batch().retrieve(broken.batchId()).status()).isEqualTo(BatchStatus.ABORTED);
    engine.advance(Duration.ofSeconds(20));
    BatchTriggerException again =
        catchThrowableOfType(
            BatchTriggerException.class,
            () -> engine.tasks().batchTrigger(echo, names.iterator(), key));
    assertThat(again.itemCount()).as("found runs take tokens too").isEqualTo(10);
    engine.advance(Duration.ofSeconds(10));
    BatchHandle<String> rest = engine.tasks().batchTrigger(echo, names.subList(10, 15));
    assertThat(rest.size()).isEqualTo(5);
  }

  @Test
  void whatIsRefusedForAnotherReasonTakesNothing() {
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> engine.tasks().trigger("ecco", "x")).isNotNull();
      assertThatThrownBy(() -> engine.tasks().trigger(echo, "x", options().tags(""))).isNotNull();
    }
    Queue full = Queue.named("full").concurrencyLimit(0).maxQueued(1);
    engine.tasks().trigger(echo, "x", options().queue(full));
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> engine.tasks().trigger(echo, "x", options().queue("full")))
          .isInstanceOf(QueueFullException.class);
    }
    engine.advance(Duration.ofSeconds(1)); // for the one that the queue has taken
    use(10);
  }

  @Test
  void triggersOfRunsCountAndTheirRetriesMeetTheLimitLater() {
    use(7);
    RunHandle<String> handle = engine.tasks().trigger(parent, "p");
    engine.settle();
    Run<String> waiting = engine.runs().retrieve(handle);
    assertThat(waiting.status())
        .as("1 for itself, 1 for its child, and 2 are wanted")
        .isEqualTo(RunStatus.RETRYING);
    engine.advance(Duration.ofMinutes(10));
    assertThat(engine.runs().retrieve(handle).output()).isEqualTo("p[a, b]");
  }

  @Test
  void aBodyThatIsRunAgainTriggersNothingAnew() {
    Task<String, String> waits =
        Task.define("waits", String.class, String.class)
            .run(
                (text, run) -> {
                  run.batchTrigger(echo, Collections.nCopies(8, "x"));
                  return run.triggerAndWait(echo, text, options().delay("1s")).unwrap();
                });
    engine.register(waits);
    RunHandle<String> handle = engine.tasks().trigger(waits, "p");
    engine.settle();
    engine.crash();
    engine.advance(Duration.ofSeconds(1));
    assertThat(engine.runs().retrieve(handle).output()).isEqualTo("p");
    use(10); // the bucket of the new life is full
  }

  @Test
  void aRateWithoutSenseIsRefused() {
    assertThatThrownBy(() -> RateLimit.perSecond(0)).isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> RATE.burst(0)).isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> new RateLimit(Integer.MAX_VALUE, 1, Duration.ofDays(9_000)))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> new RateLimit(1, 1, Duration.ZERO))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void aTriggerThatIsRefusedForWantOfRoomTakesNoToken() {
    Queue full = Queue.named("full").maxQueued(1).concurrencyLimit(0);
    engine.tasks().trigger(echo, "first", options().queue(full));
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> engine.tasks().trigger(echo, "second", options().queue(full)))
          .isInstanceOf(QueueFullException.class);
    }
    use(9);
  }
}
