package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Debounce;
import dev.pawl.EngineClosedException;
import dev.pawl.IdempotencyConflictException;
import dev.pawl.IllegalRunStateException;
import dev.pawl.Limits;
import dev.pawl.NotFoundException;
import dev.pawl.PayloadConflict;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.Retention;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunError;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.StoreUnavailableException;
import dev.pawl.Task;
import dev.pawl.TriggerOutcome;
import dev.pawl.UnreadableValueException;
import dev.pawl.internal.api.Probe;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoredRun;
import dev.pawl.spi.StoredValue;
import dev.pawl.testing.FaultPoint;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LargeValuesTest {
  private static final int INLINE = 1_000;
  private static final String SMALL = "s".repeat(100);
  private static final String LARGE = "l".repeat(5_000);
  private static final String OTHER = "o".repeat(6_000);

  private final InMemoryStore store = new InMemoryStore();
  private final AtomicInteger bodies = new AtomicInteger();
  private final Task<String, String> echo =
      Task.define("echo", String.class, String.class)
          .retry(Retry.exponential().maxAttempts(2))
          .run(
              (payload, run) -> {
                bodies.incrementAndGet();
                return payload;
              });
  private final Task<String, Integer> parent =
      Task.define("parent", String.class, Integer.class)
          .run(
              (payload, run) ->
                  run.triggerAndWait(echo, payload).unwrap().length()
                      + run
                          .batchTriggerAndWait(echo, List.of(LARGE, SMALL, OTHER))
                          .unwrap()
                          .stream()
                          .mapToInt(String::length)
                          .sum());
  private final TestEngine engine =
      TestEngine.start(
          store,
          builder ->
              builder
                  .register(echo, parent)
                  .limits(
                      Limits.defaults()
                          .maxInlineBytes(INLINE)
                          .maxPayloadBytes(10_000)
                          .maxOutputBytes(10_000)));

  @AfterEach
  void close() {
    engine.close();
  }

  private StoredRun stored(RunHandle<?> handle) {
    return stored(handle.id());
  }

  /** Looks into the store, which the engine has open, by closing the engine. */
  private StoredRun stored(String runId) {
    engine.close();
    try (var opened = store.open()) {
      return opened.run(Probe.numberOf(runId)).orElseThrow();
    }
  }

  @Test
  void whatIsLargerThanMaxInlineBytesIsKeptApartAndReadsAsItWasWritten() throws IOException {
    RunHandle<String> large = engine.tasks().trigger(echo, LARGE);
    RunHandle<String> small = engine.tasks().trigger(echo, SMALL);
    engine.settle();
    assertThat(store.largeValues()).as("payload and output of one run").isEqualTo(2);
    Run<String> run = engine.runs().retrieve(large);
    assertThat(run).isCompleted().hasOutput(LARGE);
    assertThat(run.payload(String.class)).isEqualTo(LARGE);
    assertThat(run.payloadSize()).isEqualTo(LARGE.length() + 2);
    assertThat(engine.runs().retrieve(small)).isCompleted().hasOutput(SMALL);
    try (InputStream payload = engine.runs().openPayload(large.id());
        InputStream output = engine.runs().openOutput(large.id());
        InputStream inline = engine.runs().openPayload(small.id())) {
      assertThat(text(payload)).isEqualTo("\"" + LARGE + "\"");
      assertThat(text(output)).isEqualTo("\"" + LARGE + "\"");
      assertThat(text(inline)).isEqualTo("\"" + SMALL + "\"");
    }
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void parentsAndBatchesAreGivenLargeOutputs() {
    RunHandle<Integer> handle = engine.tasks().trigger(parent, LARGE);
    engine.settle();
    assertThat(engine.runs().retrieve(handle))
        .hasOutput(2 * LARGE.length() + SMALL.length() + OTHER.length());
    assertThat(store.largeValues()).as("four payloads, three outputs").isEqualTo(7);
    engine.crash();
    assertThat(store.largeValues()).as("after a restart").isEqualTo(7);
  }

  @Test
  void aListOfRunsReadsNoLargeValue() {
    RunHandle<String> handle = engine.tasks().trigger(echo, LARGE);
    engine.settle();
    store.damageLarge(stored(handle).run().payload(), true);
    try (TestEngine again = TestEngine.start(store, builder -> builder.register(echo))) {
      assertThat(again.runs().list(RunQuery.all()).items())
          .singleElement()
          .satisfies(run -> assertThat(run.payloadSize()).isEqualTo(LARGE.length() + 2));
    }
  }

  @Test
  void aPayloadThatIsTooLargeIsRefusedWithBothSizes() {
    assertThatThrownBy(() -> engine.tasks().trigger(echo, "x".repeat(10_001)))
        .isInstanceOfSatisfying(
            PayloadTooLargeException.class,
            e -> {
              assertThat(e.size()).isEqualTo(10_003);
              assertThat(e.limit()).isEqualTo(10_000);
            });
    assertThat(store.largeValues()).isZero();
  }

  @Test
  void aKeyHitLeavesNoValueBehindAndComparesPayloadsAsForSmallOnes() {
    RunHandle<String> first =
        engine.tasks().trigger(echo, LARGE, options().idempotencyKey("k").delay("1h"));
    RunHandle<String> same = engine.tasks().trigger(echo, LARGE, options().idempotencyKey("k"));
    assertThat(same.outcome()).isEqualTo(TriggerOutcome.DEDUPLICATED);
    assertThat(same.id()).isEqualTo(first.id());
    assertThat(same.payloadDiffers()).isFalse();
    RunHandle<String> other = engine.tasks().trigger(echo, OTHER, options().idempotencyKey("k"));
    assertThat(other.payloadDiffers()).isTrue();
    assertThatThrownBy(
            () ->
                engine
                    .tasks()
                    .trigger(
                        echo,
                        OTHER,
                        options().idempotencyKey("k").onPayloadConflict(PayloadConflict.REJECT)))
        .isInstanceOf(IdempotencyConflictException.class);
    assertThat(store.largeValues()).isEqualTo(1);
  }

  @Test
  void aDebouncedRunKeepsOneLargePayload() {
    Debounce leading = Debounce.key("d").delay("5s");
    RunHandle<String> run = engine.tasks().trigger(echo, LARGE, options().debounce(leading));
    engine.tasks().trigger(echo, OTHER, options().debounce(leading));
    assertThat(store.largeValues()).as("the first payload stays").isEqualTo(1);
    engine.tasks().trigger(echo, OTHER, options().debounce(leading.trailing()));
    assertThat(store.largeValues()).as("the later one takes its place").isEqualTo(1);
    assertThat(engine.runs().retrieve(run).payload(String.class)).isEqualTo(OTHER);
    engine.tasks().trigger(echo, SMALL, options().debounce(leading.trailing()));
    assertThat(store.largeValues()).as("a small one").isZero();
    engine.tasks().trigger(echo, LARGE, options().debounce(leading.trailing()));
    engine.advance(Duration.ofSeconds(5));
    assertThat(engine.runs().retrieve(run)).hasOutput(LARGE);
    assertThat(store.largeValues()).as("payload and output").isEqualTo(2);
  }

  @Test
  void aReplayHasAPayloadOfItsOwn() {
    RunHandle<String> run = engine.tasks().trigger(echo, LARGE);
    engine.settle();
    RunHandle<?> replay = engine.runs().replay(run.id());
    engine.settle();
    assertThat(engine.runs().retrieve(replay.id()).payload(String.class)).isEqualTo(LARGE);
    assertThat(store.largeValues()).isEqualTo(4);
    StoredValue first = stored(run).run().payload();
    assertThat(stored(replay).run().payload().key()).isNotEqualTo(first.key());
    store.damageLarge(first, true);
    try (TestEngine again = TestEngine.start(store, builder -> builder.register(echo, parent))) {
      assertThat(again.runs().retrieve(replay.id()).payload(String.class)).isEqualTo(LARGE);
      assertThatThrownBy(() -> again.runs().replay(run.id()))
          .isInstanceOf(UnreadableValueException.class);
    }
  }

  @Test
  void aDamagedOrMissingPayloadEndsItsRunAloneWithASystemFailure() {
    for (boolean lost : new boolean[] {true, false}) {
      bodies.set(0);
      InMemoryStore other = new InMemoryStore();
      String bad;
      String good;
      try (TestEngine former = start(other)) {
        former.pause();
        bad = former.tasks().trigger(echo, LARGE).id();
        good = former.tasks().trigger(echo, LARGE).id();
      }
      try (var opened = other.open()) {
        other.damageLarge(opened.run(Probe.numberOf(bad)).orElseThrow().run().payload(), lost);
      }
      try (TestEngine later = start(other)) {
        later.settle();
        Run<?> run = later.runs().retrieve(bad);
        assertThat(run.status()).isEqualTo(RunStatus.SYSTEM_FAILURE);
        assertThat(Objects.requireNonNull(run.error()).code())
            .isEqualTo(RunError.Code.PAYLOAD_UNREADABLE);
        assertThat(run.error().message()).contains(lost ? "missing" : "checksum");
        assertThatThrownBy(() -> run.payload(String.class))
            .isInstanceOf(UnreadableValueException.class);
        assertThat(later.runs().retrieve(good)).isCompleted().hasOutput(LARGE);
        assertThat(bodies).hasValue(1);
      }
    }
  }

  private TestEngine start(InMemoryStore on) {
    return TestEngine.start(
        on, builder -> builder.register(echo).limits(Limits.defaults().maxInlineBytes(INLINE)));
  }

  @Test
  void aDamagedOutputIsNeverGivenOut() throws IOException {
    RunHandle<String> handle = engine.tasks().trigger(echo, LARGE);
    engine.settle();
    StoredValue output = Objects.requireNonNull(stored(handle).result()).output();
    store.damageLarge(Objects.requireNonNull(output), false);
    try (TestEngine again = start(store)) {
      Run<?> run = again.runs().retrieve(handle.id());
      assertThat(run.payload(String.class)).isEqualTo(LARGE);
      assertThatThrownBy(run::output)
          .isInstanceOf(UnreadableValueException.class)
          .hasMessageContaining(handle.id());
      assertThatThrownBy(() -> again.runs().await(handle.id(), Duration.ofSeconds(1)))
          .isInstanceOf(UnreadableValueException.class);
      try (InputStream in = again.runs().openOutput(handle.id())) {
        assertThat(in.readNBytes(5_002)).as("all of it comes").hasSize(5_002);
        assertThatThrownBy(in::read).isInstanceOf(UnreadableValueException.class);
      }
      try (InputStream in = again.runs().openOutput(handle.id())) {
        assertThatThrownBy(() -> in.skip(10_000)).isInstanceOf(UnreadableValueException.class);
      }
      store.damageLarge(output, true);
      assertThatThrownBy(() -> again.runs().openOutput(handle.id()))
          .isInstanceOf(UnreadableValueException.class)
          .hasMessageContaining("missing");
    }
  }

  @Test
  void onlyACompletedRunHasAnOutputToOpen() {
    RunHandle<String> handle = engine.tasks().trigger(echo, LARGE, options().delay("1h"));
    assertThatThrownBy(() -> engine.runs().openOutput(handle.id()))
        .isInstanceOf(IllegalRunStateException.class)
        .hasMessageContaining("DELAYED");
    handle.cancel();
    assertThatThrownBy(() -> engine.runs().openOutput(handle.id()))
        .isInstanceOf(IllegalRunStateException.class)
        .hasMessageContaining("CANCELED");
    assertThatThrownBy(() -> engine.runs().openPayload(Probe.idOf(1)))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void aStoreThatCannotKeepThePayloadRefusesTheTrigger() {
    engine.faults().failAt(FaultPoint.PAYLOAD_OBJECT_WRITTEN, 1, new StoreException("full", null));
    assertThatThrownBy(() -> engine.tasks().trigger(echo, LARGE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("full");
    assertThat(engine.runs().list(RunQuery.all()).items()).isEmpty();
    assertThat(store.largeValues()).isZero();
  }

  @Test
  void aStoreThatCannotKeepTheOutputFailsTheAttemptWhichIsRetried() {
    engine.faults().failAt(FaultPoint.PAYLOAD_OBJECT_WRITTEN, 2, new StoreException("full", null));
    RunHandle<String> handle = engine.tasks().trigger(echo, LARGE);
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).isRetrying();
    engine.advance(Duration.ofMinutes(1));
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasOutput(LARGE).hasAttempts(2);
  }

  @Test
  void aProcessThatDiesBetweenValueAndRunLeavesNeither() {
    engine.faults().crashAt(FaultPoint.PAYLOAD_OBJECT_WRITTEN, 1);
    assertThatThrownBy(() -> engine.tasks().trigger(echo, LARGE))
        .isInstanceOf(EngineClosedException.class);
    assertThat(store.largeValues()).as("the orphan").isEqualTo(1);
    engine.crash();
    assertThat(store.largeValues()).isZero();
    assertThat(engine.runs().list(RunQuery.all()).items()).isEmpty();
  }

  @Test
  void aClosedEngineSaysSoToWhoeverComesWithALargeValue() {
    RunHandle<String> handle = engine.tasks().trigger(echo, LARGE);
    engine.settle();
    Run<String> run = engine.runs().retrieve(handle);
    engine.close();
    assertThatThrownBy(() -> engine.tasks().trigger(echo, LARGE))
        .isInstanceOf(EngineClosedException.class);
    assertThatThrownBy(() -> run.payload(String.class)).isInstanceOf(EngineClosedException.class);
    assertThatThrownBy(() -> engine.runs().openPayload(handle.id()))
        .isInstanceOf(EngineClosedException.class);
  }

  @Test
  void anOutputThatComesTooLateLeavesNoValue() throws InterruptedException {
    Gate gate = new Gate();
    Task<String, String> slow =
        Task.define("slow", String.class, String.class)
            .run(
                (payload, run) -> {
                  gate.passIgnoringInterrupts();
                  return LARGE;
                });
    engine.register(slow);
    RunHandle<String> handle = engine.tasks().trigger(slow, SMALL);
    gate.awaitReached();
    handle.cancel();
    gate.open();
    engine.settle();
    assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.CANCELED);
    assertThat(store.largeValues()).isZero();
  }

  @Test
  void aRunThatRetentionDeletesTakesItsValuesWithIt() {
    try (TestEngine other =
        TestEngine.start(
            new InMemoryStore(),
            builder ->
                builder
                    .register(echo)
                    .limits(Limits.defaults().maxInlineBytes(INLINE))
                    .retention(Retention.of(Duration.ofDays(1))))) {
      RunHandle<String> handle = other.tasks().trigger(echo, LARGE);
      other.settle();
      assertThat(handle.retrieve().result()).isInstanceOf(RunResult.Ok.class);
      other.advance(Duration.ofDays(1));
      assertThatThrownBy(handle::retrieve).isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> other.runs().openPayload(handle.id()))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void aReplayOfADebouncedRunFindsAPayloadHoweverOftenThatIsReplaced() throws Exception {
    var trailing = options().debounce(Debounce.key("d").delay("5s").trailing());
    RunHandle<String> run = engine.tasks().trigger(echo, LARGE, trailing);
    AtomicBoolean over = new AtomicBoolean();
    FutureTask<Integer> replays =
        new FutureTask<>(
            () -> {
              int count = 0;
              for (; !over.get() || count == 0; count++) {
                engine.runs().replay(run.id(), options().delay("1h"));
              }
              return count;
            });
    Thread.ofPlatform().start(replays);
    for (int i = 0; i < 2_000 && !replays.isDone(); i++) {
      engine.tasks().trigger(echo, LARGE, trailing);
    }
    over.set(true);
    assertThat(replays.get(20, TimeUnit.SECONDS)).isPositive();
  }
}
