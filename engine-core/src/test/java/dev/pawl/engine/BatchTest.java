package dev.pawl.engine;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pawl.AbortRunException;
import dev.pawl.Batch;
import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchOptions;
import dev.pawl.BatchStatus;
import dev.pawl.BatchTriggerException;
import dev.pawl.Debounce;
import dev.pawl.IdempotencyKey;
import dev.pawl.InvalidOptionException;
import dev.pawl.InvalidPayloadException;
import dev.pawl.LimitExceededException;
import dev.pawl.Limits;
import dev.pawl.NotFoundException;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TaskKey;
import dev.pawl.TriggerOutcome;
import dev.pawl.UnknownTaskException;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches given as lists, from outside of every run. */
class BatchTest extends EngineTest {
  private static final BatchOptions KEY = batchOptions().idempotencyKey("order-42");
  private final AtomicInteger bodies = new AtomicInteger();

  private final Task<String, String> echo =
      Task.define("echo", String.class, String.class)
          .retry(Retry.none())
          .run(
              (payload, run) -> {
                bodies.incrementAndGet();
                if (payload.startsWith("bad")) {
                  throw new AbortRunException(payload);
                }
                return payload + "!";
              });

  private final Task<Integer, Integer> twice =
      Task.define("twice", Integer.class, Integer.class).run((n, run) -> 2 * n);

  private final TestEngine engine = start(echo, twice);

  @AfterEach
  void close() {
    engine.close();
  }

  private List<String> outputs(BatchHandle<?> batch) {
    return batch.runs().stream().map(run -> String.valueOf(run.retrieve().output())).toList();
  }

  private static List<String> ids(BatchHandle<?> batch) {
    return batch.runs().stream().map(RunHandle::id).toList();
  }

  private long runs() {
    return engine.runs().stream(RunQuery.all()).count();
  }

  @Test
  void theRunsOfAListExistInOrderWhenTheCallReturns() {
    engine.pause();
    BatchHandle<String> batch = engine.tasks().batchTrigger(echo, List.of("a", "b", "c"));
    assertThat(batch.id()).startsWith("batch_");
    assertThat(batch.size()).isEqualTo(3);
    assertThat(batch.isCached()).isFalse();
    assertThat(batch.runs())
        .extracting(run -> run.retrieve().payload(String.class))
        .containsExactly("a", "b", "c");
    assertThat(batch.runs()).extracting(RunHandle::outcome).containsOnly(TriggerOutcome.CREATED);
    assertThat(ids(batch)).isSorted();
    engine.resume();
    engine.settle();
    assertThat(outputs(batch)).containsExactly("a!", "b!", "c!");
  }

  @Test
  void aRunKnowsItsPlaceInItsBatch() {
    BatchHandle<String> batch = engine.tasks().batchTrigger(echo, List.of("a", "b"));
    Run<String> second = batch.runs().get(1).retrieve();
    assertThat(second.batchId()).isEqualTo(batch.id());
    assertThat(second.batchIndex()).isEqualTo(1);
    assertThat(engine.runs().list(RunQuery.all().batch(batch.id())).items()).hasSize(2);
    RunHandle<String> single = engine.tasks().trigger(echo, "c");
    assertThat(single.retrieve().batchId()).isNull();
  }

  @Test
  void aBatchIsPendingUntilEachOfItsRunsHasEndedWellOrNot() {
    BatchHandle<String> handle =
        engine
            .tasks()
            .batchTrigger(
                List.of(
                    BatchItem.of(echo, "a"),
                    BatchItem.of(echo, "bad"),
                    BatchItem.of(echo, "late", options().delay("1h"))));
    engine.settle();
    Batch before = handle.retrieve();
    assertThat(before.status()).isEqualTo(BatchStatus.PENDING);
    assertThat(List.of(before.size(), before.succeeded(), before.failed()))
        .containsExactly(3, 1, 1);
    assertThat(before.createdAt()).isEqualTo(TestEngine.START);
    assertThat(before.finishedAt()).isNull();
    assertThat(before.parentId()).isNull();
    engine.advance(Duration.ofHours(1));
    Batch after = engine.batch().retrieve(handle.id());
    assertThat(after.status()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(List.of(after.succeeded(), after.failed())).containsExactly(2, 1);
    assertThat(after.finishedAt()).isEqualTo(TestEngine.START.plus(Duration.ofHours(1)));
    assertThat(after.runs()).extracting(RunHandle::id).containsExactlyElementsOf(ids(handle));
    assertThat(before.status()).as("a snapshot").isEqualTo(BatchStatus.PENDING);
  }

  @Test
  void anEmptyBatchIsCompleteAtOnce() {
    BatchHandle<String> handle = engine.tasks().batchTrigger(echo, List.of());
    assertThat(handle.size()).isZero();
    assertThat(handle.runs()).isEmpty();
    assertThat(handle.retrieve().status()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(handle.retrieve().finishedAt()).isEqualTo(TestEngine.START);
    BatchHandle<String> stream =
        engine.tasks().batchTrigger(echo, Collections.<String>emptyIterator());
    assertThat(stream.retrieve().status()).isEqualTo(BatchStatus.COMPLETED);
  }

  @Test
  void aBatchIsTriggeredByIdToo() {
    BatchHandle<?> batch = engine.tasks().batchTrigger("echo", List.of("a", "b"));
    BatchHandle<?> mixed =
        engine.batch().trigger(BatchItem.of("echo", "c"), BatchItem.of("twice", 4));
    engine.settle();
    assertThat(outputs(batch)).containsExactly("a!", "b!");
    assertThat(outputs(mixed)).containsExactly("c!", "8");
  }

  @Test
  void aBatchOfSeveralTasksKeepsOrderAndTypes() {
    TaskKey<Integer, Integer> key = TaskKey.of("twice", Integer.class, Integer.class);
    BatchHandle<?> batch =
        engine
            .batch()
            .triggerByTask(
                List.of(BatchItem.of(key, 1), BatchItem.of(echo, "x"), BatchItem.of(twice, 3)));
    engine.settle();
    assertThat(outputs(batch)).containsExactly("2", "x!", "6");
    assertThat(batch.runs())
        .extracting(run -> run.retrieve().taskId())
        .containsExactly("twice", "echo", "twice");
  }

  @Test
  void theOptionsOfTheBatchAreThoseOfEachItemThatSetsNoneItself() {
    BatchHandle<String> batch =
        engine
            .tasks()
            .batchTrigger(
                List.of(
                    BatchItem.of(echo, "a"),
                    BatchItem.of(echo, "b", options().delay("5s").priority(3))),
                batchOptions().each(options().delay("1h").tags("t").priority(7)));
    Run<String> first = batch.runs().get(0).retrieve();
    Run<String> second = batch.runs().get(1).retrieve();
    assertThat(first.delayedUntil()).isEqualTo(TestEngine.START.plus(Duration.ofHours(1)));
    assertThat(first.priority()).isEqualTo(Duration.ofSeconds(7));
    assertThat(second.delayedUntil()).isEqualTo(TestEngine.START.plusSeconds(5));
    assertThat(second.priority()).isEqualTo(Duration.ofSeconds(3));
    assertThat(second.tags()).containsExactly("t");
  }

  @Test
  void theSameKeyIsTheSameBatch() {
    BatchHandle<String> first = engine.tasks().batchTrigger(echo, List.of("a", "b"), KEY);
    engine.settle();
    BatchHandle<String> again = engine.tasks().batchTrigger(echo, List.of("a", "b"), KEY);
    assertThat(first.isCached()).isFalse();
    assertThat(again.isCached()).isTrue();
    assertThat(again.payloadDiffers()).isFalse();
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.size()).isEqualTo(2);
    assertThat(ids(again)).isEqualTo(ids(first));
    assertThat(first.retrieve().idempotencyKey()).isEqualTo("order-42");
    BatchHandle<String> other = engine.tasks().batchTrigger(echo, List.of("a", "c"), KEY);
    assertThat(other.id()).isEqualTo(first.id());
    assertThat(other.payloadDiffers()).isTrue();
    BatchHandle<String> stream = engine.tasks().batchTrigger(echo, List.of("z").iterator(), KEY);
    assertThat(stream.id()).isEqualTo(first.id());
    assertThat(runs()).isEqualTo(2);
  }

  @Test
  void theKeyOfABatchIsThatOfItsTask() {
    BatchHandle<String> echoes = engine.tasks().batchTrigger(echo, List.of("a"), KEY);
    BatchHandle<Integer> numbers = engine.tasks().batchTrigger(twice, List.of(1), KEY);
    assertThat(numbers.isCached()).isFalse();
    assertThat(numbers.id()).isNotEqualTo(echoes.id());
    // No run is found by it: it names a batch.
    assertThat(engine.tasks().trigger(echo, "a", options().idempotencyKey("order-42")).isCached())
        .isFalse();
  }

  @Test
  void anItemWithoutAKeyGetsTheKeyOfTheBatchAndItsIndex() {
    RunHandle<String> earlier =
        engine.tasks().trigger(echo, "b", options().idempotencyKey("order-42", "1"));
    RunHandle<String> own = engine.tasks().trigger(echo, "c", options().idempotencyKey("own"));
    BatchHandle<String> batch =
        engine
            .tasks()
            .batchTrigger(
                List.of(
                    BatchItem.of(echo, "a"),
                    BatchItem.of(echo, "b"),
                    BatchItem.of(echo, "c", options().idempotencyKey("own"))),
                KEY);
    assertThat(ids(batch).subList(1, 3)).containsExactly(earlier.id(), own.id());
    assertThat(batch.runs()).extracting(RunHandle::isCached).containsExactly(false, true, true);
    assertThat(batch.runs().get(0).retrieve().idempotencyKey()).isEqualTo("order-42 0");
    assertThat(earlier.retrieve().batchId()).as("the batch that created it").isNull();
  }

  @Test
  void theKeyOfABatchEndsWithItsTimeAndItsItemsWithIt() {
    BatchOptions day = KEY.idempotencyKeyTtl("1d");
    BatchHandle<String> first = engine.tasks().batchTrigger(echo, List.of("a"), day);
    engine.advance(Duration.ofDays(1).minusSeconds(1));
    assertThat(engine.tasks().batchTrigger(echo, List.of("a"), day).id()).isEqualTo(first.id());
    engine.advance(Duration.ofSeconds(1));
    BatchHandle<String> second = engine.tasks().batchTrigger(echo, List.of("a"), day);
    assertThat(second.isCached()).isFalse();
    assertThat(ids(second)).isNotEqualTo(ids(first));
  }

  @Test
  void aBatchWhoseKeyWasResetFindsItsRunsByTheirKeys() {
    BatchHandle<String> first = engine.tasks().batchTrigger(echo, List.of("a", "bad"), KEY);
    engine.settle();
    assertThat(engine.idempotencyKeys().reset("echo", IdempotencyKey.of("order-42"))).isEqualTo(1);
    BatchHandle<String> second = engine.tasks().batchTrigger(echo, List.of("a", "bad"), KEY);
    assertThat(second.isCached()).isFalse();
    assertThat(second.runs()).extracting(RunHandle::isCached).containsExactly(true, false);
    assertThat(ids(second).get(0)).isEqualTo(ids(first).get(0));
  }

  @Test
  void aBatchOfCachedItemsIsCompleteAtOnce() {
    engine.tasks().trigger(echo, "a", options().idempotencyKey("a"));
    engine.settle();
    BatchHandle<String> batch =
        engine
            .tasks()
            .batchTrigger(
                echo, List.of("a", "a"), batchOptions().each(options().idempotencyKey("a")));
    Batch seen = batch.retrieve();
    assertThat(seen.status()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(seen.succeeded()).isEqualTo(2);
    assertThat(bodies).hasValue(1);
  }

  @Test
  void equalDebounceKeysCollapseToOneRunAtSeveralIndexes() {
    BatchHandle<String> batch =
        engine
            .tasks()
            .batchTrigger(
                echo,
                List.of("a", "b", "c"),
                batchOptions().each(options().debounce(Debounce.key("k").delay("5s").trailing())));
    assertThat(ids(batch)).containsOnly(ids(batch).get(0)).hasSize(3);
    assertThat(batch.runs())
        .extracting(RunHandle::outcome)
        .containsExactly(
            TriggerOutcome.CREATED, TriggerOutcome.DEBOUNCED, TriggerOutcome.DEBOUNCED);
    engine.advance(Duration.ofSeconds(5));
    assertThat(outputs(batch)).containsExactly("c!", "c!", "c!");
    assertThat(batch.retrieve().succeeded()).isEqualTo(3);
    assertThat(bodies).hasValue(1);
  }

  private BatchTriggerException refused(Iterable<? extends BatchItem<?>> items) {
    BatchTriggerException refusal =
        catchThrowableOfType(
            BatchTriggerException.class, () -> engine.batch().triggerByTask(items));
    assertThat(refusal.phase()).isEqualTo(BatchTriggerException.Phase.CREATE);
    assertThat(refusal.batchId()).isNull();
    assertThat(refusal.itemCount()).isZero();
    assertThat(refusal.isRateLimited()).isFalse();
    assertThat(refusal.retryAfter()).isNull();
    assertThat(runs()).isZero();
    return refusal;
  }

  @Test
  void aListIsAllOrNothing() {
    List<BatchItem<?>> items = new ArrayList<>(Collections.nCopies(999, BatchItem.of(echo, "a")));
    items.add(BatchItem.of(echo, "x".repeat(11 << 20)));
    assertThat(refused(items))
        .hasCauseInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("item 999: ");
    items.set(999, BatchItem.of(echo, "a"));
    items.set(500, BatchItem.of("ecco", "a"));
    assertThat(refused(items))
        .hasCauseInstanceOf(UnknownTaskException.class)
        .hasMessageContaining("item 500: ");
    items.set(500, BatchItem.of(echo, "a"));
    items.set(400, BatchItem.of(echo, "a", options().tags("x".repeat(129))));
    assertThat(refused(items))
        .hasCauseInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("item 400: ");
    items.set(300, null);
    assertThat(refused(items))
        .hasCauseInstanceOf(InvalidPayloadException.class)
        .hasMessageContaining("item 300: the item is null");
  }

  @Test
  void aNullPayloadIsRefusedWithItsIndex() {
    assertThatThrownBy(() -> engine.tasks().batchTrigger(echo, Arrays.asList("a", null)))
        .isInstanceOf(BatchTriggerException.class)
        .hasMessageContaining("item 1: ")
        .hasCauseInstanceOf(InvalidPayloadException.class);
    assertThat(runs()).isZero();
  }

  @Test
  void aListHasAtMostAsManyItemsAsTheLimitSays() {
    assertThat(refused(Collections.nCopies(1_001, BatchItem.of(echo, "a"))))
        .hasCauseInstanceOf(LimitExceededException.class)
        .hasMessageContaining("maxBatchItems 1000");
    assertThat(engine.tasks().batchTrigger(echo, Collections.nCopies(1_000, "a")).retrieve().size())
        .isEqualTo(1_000);
  }

  @Test
  void theSizeOfAllPayloadsCanBeBounded() {
    try (TestEngine bounded =
        TestEngine.start(
            newStore(),
            builder -> builder.register(echo).limits(Limits.defaults().maxBatchBytes(1 << 20)))) {
      String half = "x".repeat((1 << 19) - 2);
      assertThat(bounded.tasks().batchTrigger(echo, List.of(half, half)).size()).isEqualTo(2);
      assertThatThrownBy(() -> bounded.tasks().batchTrigger(echo, List.of(half, half, "")))
          .isInstanceOf(BatchTriggerException.class)
          .hasCauseInstanceOf(LimitExceededException.class)
          .hasMessageContaining("maxBatchBytes is 1048576");
    }
  }

  @Test
  void whatIsKeptApartDoesNotCountTowardsTheSizeOfABatchAndMetadataDoes() {
    Limits limits = Limits.defaults().maxBatchBytes(1_000).maxInlineBytes(800);
    try (TestEngine bounded =
        TestEngine.start(newStore(), builder -> builder.register(echo).limits(limits))) {
      String apart = "x".repeat(900);
      assertThat(bounded.tasks().batchTrigger(echo, List.of(apart, apart)).size()).isEqualTo(2);
      BatchItem<String> noted =
          BatchItem.of(echo, "a", options().metadata(Map.of("note", "x".repeat(400))));
      assertThatThrownBy(() -> bounded.batch().trigger(List.of(noted, noted, noted)))
          .isInstanceOf(BatchTriggerException.class)
          .hasMessageContaining("trigger it as a stream");
    }
  }

  @Test
  void anUnknownTaskIsRefusedEvenForNoItems() {
    assertThatThrownBy(() -> engine.tasks().batchTrigger("ecco", List.of("a")))
        .isInstanceOf(BatchTriggerException.class)
        .hasCauseInstanceOf(UnknownTaskException.class);
  }

  @Test
  void anIdThatNamesNoBatchIsNotFound() {
    String run = engine.tasks().trigger(echo, "a").id();
    assertThatThrownBy(() -> engine.batch().retrieve(run)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> engine.batch().retrieve(run.replace("run_", "batch_")))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void aBatchOutlivesTheProcess() {
    BatchHandle<String> before = engine.tasks().batchTrigger(echo, List.of("a", "b"), KEY);
    String id = before.id();
    engine.settle();
    engine.crash();
    Batch after = engine.batch().retrieve(id);
    assertThat(after.status()).isEqualTo(BatchStatus.COMPLETED);
    assertThat(engine.tasks().batchTrigger(echo, List.of("a", "b"), KEY).id()).isEqualTo(id);
    assertThat(after.runs())
        .extracting(run -> run.retrieve().status())
        .containsOnly(RunStatus.COMPLETED);
  }

  @Test
  void aListThatCannotBeReadIsRefusedLikeAnyOtherSource() {
    List<String> broken =
        new AbstractList<>() {
          @Override
          public String get(int index) {
            throw new ConcurrentModificationException("somebody else changes it");
          }

          @Override
          public int size() {
            return 3;
          }
        };
    assertThatThrownBy(() -> engine.tasks().batchTrigger(echo, broken))
        .isInstanceOf(BatchTriggerException.class)
        .hasCauseInstanceOf(ConcurrentModificationException.class);
  }
}
