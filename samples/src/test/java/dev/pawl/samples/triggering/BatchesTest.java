package dev.pawl.samples.triggering;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static dev.pawl.samples.triggering.OutsideTest.SEQUENCE;
import static dev.pawl.samples.triggering.Page.CHILD;
import static dev.pawl.samples.triggering.Page.EMAIL_SEQUENCE;
import static dev.pawl.samples.triggering.Page.GREET;
import static dev.pawl.samples.triggering.Page.INCREMENT;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Batch;
import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchStatus;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.samples.triggering.Page.User;
import dev.pawl.testing.PawlExtension;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Batches that nobody waits for, from the application and from inside a run. */
class BatchesTest {
  static final List<User> USERS =
      List.of(new User("ada@example.com", "Ada"), new User("alan@example.com", "Alan"));

  static final Task<String, String> GOES_ON =
      Task.define("goes-on", String.class, String.class)
          .run(
              (payload, run) -> {
                BatchHandle<String> handle = run.batchTrigger(CHILD, List.of("some data"));
                // ... do other stuff
                Batch batch = run.engine().batch().retrieve(handle.id());
                return batch.id() + " of " + batch.size();
              });

  /** Fails once, so that its second attempt triggers the same batch again. */
  static final Task<String, String> ONCE =
      Task.define("once", String.class, String.class)
          .run(
              (payload, run) -> {
                BatchHandle<String> handle =
                    run.batchTrigger(
                        CHILD, List.of("some data"), batchOptions().idempotencyKey("my-task-key"));
                if (run.attempt() == 1) {
                  throw new IllegalStateException("something else went wrong");
                }
                return handle.isCached() + " " + handle.id();
              });

  static final Task<String, String> LATER =
      Task.define("later", String.class, String.class)
          .run(
              (payload, run) ->
                  run.batchTrigger(List.of(BatchItem.of(CHILD, "some data", options().delay("1h"))))
                      .id());

  static final Task<String, String> MIXED =
      Task.define("mixed", String.class, String.class)
          .run(
              (payload, run) -> {
                BatchHandle<?> handle =
                    run.batch()
                        .triggerByTask(BatchItem.of(GREET, "World"), BatchItem.of(INCREMENT, 42));
                Run<String> run1 = run.engine().runs().retrieve(handle.runs().get(0).id(), GREET);
                Run<Integer> run2 =
                    run.engine().runs().retrieve(handle.runs().get(1).id(), INCREMENT);
                return run1.taskId() + " and " + run2.taskId();
              });

  @RegisterExtension
  static final PawlExtension pawl =
      PawlExtension.inMemory()
          .register(EMAIL_SEQUENCE, CHILD, GREET, INCREMENT, GOES_ON, ONCE, LATER, MIXED);

  @Test
  void triggersOneTaskManyTimes(TestEngine engine) {
    BatchHandle<String> batch = engine.tasks().batchTrigger(SEQUENCE, USERS);
    assertThat(batch.size()).isEqualTo(2);
    List<RunHandle<String>> runs = batch.runs();
    engine.settle();
    assertThat(runs.get(0).retrieve()).hasOutput("sent to ada@example.com");
    assertThat(runs.get(1).retrieve()).hasOutput("sent to alan@example.com");
  }

  @Test
  void triggersOneTaskByItsBareId(TestEngine engine) {
    BatchHandle<?> batch = engine.tasks().batchTrigger("email-sequence", USERS);
    engine.settle();
    assertThat(batch.runs())
        .extracting(run -> (Object) run.retrieve().output())
        .containsExactly("sent to ada@example.com", "sent to alan@example.com");
  }

  @Test
  void theSameKeyIsTheSameBatch(TestEngine engine) {
    BatchHandle<String> batch =
        engine
            .tasks()
            .batchTrigger(SEQUENCE, USERS, batchOptions().idempotencyKey("my-idempotency-key"));
    BatchHandle<String> again =
        engine
            .tasks()
            .batchTrigger(SEQUENCE, USERS, batchOptions().idempotencyKey("my-idempotency-key"));
    assertThat(batch.isCached()).isFalse();
    assertThat(again.isCached()).isTrue();
    assertThat(again.id()).isEqualTo(batch.id());
    assertThat(engine.runs().count(RunQuery.all())).isEqualTo(2);
  }

  @Test
  void eachItemHasOptionsOfItsOwn(TestEngine engine) {
    BatchHandle<String> batch =
        engine
            .tasks()
            .batchTrigger(
                List.of(
                    BatchItem.of(SEQUENCE, USERS.get(0), options().delay("1h")),
                    BatchItem.of(SEQUENCE, USERS.get(1))));
    engine.settle();
    assertThat(batch.runs().get(0).retrieve()).isDelayed();
    assertThat(batch.runs().get(1).retrieve()).isCompleted();
  }

  @Test
  void allItemsShareOptions(TestEngine engine) {
    BatchHandle<String> batch =
        engine.tasks().batchTrigger(SEQUENCE, USERS, batchOptions().each(options().delay("1h")));
    assertThat(batch.runs())
        .extracting(run -> run.retrieve().status())
        .containsExactly(RunStatus.DELAYED, RunStatus.DELAYED);
  }

  @Test
  void triggersDifferentTasksById(TestEngine engine) {
    BatchHandle<?> batch =
        engine.batch().trigger(BatchItem.of("greet", "World"), BatchItem.of("increment", 42));
    engine.settle();
    assertThat(batch.runs())
        .extracting(run -> (Object) run.retrieve().output())
        .containsExactly("Hello World", 43);
  }

  @Test
  void triggersDifferentTasksTyped(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(MIXED, "some data");
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).hasOutput("greet and increment");
  }

  @Test
  void aRunTriggersABatchAndGoesOn(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(GOES_ON, "some data");
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).isCompleted();
    assertThat(engine.runs().retrieve(handle).output()).startsWith("batch_").endsWith(" of 1");
  }

  @Test
  void aRetryFindsTheBatchOfItsKey(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(ONCE, "some data");
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasAttempts(2);
    assertThat(engine.runs().retrieve(handle).output()).startsWith("true batch_");
  }

  @Test
  void theItemsOfARunHaveOptionsToo(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(LATER, "some data");
    engine.settle();
    Batch batch = engine.batch().retrieve(engine.runs().retrieve(handle).output());
    assertThat(batch.runs().get(0).retrieve()).isDelayed();
  }

  @Test
  void aBatchIsReadById(TestEngine engine) {
    BatchHandle<String> handle =
        engine.tasks().batchTrigger(CHILD, List.of("item1", "bad item", "item3"));
    assertThat(engine.batch().retrieve(handle.id()).status()).isEqualTo(BatchStatus.PENDING);
    engine.settle();
    Batch batch = engine.batch().retrieve(handle.id());
    assertThat(batch.status()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(batch.size()).isEqualTo(3);
    assertThat(batch.succeeded()).isEqualTo(2);
    assertThat(batch.failed()).isEqualTo(1);
    assertThat(batch.runs()).hasSize(3);
  }

  @Test
  void anEmptyBatchIsCompleteAtOnce(TestEngine engine) {
    BatchHandle<String> handle = engine.tasks().batchTrigger(CHILD, List.of());
    assertThat(handle.retrieve().status()).isEqualTo(BatchStatus.COMPLETED);
  }
}
