package dev.pawl.engine;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.BatchHandle;
import dev.pawl.BatchItem;
import dev.pawl.BatchTriggerException;
import dev.pawl.BulkAction;
import dev.pawl.BulkResult;
import dev.pawl.Debounce;
import dev.pawl.IdempotencyConflictException;
import dev.pawl.Limits;
import dev.pawl.NotFoundException;
import dev.pawl.PayloadConflict;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.Retention;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.StoreUnavailableException;
import dev.pawl.Task;
import dev.pawl.UnreadableValueException;
import dev.pawl.internal.api.Probe;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.FaultPoint;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Payloads that are kept apart from their rows, on every way by which a run can come to be. */
class LargeBatchesTest extends EngineTest {
  private static final String SMALL = "s".repeat(100);
  private static final String LARGE = "l".repeat(5_000);
  private static final String OTHER = "o".repeat(6_000);
  private static final String TOO_LARGE = "x".repeat(10_001);
  private static final int CHUNK = 4;
  private static final Duration KEPT = Duration.ofDays(10);

  private final StoreProvider store = newStore();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private final Task<String, Integer> length =
      Task.define("length", String.class, Integer.class).run((text, run) -> text.length());

  private final Task<String, String> echo =
      Task.define("echo", String.class, String.class).run((text, run) -> text);

  /** Triggers batches of all kinds, waits for a day, and tells what each of their runs came to. */
  private final Task<String, String> parent =
      Task.define("parent", String.class, String.class)
          .run(
              (payload, run) -> {
                BatchHandle<Integer> list = run.batchTrigger(length, List.of(LARGE, SMALL));
                BatchHandle<Integer> stream = run.batchTrigger(length, texts(CHUNK + 1));
                List<String> awaited =
                    run.batchTriggerAndWait(echo, List.of(LARGE, SMALL, OTHER)).unwrap();
                List<String> streamed = run.batchTriggerAndWait(echo, texts(CHUNK + 1)).unwrap();
                run.triggerAndWait(length, "last", options().delay("1d"));
                seen.add(lengths(awaited) + lengths(streamed));
                return outputs(list) + outputs(stream);
              });

  private final TestEngine engine =
      TestEngine.start(
          store,
          builder ->
              builder
                  .register(length, echo, parent)
                  .retention(Retention.of(KEPT))
                  .limits(
                      Limits.defaults()
                          .maxInlineBytes(1_000)
                          .maxPayloadBytes(10_000)
                          .streamChunkItems(CHUNK)));

  @AfterEach
  void close() {
    engine.close();
  }

  private static Stream<String> texts(int count) {
    return IntStream.range(0, count).mapToObj(i -> LARGE + i);
  }

  private static String lengths(List<String> texts) {
    return texts.stream().map(String::length).toList().toString();
  }

  private static String outputs(BatchHandle<Integer> batch) throws InterruptedException {
    List<Integer> outputs = new ArrayList<>();
    for (RunHandle<Integer> run : batch.runs()) {
      outputs.add(run.await(Duration.ofDays(1)).unwrap());
    }
    return outputs.toString();
  }

  /** How many values the store keeps, where it can be asked. */
  private void assertValues(int count) {
    if (store instanceof InMemoryStore memory) {
      assertThat(memory.largeValues()).as("large values").isEqualTo(count);
    }
  }

  private long runs() {
    return engine.runs().count(RunQuery.all());
  }

  private List<String> payloads(BatchHandle<?> batch) {
    return engine.batch().retrieve(batch.id()).runs().stream()
        .map(run -> run.retrieve().payload(String.class))
        .toList();
  }

  @Test
  void aListKeepsEachLargePayloadApart() {
    BatchHandle<Integer> batch = engine.tasks().batchTrigger(length, List.of(LARGE, SMALL, OTHER));
    engine.settle();
    assertThat(batch.runs())
        .extracting(run -> run.retrieve().output())
        .containsExactly(5_000, 100, 6_000);
    assertThat(payloads(batch)).containsExactly(LARGE, SMALL, OTHER);
    assertValues(2);
    engine.crash();
    assertThat(payloads(batch)).as("in the next life").containsExactly(LARGE, SMALL, OTHER);
  }

  @Test
  void aStreamKeepsEachLargePayloadApart() {
    BatchHandle<Integer> batch = engine.tasks().batchTrigger(length, texts(3 * CHUNK + 1));
    engine.settle();
    assertThat(batch.size()).isEqualTo(13);
    assertThat(payloads(batch)).containsExactlyElementsOf(texts(13).toList());
    assertValues(13);
  }

  @Test
  void severalTasksInOneBatchDoToo() {
    BatchHandle<?> batch =
        engine
            .batch()
            .trigger(
                List.of(
                    BatchItem.of(length, LARGE),
                    BatchItem.of(echo, OTHER),
                    BatchItem.of(length, SMALL)));
    engine.settle();
    assertThat(payloads(batch)).containsExactly(LARGE, OTHER, SMALL);
    assertValues(3);
  }

  @Test
  void theBatchesOfARunDoTooAndAreFoundAgainWhenItsBodyIsRunAgain() {
    RunHandle<String> handle = engine.tasks().trigger(parent, LARGE);
    engine.settle();
    long before = runs();
    // Its own, six that are only measured, and seven that come back, so with an output.
    assertValues(1 + 6 + 2 * 7);
    engine.crash();
    engine.advance(Duration.ofDays(1));
    assertThat(engine.runs().retrieve(handle).output())
        .isEqualTo("[5000, 100][5001, 5001, 5001, 5001, 5001]");
    assertThat(seen).containsExactly("[5000, 100, 6000][5001, 5001, 5001, 5001, 5001]");
    assertThat(runs()).as("nothing was triggered anew").isEqualTo(before);
    assertValues(1 + 6 + 2 * 7);
  }

  @Test
  void aRefusedBatchLeavesNoValue() {
    assertThatThrownBy(() -> engine.tasks().batchTrigger(length, List.of(LARGE, TOO_LARGE)))
        .isInstanceOf(BatchTriggerException.class)
        .hasCauseInstanceOf(PayloadTooLargeException.class);
    assertThat(runs()).isZero();
    assertValues(0);
    var key = options().idempotencyKey("k").onPayloadConflict(PayloadConflict.REJECT);
    engine.tasks().trigger(length, SMALL, key);
    assertThatThrownBy(
            () ->
                engine
                    .batch()
                    .trigger(
                        List.of(BatchItem.of(length, LARGE), BatchItem.of(length, OTHER, key))))
        .as("refused by the loop, when the values are written")
        .isInstanceOf(BatchTriggerException.class)
        .hasCauseInstanceOf(IdempotencyConflictException.class);
    assertThat(runs()).isEqualTo(1);
    assertValues(0);
  }

  @Test
  void aStoreThatCannotKeepOnePayloadRefusesTheListAsAWhole() {
    engine.faults().failAt(FaultPoint.PAYLOAD_OBJECT_WRITTEN, 2, new StoreException("full", null));
    assertThatThrownBy(() -> engine.tasks().batchTrigger(length, List.of(LARGE, OTHER, LARGE)))
        .isInstanceOf(BatchTriggerException.class)
        .hasCauseInstanceOf(StoreUnavailableException.class);
    assertThat(runs()).isZero();
    assertValues(0);
  }

  @Test
  void aStoreThatCannotKeepOnePayloadAbortsTheStreamAfterTheChunksBeforeIt() {
    engine
        .faults()
        .failAt(FaultPoint.PAYLOAD_OBJECT_WRITTEN, CHUNK + 2, new StoreException("full", null));
    assertThatThrownBy(() -> engine.tasks().batchTrigger(length, texts(3 * CHUNK)))
        .isInstanceOfSatisfying(
            BatchTriggerException.class,
            e -> assertThat(e).hasCauseInstanceOf(StoreUnavailableException.class));
    engine.settle();
    assertThat(runs()).isEqualTo(CHUNK);
    assertValues(CHUNK);
  }

  @Test
  void aBatchThatAKeyNamesLeavesNoSecondValue() {
    BatchHandle<Integer> first =
        engine
            .tasks()
            .batchTrigger(length, List.of(LARGE, OTHER), batchOptions().idempotencyKey("k"));
    BatchHandle<Integer> again =
        engine
            .tasks()
            .batchTrigger(length, List.of(LARGE, OTHER), batchOptions().idempotencyKey("k"));
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.payloadDiffers()).isFalse();
    assertValues(2);
    assertThat(
            engine
                .tasks()
                .batchTrigger(length, List.of(OTHER, OTHER), batchOptions().idempotencyKey("k"))
                .payloadDiffers())
        .isTrue();
    assertValues(2);
  }

  @Test
  void oneDebouncedRunOfABatchHasTheLastPayload() {
    var debounced = options().debounce(Debounce.key("d").delay("5s").trailing());
    BatchHandle<?> batch =
        engine
            .batch()
            .trigger(
                List.of(
                    BatchItem.of(length, LARGE, debounced),
                    BatchItem.of(length, SMALL, debounced),
                    BatchItem.of(length, OTHER, debounced)));
    assertThat(runs()).isEqualTo(1);
    assertValues(1);
    engine.advance(Duration.ofSeconds(5));
    assertThat(batch.runs()).hasSize(3);
    assertThat(batch.runs().getLast().retrieve().output()).isEqualTo(6_000);
    assertThat(payloads(batch)).containsOnly(OTHER);
  }

  private BulkResult replayAll(RunQuery query, dev.pawl.TriggerOptions options)
      throws InterruptedException {
    BulkAction action = engine.runs().replayAll(query, options);
    return action.await();
  }

  /** The originals go long before their replays are due. */
  @Test
  void replaysOutliveTheirOriginals() throws InterruptedException {
    BatchHandle<Integer> batch = engine.tasks().batchTrigger(length, List.of(LARGE, SMALL, OTHER));
    engine.settle();
    List<String> originals = batch.runs().stream().map(RunHandle::id).toList();
    RunHandle<?> single =
        engine.runs().replay(originals.getFirst(), options().delay("20d").tags("single"));
    BulkResult result =
        replayAll(
            RunQuery.all().to(TestEngine.START.plusSeconds(1)),
            options().delay("20d").tags("bulk"));
    assertThat(result.errors()).isEmpty();
    assertValues(2 + 1 + 3); // the single replay is replayed too
    engine.advance(KEPT);
    for (String id : originals) {
      assertThatThrownBy(() -> engine.runs().retrieve(id)).isInstanceOf(NotFoundException.class);
    }
    assertValues(1 + 3);
    assertThat(engine.runs().retrieve(single.id()).payload(String.class)).isEqualTo(LARGE);
    engine.advance(KEPT);
    assertThat(engine.runs().retrieve(single.id()).output()).isEqualTo(5_000);
    List<? extends Run<?>> replays = engine.runs().stream(RunQuery.all().tags("bulk")).toList();
    assertThat(replays)
        .extracting(run -> (Object) run.payload(String.class))
        .containsExactlyInAnyOrder(LARGE, LARGE, SMALL, OTHER);
    assertThat(replays)
        .extracting(run -> (Object) run.output())
        .containsExactlyInAnyOrder(5_000, 5_000, 100, 6_000);
  }

  @Test
  void replaysThatOneKeyMakesOneRunLeaveOneValue() throws InterruptedException {
    engine.tasks().batchTrigger(length, List.of(LARGE, LARGE, LARGE));
    engine.settle();
    BulkResult result = replayAll(RunQuery.all(), options().idempotencyKey("once"));
    assertThat(result.succeeded()).isEqualTo(3);
    assertThat(runs()).isEqualTo(4);
    assertValues(4);
  }

  @Test
  void aReplayWhosePayloadCannotBeKeptOrReadFailsAlone() throws InterruptedException {
    BatchHandle<Integer> batch = engine.tasks().batchTrigger(length, List.of(LARGE, OTHER, SMALL));
    engine.settle();
    engine.faults().failAt(FaultPoint.PAYLOAD_OBJECT_WRITTEN, 1, new StoreException("full", null));
    BulkResult full = replayAll(RunQuery.all(), options().tags("full"));
    assertThat(full.succeeded()).isEqualTo(2);
    assertThat(full.errors().values())
        .singleElement()
        .isInstanceOf(StoreUnavailableException.class);
    if (store instanceof InMemoryStore memory) {
      String bad = batch.runs().getFirst().id();
      engine.close();
      try (RunStore opened = memory.open()) {
        memory.damageLarge(opened.run(Probe.numberOf(bad)).orElseThrow().run().payload(), false);
      }
      try (TestEngine next = TestEngine.start(memory, builder -> builder.register(length))) {
        BulkResult damaged = next.runs().replayAll(RunQuery.all()).await();
        assertThat(damaged.errors()).containsOnlyKeys(bad);
        assertThat(damaged.errors().get(bad)).isInstanceOf(UnreadableValueException.class);
        assertThat(damaged.succeeded()).isEqualTo(4);
      }
    }
  }

  @Test
  void whoeverHearsOfAnEndReadsLargeValues() {
    List<String> heard = new CopyOnWriteArrayList<>();
    try (TestEngine other =
        TestEngine.start(
            newStore(),
            builder ->
                builder
                    .register(echo)
                    .limits(Limits.defaults().maxInlineBytes(1_000))
                    .hooks(
                        hooks ->
                            hooks
                                .onStart((payload, run) -> heard.add("start " + payload))
                                .onSuccess(
                                    run ->
                                        heard.add(
                                            run.payload(String.class) + " " + run.output()))))) {
      RunHandle<String> handle = other.tasks().trigger(echo, LARGE);
      other.settle();
      assertThat(heard).containsExactlyInAnyOrder("start " + LARGE, LARGE + " " + LARGE);
      assertThat(other.runs().list(RunQuery.all()).items().getFirst().output()).isEqualTo(LARGE);
      assertThat(other.runs().explain(handle.id()).toString()).contains(handle.id());
    }
  }

  @Test
  void aWaiterOutsideIsGivenLargeOutputs() throws InterruptedException {
    BatchHandle<String> batch = engine.tasks().batchTrigger(echo, List.of(LARGE, OTHER));
    engine.settle();
    List<String> outputs = new ArrayList<>();
    for (RunHandle<String> run : batch.runs()) {
      RunResult<String> result = run.await(Duration.ofSeconds(1));
      outputs.add(result.unwrap());
    }
    assertThat(outputs).containsExactly(LARGE, OTHER);
  }
}
