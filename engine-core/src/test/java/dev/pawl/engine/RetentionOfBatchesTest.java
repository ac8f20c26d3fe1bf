package dev.pawl.engine;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Batch;
import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchStatus;
import dev.pawl.EngineBuilder;
import dev.pawl.IdempotencyKey;
import dev.pawl.Limits;
import dev.pawl.NotFoundException;
import dev.pawl.Retention;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.spi.EndedRow;
import dev.pawl.spi.RunFilter;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What keeps a run, and a batch, that is past its retention: batches, streams and hooks. */
class RetentionOfBatchesTest extends EngineTest {
  private static final Duration KEPT = Duration.ofDays(10);
  private static final Duration INSTANT = Duration.ofNanos(1_000);

  private final StoreProvider store = newStore();
  private final List<TestEngine> engines = new ArrayList<>();
  private final Task<String, String> work =
      Task.define("work", String.class, String.class).run((payload, run) -> payload);

  @AfterEach
  void close() {
    engines.forEach(TestEngine::close);
  }

  private TestEngine start(UnaryOperator<EngineBuilder> settings) {
    TestEngine engine =
        TestEngine.start(
            store,
            builder ->
                settings.apply(
                    builder
                        .register(work)
                        .retention(Retention.of(KEPT))
                        .limits(Limits.defaults().streamChunkItems(1))));
    engines.add(engine);
    return engine;
  }

  private TestEngine start() {
    return start(builder -> builder);
  }

  private static long runs(TestEngine engine) {
    return engine.runs().count(RunQuery.all());
  }

  private static boolean exists(TestEngine engine, BatchHandle<?> batch) {
    try {
      engine.batch().retrieve(batch.id());
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private void assertNothingIsLeft(TestEngine engine) {
    engine.close();
    try (RunStore opened = store.open()) {
      assertThat(opened.runs(RunFilter.ALL, Long.MAX_VALUE, 10)).isEmpty();
      assertThat(opened.emptyBatches(EndedRow.FIRST, 10)).isEmpty();
      assertThat(opened.openBatches()).isEmpty();
      assertThat(opened.hooksOwed(0, 10)).isEmpty();
      if (store instanceof InMemoryStore memory) {
        assertThat(memory.rows()).as("rows of any table").isZero();
      }
    }
  }

  @Test
  void labelsGoWithTheirRun() {
    TestEngine engine = start();
    RunHandle<String> run = engine.tasks().trigger(work, "x", options().delay("1h"));
    engine.runs().metadata(run.id()).set("progress", 1);
    engine.advance(Duration.ofHours(1));
    engine.runs().metadata(run.id()).set("progress", 2);
    assertThat(engine.runs().retrieve(run).metadata()).containsEntry("progress", 2);
    engine.advance(KEPT);
    assertThatThrownBy(() -> engine.runs().metadata(run.id()).set("progress", 3))
        .isInstanceOf(NotFoundException.class);
    assertNothingIsLeft(engine);
  }

  /** It is not asked twice: the run goes when its hook has returned, and not before. */
  @Test
  void aRunWhoseHookHasNotHeardOfItsEndStays() throws InterruptedException {
    CountDownLatch mayReturn = new CountDownLatch(1);
    TestEngine engine =
        start(builder -> builder.hooks(hooks -> hooks.onTerminal(run -> mayReturn.await())));
    engine.tasks().trigger(work, "x");
    engine.tasks().trigger(work, "y");
    engine.advance(KEPT.multipliedBy(3));
    assertThat(runs(engine)).isEqualTo(2);
    mayReturn.countDown();
    engine.settle();
    assertThat(runs(engine)).isZero();
    assertNothingIsLeft(engine);
  }

  @Test
  void whatTheNextLifeOwesItsHooksIsKeptUntilTheyAreRun() {
    CountDownLatch never = new CountDownLatch(1);
    List<String> heard = new CopyOnWriteArrayList<>();
    TestEngine engine =
        start(
            builder ->
                builder.hooks(
                    hooks ->
                        hooks.onTerminal(
                            run -> {
                              if (heard.isEmpty()) {
                                heard.add("at first");
                                never.await();
                              }
                              heard.add("heard " + run.output());
                            })));
    engine.tasks().trigger(work, "x");
    engine.advance(KEPT.multipliedBy(3));
    assertThat(runs(engine)).isEqualTo(1);
    engine.crash();
    engine.settle();
    assertThat(heard).containsExactly("at first", "heard x");
    assertThat(runs(engine)).isZero();
    assertNothingIsLeft(engine);
  }

  @Test
  void theKeyOfABatchHoldsItsRunsUntilItExpires() {
    TestEngine engine = start();
    var keyed = batchOptions().idempotencyKey("k").idempotencyKeyTtl(KEPT.multipliedBy(3));
    BatchHandle<String> batch = engine.tasks().batchTrigger(work, List.of("a", "b"), keyed);
    BatchHandle<String> empty =
        engine.tasks().batchTrigger(work, List.of(), keyed.idempotencyKey("of none"));
    engine.advance(KEPT.multipliedBy(3).minus(INSTANT));
    BatchHandle<String> again = engine.tasks().batchTrigger(work, List.of("a", "b"), keyed);
    assertThat(again.id()).isEqualTo(batch.id());
    assertThat(again.isCached()).isTrue();
    assertThat(again.runs()).extracting(run -> run.retrieve().output()).containsExactly("a", "b");
    assertThat(exists(engine, empty)).isTrue();
    engine.advance(INSTANT);
    assertThat(exists(engine, batch)).isFalse();
    assertThat(exists(engine, empty)).isFalse();
    assertThat(engine.tasks().batchTrigger(work, List.of("a"), keyed).isCached()).isFalse();
    engine.advance(KEPT.multipliedBy(3));
    assertNothingIsLeft(engine);
  }

  @Test
  void theKeyOfABatchThatIsResetHoldsItsRunsNoLonger() {
    TestEngine engine = start();
    var keyed = batchOptions().idempotencyKey("k").idempotencyKeyTtl("1000d");
    engine.tasks().batchTrigger(work, List.of("a", "b"), keyed);
    engine.settle();
    assertThat(engine.idempotencyKeys().reset("work", IdempotencyKey.of("k"))).isPositive();
    engine.advance(KEPT);
    assertThat(runs(engine)).as("held by the keys of the items").isEqualTo(2);
    engine.advance(Duration.ofDays(1_000));
    assertNothingIsLeft(engine);
  }

  /** A source that gives one item, and the others once it is let. */
  private static Stream<String> slow(CountDownLatch more, CountDownLatch asked, String... others) {
    return Stream.concat(
        Stream.of("first"),
        Stream.of(others)
            .peek(
                other -> {
                  asked.countDown();
                  awaitUninterruptibly(more);
                }));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aStreamHoldsWhatItHasMadeUntilItsLastRunHasEnded() throws Exception {
    CountDownLatch more = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    TestEngine engine = start();
    CompletableFuture<BatchHandle<String>> streaming =
        CompletableFuture.supplyAsync(
            () -> engine.tasks().batchTrigger(work, slow(more, asked, "second")));
    awaitUninterruptibly(asked);
    engine.settle();
    engine.advance(KEPT.multipliedBy(2));
    assertThat(runs(engine)).as("of a batch that is open").isEqualTo(1);
    engine.pause();
    more.countDown();
    BatchHandle<String> batch = streaming.get(60, TimeUnit.SECONDS);
    engine.settle();
    assertThat(runs(engine)).as("sealed, and the other is live").isEqualTo(2);
    engine.resume();
    engine.settle();
    assertThat(runs(engine)).isEqualTo(1);
    Batch partly = batch.retrieve();
    assertThat(partly.status()).as("what is gone had ended").isEqualTo(BatchStatus.COMPLETED);
    assertThat(partly.size()).isEqualTo(2);
    assertThat(partly.succeeded()).isEqualTo(1);
    assertThat(partly.runs()).singleElement().satisfies(run -> run.retrieve().output());
    engine.advance(KEPT);
    assertThat(exists(engine, batch)).isFalse();
    assertNothingIsLeft(engine);
  }

  @Test
  void whatAnAbortedStreamHasMadeGoesInItsTime() {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch more = new CountDownLatch(1);
    TestEngine engine = start();
    var ownKey = options().idempotencyKeyTtl("1d");
    Stream<BatchItem<String>> items =
        slow(more, asked, "second")
            .map(text -> BatchItem.of(work, text, ownKey.idempotencyKey(text)));
    CompletableFuture<BatchHandle<?>> streaming =
        CompletableFuture.supplyAsync(
            () ->
                engine
                    .batch()
                    .trigger(items, batchOptions().idempotencyKey("k").idempotencyKeyTtl("90d")));
    awaitUninterruptibly(asked);
    engine.settle();
    engine.advance(KEPT);
    engine.crash();
    assertThat(streaming).isNotDone();
    engine.settle();
    assertThat(runs(engine))
        .as("the next life has aborted the batch, which frees its key")
        .isZero();
    more.countDown();
    assertThat(streaming).failsWithin(Duration.ofSeconds(60));
    assertNothingIsLeft(engine);
  }

  @Test
  void aBatchWithoutItemsGoesAsACompletedRunDoes() {
    TestEngine engine = start();
    engine.pause();
    engine.tasks().trigger(work, "x", options().ttl(KEPT));
    BatchHandle<String> list = engine.tasks().batchTrigger(work, List.of());
    engine.advance(Duration.ofHours(1));
    BatchHandle<String> stream = engine.tasks().batchTrigger(work, Stream.empty());
    assertThat(list.retrieve().status()).isEqualTo(BatchStatus.COMPLETED);
    engine.advance(KEPT.minus(Duration.ofHours(1)).minus(INSTANT));
    assertThat(exists(engine, list)).isTrue();
    engine.advance(INSTANT);
    assertThat(exists(engine, list)).isFalse();
    assertThat(exists(engine, stream)).isTrue();
    engine.crash();
    engine.advance(Duration.ofHours(1));
    assertThat(exists(engine, stream)).as("the next life finds it").isFalse();
    engine.advance(KEPT);
    assertNothingIsLeft(engine);
  }

  @Test
  void aBatchWithoutItemsIsKeptForEverWhereCompletedRunsAre() {
    TestEngine engine =
        start(builder -> builder.retention(Retention.of(KEPT).keepForever(RunStatus.COMPLETED)));
    BatchHandle<String> batch = engine.tasks().batchTrigger(work, List.of());
    engine.advance(Duration.ofDays(10_000));
    assertThat(exists(engine, batch)).isTrue();
  }

  /** Else the body that is run again would not find what its journal names. */
  @Test
  void aLiveRunHoldsItsBatchesWithAndWithoutItems() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  int none = run.batchTriggerAndWait(work, List.<String>of()).size();
                  BatchHandle<String> some = run.batchTrigger(work, List.of("a", "b"));
                  String streamed = run.batchTriggerAndWait(work, Stream.of("c")).unwrap() + "";
                  run.triggerAndWait(work, "last", options().delay("100d"));
                  seen.add(none + " " + some.runs().size() + " " + streamed);
                  return payload;
                });
    TestEngine engine = start(builder -> builder.register(parent));
    engine.tasks().trigger(parent, "p");
    engine.advance(KEPT.multipliedBy(3));
    assertThat(runs(engine)).isEqualTo(5);
    engine.crash();
    engine.advance(Duration.ofDays(70));
    assertThat(seen).containsExactly("0 2 [c]");
    engine.advance(KEPT);
    assertNothingIsLeft(engine);
  }
}
