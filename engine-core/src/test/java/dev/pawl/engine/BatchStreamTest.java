package dev.pawl.engine;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pawl.Batch;
import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchOptions;
import dev.pawl.BatchStatus;
import dev.pawl.BatchTriggerException;
import dev.pawl.BatchTriggerException.Phase;
import dev.pawl.InvalidOptionException;
import dev.pawl.InvalidPayloadException;
import dev.pawl.LimitExceededException;
import dev.pawl.Limits;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.UnknownTaskException;
import dev.pawl.internal.api.Probe;
import dev.pawl.testing.FaultPoint;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches from streams, from outside of every run. */
class BatchStreamTest extends EngineTest {
  private static final int CHUNK = 10;

  private final Task<Integer, Integer> twice =
      Task.define("twice", Integer.class, Integer.class).run((n, run) -> 2 * n);

  private final Task<String, String> echo =
      Task.define("echo", String.class, String.class).run((text, run) -> text);

  private final TestEngine engine =
      TestEngine.start(
          newStore(),
          builder ->
              builder
                  .register(twice, echo)
                  .limits(
                      Limits.defaults()
                          .streamChunkItems(CHUNK)
                          .maxStreamItems(1_000)
                          .maxPayloadBytes(10_000)
                          .streamChunkBytes(2_000)));

  @AfterEach
  void close() {
    assertThat(Probe.of(engine.present()).figures().openBatches()).isZero();
    engine.close();
  }

  /** Gives {@code count} elements. */
  private static <T> Iterator<T> source(int count, IntFunction<T> element) {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < count;
      }

      @Override
      public T next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return element.apply(next++);
      }
    };
  }

  private static Iterator<Integer> numbers(int count) {
    return source(count, n -> n);
  }

  /** Breaks off when it is asked for an element. */
  private static Iterator<Integer> breaksAt(int at) {
    return source(
        Integer.MAX_VALUE,
        n -> {
          if (n == at) {
            throw new IllegalStateException("the line is dead");
          }
          return n;
        });
  }

  private long runs() {
    return engine.runs().stream(RunQuery.all()).count();
  }

  @Test
  void everyKindOfSourceGivesTheSameBatch() {
    List<Integer> list = IntStream.range(0, 35).boxed().toList();
    Iterable<Integer> iterable = () -> numbers(35);
    BatchOptions none = batchOptions();
    List<BatchHandle<Integer>> batches =
        List.of(
            engine.tasks().batchTrigger(twice, list),
            engine.tasks().batchTrigger(twice, iterable),
            engine.tasks().batchTrigger(twice, list.iterator()),
            engine.tasks().batchTrigger(twice, list.stream()),
            engine.tasks().batchTrigger(twice, iterable, none),
            engine.tasks().batchTrigger(twice, list.iterator(), none),
            engine.tasks().batchTrigger(twice, list.stream(), none),
            engine.tasks().batchTrigger(list.stream().map(n -> BatchItem.of(twice, n))));
    engine.settle();
    for (BatchHandle<Integer> batch : batches) {
      assertThat(batch.size()).isEqualTo(35);
      assertThat(batch.runs())
          .extracting(run -> run.retrieve().output())
          .containsExactlyElementsOf(list.stream().map(n -> 2 * n).toList());
      assertThat(batch.retrieve().status()).isEqualTo(BatchStatus.COMPLETED);
      assertThat(batch.runs().get(34).retrieve().batchIndex()).isEqualTo(34);
    }
    List<BatchHandle<?>> untyped =
        List.of(
            engine.tasks().batchTrigger("twice", list.stream()),
            engine.batch().trigger(list.stream().map(n -> BatchItem.of("twice", n))),
            engine
                .batch()
                .triggerByTask(list.stream().map(n -> BatchItem.of(twice, n)).iterator()));
    assertThat(untyped).extracting(BatchHandle::size).containsOnly(35);
  }

  @Test
  void aStreamIsPulledChunkByChunkAndItsRunsExecuteMeanwhile() {
    List<Integer> seen = new ArrayList<>();
    BatchHandle<Integer> batch =
        engine
            .tasks()
            .batchTrigger(
                twice,
                source(
                    3 * CHUNK,
                    n -> {
                      seen.add((int) runs());
                      return n;
                    }));
    assertThat(seen)
        .isEqualTo(IntStream.range(0, 3 * CHUNK).map(n -> n / CHUNK * CHUNK).boxed().toList());
    assertThat(batch.size()).isEqualTo(3 * CHUNK);
  }

  @Test
  void aBatchThatLacksItemsIsPending() {
    List<Batch> seen = new ArrayList<>();
    engine
        .tasks()
        .batchTrigger(
            twice,
            source(
                CHUNK + 1,
                n -> {
                  if (n == CHUNK) {
                    engine.settle();
                    String id = engine.runs().list(RunQuery.all()).items().getFirst().batchId();
                    seen.add(engine.batch().retrieve(id));
                  }
                  return n;
                }));
    assertThat(seen.getFirst().succeeded()).isEqualTo(CHUNK);
    assertThat(seen.getFirst().size()).isEqualTo(CHUNK);
    assertThat(seen.getFirst().status()).isEqualTo(BatchStatus.PENDING);
    assertThat(seen.getFirst().finishedAt()).isNull();
  }

  @Test
  void largePayloadsMakeSmallChunks() {
    List<Integer> seen = new ArrayList<>();
    engine
        .tasks()
        .batchTrigger(
            echo,
            source(
                4,
                n -> {
                  seen.add((int) runs());
                  return "x".repeat(1_500);
                }));
    assertThat(seen).containsExactly(0, 0, 2, 2);
  }

  @Test
  void whatASlowSourceGaveIsStoredWhenItGivesMore() {
    List<Integer> seen = new ArrayList<>();
    engine
        .tasks()
        .batchTrigger(
            twice,
            source(
                4,
                n -> {
                  seen.add((int) runs());
                  engine.advance(Duration.ofSeconds(1));
                  return n;
                }));
    assertThat(seen).containsExactly(0, 0, 2, 2);
  }

  @Test
  void whenTheSourceThrowsTheBatchIsAbortedAndItsItemsStay() {
    BatchTriggerException broken =
        catchThrowableOfType(
            BatchTriggerException.class,
            () -> engine.tasks().batchTrigger(twice, breaksAt(CHUNK + 3)));
    assertThat(broken.phase()).isEqualTo(Phase.STREAM);
    assertThat(broken.itemCount()).isEqualTo(CHUNK + 3);
    assertThat(broken).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(broken.isRateLimited()).isFalse();
    engine.settle();
    Batch batch = engine.batch().retrieve(broken.batchId());
    assertThat(batch.status()).isEqualTo(BatchStatus.ABORTED);
    assertThat(batch.abortReason()).contains("the line is dead");
    assertThat(batch.size()).isEqualTo(CHUNK + 3);
    assertThat(batch.succeeded()).isEqualTo(CHUNK + 3);
    assertThat(batch.finishedAt()).isEqualTo(TestEngine.START);
    assertThat(runs()).isEqualTo(CHUNK + 3);
  }

  @Test
  void aSourceThatThrowsBeforeItsFirstItemLeavesNothing() {
    BatchTriggerException broken =
        catchThrowableOfType(
            BatchTriggerException.class, () -> engine.tasks().batchTrigger(twice, breaksAt(0)));
    assertThat(broken.phase()).isEqualTo(Phase.CREATE);
    assertThat(broken.batchId()).isNull();
    assertThat(broken.itemCount()).isZero();
    Iterable<Integer> unusable =
        () -> {
          throw new IllegalStateException("no line");
        };
    assertThat(
            catchThrowableOfType(
                    BatchTriggerException.class, () -> engine.tasks().batchTrigger(twice, unusable))
                .phase())
        .isEqualTo(Phase.CREATE);
    assertThat(runs()).isZero();
  }

  @Test
  void anErrorOfTheSourceIsThrownAsItIs() {
    Iterator<Integer> deep =
        source(
            20,
            n -> {
              if (n == 12) {
                throw new StackOverflowError();
              }
              return n;
            });
    assertThatThrownBy(() -> engine.tasks().batchTrigger(twice, deep))
        .isInstanceOf(StackOverflowError.class);
    assertThat(runs()).isEqualTo(12);
  }

  @Test
  void whatCannotBeTriggeredEndsTheStreamBehindWhatCame() {
    assertBroken(
        Arrays.asList(1, 2, null, 4).stream().map(n -> BatchItem.of(twice, n)),
        InvalidPayloadException.class);
    assertBroken(
        Stream.of(1, 2).map(n -> n == 2 ? null : BatchItem.of(twice, n)),
        InvalidPayloadException.class,
        1);
    assertBroken(
        IntStream.range(0, 4).mapToObj(n -> BatchItem.of(n == 2 ? "ecco" : "twice", n)),
        UnknownTaskException.class);
    assertBroken(
        IntStream.range(0, 4).mapToObj(n -> BatchItem.of(echo, "x".repeat(n == 2 ? 10_001 : 1))),
        PayloadTooLargeException.class);
    assertBroken(
        IntStream.range(0, 4)
            .mapToObj(n -> BatchItem.of(twice, n, options().tags("x".repeat(n == 2 ? 129 : 1)))),
        InvalidOptionException.class);
  }

  private void assertBroken(Stream<BatchItem<?>> items, Class<?> cause) {
    assertBroken(items, cause, 2);
  }

  private void assertBroken(Stream<? extends BatchItem<?>> items, Class<?> cause, int count) {
    BatchTriggerException broken =
        catchThrowableOfType(
            BatchTriggerException.class, () -> engine.batch().triggerByTask(items));
    assertThat(broken).hasCauseInstanceOf(Throwable.class).hasMessageContaining("item " + count);
    assertThat(broken.getCause()).isInstanceOf(cause);
    assertThat(broken.phase()).isEqualTo(Phase.STREAM);
    assertThat(broken.itemCount()).isEqualTo(count);
    assertThat(engine.batch().retrieve(broken.batchId()).size()).isEqualTo(count);
  }

  @Test
  void aSourceWithoutAnEndIsCutOff() {
    BatchTriggerException broken =
        catchThrowableOfType(
            BatchTriggerException.class,
            () -> engine.tasks().batchTrigger(twice, numbers(Integer.MAX_VALUE)));
    assertThat(broken).hasCauseInstanceOf(LimitExceededException.class);
    assertThat(broken.itemCount()).isEqualTo(1_000);
    assertThat(engine.tasks().batchTrigger(twice, numbers(1_000)).size()).isEqualTo(1_000);
  }

  @Test
  void aStreamIsClosedHoweverItEnds() {
    AtomicInteger closed = new AtomicInteger();
    AtomicInteger pulled = new AtomicInteger();
    engine.tasks().batchTrigger(twice, Stream.of(1, 2).onClose(closed::incrementAndGet));
    assertThat(closed).hasValue(1);
    Stream<Integer> bad = Stream.of(1, (Integer) null).onClose(closed::incrementAndGet);
    assertThatThrownBy(() -> engine.tasks().batchTrigger(twice, bad))
        .isInstanceOf(BatchTriggerException.class);
    assertThat(closed).hasValue(2);
    BatchOptions key = batchOptions().idempotencyKey("k");
    engine.tasks().batchTrigger(twice, numbers(3), key);
    Stream<Integer> cached =
        IntStream.range(0, 100)
            .boxed()
            .peek(n -> pulled.incrementAndGet())
            .onClose(closed::incrementAndGet);
    engine.tasks().batchTrigger(twice, cached, key);
    assertThat(closed).hasValue(3);
    assertThat(pulled).as("no more than the chunk with which it asks").hasValue(CHUNK);
  }

  @Test
  void aSourceMayTriggerByItself() {
    BatchHandle<Integer> outer =
        engine
            .tasks()
            .batchTrigger(
                twice,
                source(
                    15,
                    n -> {
                      BatchHandle<Integer> inner = engine.tasks().batchTrigger(twice, numbers(11));
                      return inner.size() + n;
                    }));
    engine.settle();
    assertThat(outer.runs().get(14).retrieve().output()).isEqualTo(50);
    assertThat(runs()).isEqualTo(15 + 15 * 11);
  }

  @Test
  void anAbortedBatchFreesItsKeyAndTheNextOneFindsItsRuns() {
    BatchOptions key = batchOptions().idempotencyKey("import-7");
    BatchTriggerException broken =
        catchThrowableOfType(
            BatchTriggerException.class,
            () -> engine.tasks().batchTrigger(twice, breaksAt(14), key));
    engine.settle();
    BatchHandle<Integer> whole = engine.tasks().batchTrigger(twice, numbers(30), key);
    assertThat(whole.id()).isNotEqualTo(broken.batchId());
    assertThat(whole.isCached()).isFalse();
    assertThat(whole.runs().stream().filter(RunHandle::isCached)).hasSize(14);
    assertThat(runs()).isEqualTo(30);
    engine.settle();
    assertThat(whole.retrieve().status()).isEqualTo(BatchStatus.COMPLETED);
  }

  @Test
  void whoeverUsesTheKeyOfABatchThatLacksItemsGetsThatBatch() {
    BatchOptions key = batchOptions().idempotencyKey("import-7");
    List<BatchHandle<Integer>> seen = new ArrayList<>();
    BatchHandle<Integer> first =
        engine
            .tasks()
            .batchTrigger(
                twice,
                source(
                    25,
                    n -> {
                      if (n == 15) {
                        seen.add(engine.tasks().batchTrigger(twice, numbers(99), key));
                      }
                      return n;
                    }),
                key);
    assertThat(seen.getFirst().id()).isEqualTo(first.id());
    assertThat(seen.getFirst().isCached()).isTrue();
    assertThat(seen.getFirst().size()).isEqualTo(CHUNK);
    assertThat(runs()).isEqualTo(25);
  }

  @Test
  void aStreamFromOutsideDiesWithItsProcess() throws Exception {
    engine.faults().crashAt(FaultPoint.BATCH_ITEM_STORED, CHUNK + 1);
    CompletableFuture<Throwable> thrown =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                engine.tasks().batchTrigger(twice, numbers(100));
                return null;
              } catch (RuntimeException e) {
                return e;
              }
            });
    assertThat(thrown.get()).isInstanceOf(dev.pawl.EngineClosedException.class);
    engine.crash();
    Batch batch =
        engine.batch().retrieve(engine.runs().list(RunQuery.all()).items().getFirst().batchId());
    assertThat(batch.status()).isEqualTo(BatchStatus.ABORTED);
    assertThat(batch.size()).isEqualTo(2 * CHUNK);
    assertThat(batch.succeeded()).isEqualTo(2 * CHUNK);
    assertThat(batch.abortReason()).contains("the process died");
  }

  @Test
  void aStoreThatFailsInTheMiddleEndsTheStreamAndLeavesNoBatchOpen() {
    engine
        .faults()
        .failAt(
            FaultPoint.BATCH_ITEM_STORED,
            CHUNK + 1,
            new dev.pawl.spi.StoreException("the disk is full", null, true));
    BatchTriggerException broken =
        catchThrowableOfType(
            BatchTriggerException.class, () -> engine.tasks().batchTrigger(twice, numbers(100)));
    assertThat(broken.phase()).isEqualTo(Phase.STREAM);
    assertThat(broken).hasCauseInstanceOf(dev.pawl.OutcomeUnknownException.class);
    assertThat(broken.itemCount()).as("at least").isEqualTo(CHUNK);
    engine.settle();
    Batch batch = engine.batch().retrieve(broken.batchId());
    assertThat(batch.status()).isEqualTo(BatchStatus.ABORTED);
    assertThat(batch.size()).isEqualTo(2 * CHUNK);
  }

  @Test
  void aSourceWhoseExceptionCannotSayWhatItIsLeavesNoBatchOpen() {
    class Mute extends RuntimeException {
      private static final long serialVersionUID = 1L;

      @Override
      public String getMessage() {
        throw new IllegalStateException("not even that");
      }
    }
    Iterator<Integer> mute =
        source(
            Integer.MAX_VALUE,
            n -> {
              if (n == 25) {
                throw new Mute();
              }
              return n;
            });
    BatchTriggerException e =
        catchThrowableOfType(
            BatchTriggerException.class, () -> engine.tasks().batchTrigger(twice, mute));
    assertThat(e.phase()).isEqualTo(Phase.STREAM);
    assertThat(e.itemCount()).isEqualTo(25);
    assertThat(e).hasMessageContaining("Mute");
  }
}
