package dev.pawl.engine;

import static dev.pawl.BatchOptions.batchOptions;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.BatchTriggerException;
import dev.pawl.Debounce;
import dev.pawl.IdempotencyConflictException;
import dev.pawl.IdempotencyKey;
import dev.pawl.InvalidOptionException;
import dev.pawl.Limits;
import dev.pawl.PawlException;
import dev.pawl.PayloadConflict;
import dev.pawl.PayloadTooLargeException;
import dev.pawl.Queue;
import dev.pawl.QueueFullException;
import dev.pawl.RunCanceledException;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.TriggerOutcome;
import dev.pawl.UnknownQueueException;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In which order a trigger is checked, and that a refused one leaves nothing behind. */
class TriggerOrderTest {
  private static final String LARGE = "l".repeat(2_000);
  private static final String TOO_LARGE = "x".repeat(10_001);
  private static final Queue BOUNDED = Queue.named("bounded").concurrencyLimit(0).maxQueued(1);
  private static final TriggerOptions KEY = options().idempotencyKey("key");
  private static final Debounce FIVE = Debounce.key("d").delay("5s");

  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private final InMemoryStore store = new InMemoryStore();
  private final TestEngine engine =
      TestEngine.start(
          store,
          builder ->
              builder
                  .register(ECHO)
                  .machine("small", 1)
                  .limits(
                      Limits.defaults()
                          .maxInlineBytes(1_000)
                          .maxPayloadBytes(10_000)
                          .maxMetadataBytes(1_000)));

  @AfterEach
  void close() {
    engine.close();
  }

  private RunHandle<String> trigger(String payload, TriggerOptions options) {
    return engine.tasks().trigger(ECHO, payload, options);
  }

  private void fill(Queue queue) {
    trigger("fills the queue", options().queue(queue));
  }

  private static Map<String, ?> tooMuch() {
    return Map.of("x", "y".repeat(1_000));
  }

  private static String[] elevenTags() {
    return IntStream.range(0, 11).mapToObj(i -> "t" + i).toArray(String[]::new);
  }

  /** Everything that a trigger could leave is asked for, and is not there. */
  private void refusedWithoutATrace(
      Class<? extends PawlException> reason, String payload, TriggerOptions options) {
    TriggerOptions all =
        options.orElse(
            options()
                .idempotencyKey("fresh")
                .debounce(FIVE)
                .queue(Queue.named("fresh").concurrencyLimit(3)));
    long before = engine.runs().stream(RunQuery.all()).count();
    int values = store.largeValues();
    List<String> log = engine.log();
    assertThatThrownBy(() -> trigger(payload, all)).isInstanceOf(reason);
    assertThatThrownBy(
            () ->
                engine
                    .tasks()
                    .batchTrigger(
                        ECHO,
                        List.of(payload),
                        batchOptions().idempotencyKey("fresh batch").each(all)))
        .isInstanceOf(BatchTriggerException.class)
        .hasCauseInstanceOf(reason);
    engine.settle();
    assertThat(engine.log()).as("no commit touched a run").isEqualTo(log);
    assertThat(engine.runs().stream(RunQuery.all())).hasSize((int) before);
    assertThat(store.largeValues()).isEqualTo(values);
    assertThat(engine.idempotencyKeys().reset("echo", "fresh")).isZero();
    assertThat(engine.idempotencyKeys().reset("echo", "fresh batch")).isZero();
    assertThatThrownBy(() -> engine.queues().retrieve("fresh"))
        .isInstanceOf(UnknownQueueException.class);
    RunHandle<String> next = trigger("x", options().debounce(FIVE));
    assertThat(next.outcome()).as("the debounce key").isEqualTo(TriggerOutcome.CREATED);
    next.cancel();
  }

  @Test
  void aRefusedTriggerLeavesNothingBehind() {
    refusedWithoutATrace(InvalidOptionException.class, LARGE, options().machine("huge"));
    refusedWithoutATrace(InvalidOptionException.class, LARGE, options().region("nowhere"));
    refusedWithoutATrace(InvalidOptionException.class, LARGE, options().tags(elevenTags()));
    refusedWithoutATrace(InvalidOptionException.class, LARGE, options().metadata(tooMuch()));
    refusedWithoutATrace(PayloadTooLargeException.class, TOO_LARGE, options());
    trigger("x", KEY);
    engine.settle();
    refusedWithoutATrace(
        IdempotencyConflictException.class, LARGE, KEY.onPayloadConflict(PayloadConflict.REJECT));
  }

  @Test
  void aTriggerThatAFullQueueRefusesLeavesNothingBehind() {
    fill(BOUNDED);
    assertThatThrownBy(
            () -> trigger(LARGE, options().queue(BOUNDED.totalLimit(7)).idempotencyKey("fresh")))
        .isInstanceOf(QueueFullException.class);
    assertThat(engine.queues().retrieve("bounded").totalLimit())
        .as("what it said of the queue")
        .isEmpty();
    assertThat(engine.idempotencyKeys().reset("echo", "fresh")).isZero();
    assertThat(store.largeValues()).isZero();
    assertThat(engine.runs().stream(RunQuery.all())).hasSize(1);
  }

  @Test
  void whatIsNotWellFormedIsRefusedThoughItsKeyNamesARun() {
    trigger("x", KEY);
    for (TriggerOptions bad :
        List.of(KEY.machine("huge"), KEY.region("nowhere"), KEY.tags("x".repeat(129)))) {
      assertThatThrownBy(() -> trigger("x", bad)).isInstanceOf(InvalidOptionException.class);
    }
  }

  @Test
  void whatCouldNeverBeStoredIsRefusedThoughItsKeyNamesARun() {
    trigger("x", KEY);
    assertThatThrownBy(() -> trigger(TOO_LARGE, KEY)).isInstanceOf(PayloadTooLargeException.class);
    assertThatThrownBy(() -> trigger("x", KEY.metadata(tooMuch())))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> trigger("x", KEY.tags(elevenTags())))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void aWaitingCallOfARunThatHasEndedIsRefusedThoughItsKeyNamesARun() throws Exception {
    TriggerOptions shared =
        options().idempotencyKey(IdempotencyKey.of("key").scope(IdempotencyKey.Scope.GLOBAL));
    trigger("x", shared);
    engine.settle();
    Gate gate = new Gate();
    ConcurrentLinkedQueue<Object> seen = new ConcurrentLinkedQueue<>();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  gate.passIgnoringInterrupts();
                  try {
                    seen.add(run.triggerAndWait(ECHO, "x", shared));
                  } catch (PawlException e) {
                    seen.add(e);
                  }
                  return payload;
                });
    engine.register(parent);
    RunHandle<String> handle = engine.tasks().trigger(parent, "p");
    gate.awaitReached();
    handle.cancel();
    gate.open();
    engine.settle();
    assertThat(seen).singleElement().isInstanceOf(RunCanceledException.class);
  }

  @Test
  void aHitLooksAtNothingBehindItsKey() {
    fill(BOUNDED);
    RunHandle<String> first = trigger("x", KEY.delay("1h").debounce(FIVE));
    Queue fresh = Queue.named("fresh").concurrencyLimit(3);
    TriggerOptions other = KEY.debounce(FIVE.trailing()).ttl("1s").priority(9);
    RunHandle<String> hit = trigger("x", other.queue(BOUNDED.maxQueued(2)));
    assertThat(hit.outcome()).isEqualTo(TriggerOutcome.DEDUPLICATED);
    assertThat(hit.id()).isEqualTo(first.id());
    trigger("x", other.queue(fresh));
    assertThat(engine.queues().retrieve("bounded").maxQueued()).hasValue(1);
    assertThatThrownBy(() -> engine.queues().retrieve("fresh"))
        .isInstanceOf(UnknownQueueException.class);
    assertThat(first.retrieve().delayedUntil())
        .isEqualTo(TestEngine.START.plus(Duration.ofHours(1)));
    assertThat(first.retrieve().ttl()).isNull();
    assertThat(first.retrieve().priority()).isZero();
    assertThat(first.retrieve().queue()).isEqualTo("task/echo");
  }

  @Test
  void aPushNeedsNoRoomAndMovesNoQueue() {
    RunHandle<String> first = trigger("x", options().debounce(FIVE));
    fill(BOUNDED);
    RunHandle<String> pushed =
        trigger("y", options().debounce(FIVE.trailing()).queue(BOUNDED.concurrencyLimit(5)));
    assertThat(pushed.outcome()).isEqualTo(TriggerOutcome.DEBOUNCED);
    assertThat(first.retrieve().queue()).isEqualTo("task/echo");
    assertThat(engine.queues().retrieve("bounded").concurrencyLimit())
        .as("only a trigger that makes a run declares its queue")
        .hasValue(0);
    engine.advance(Duration.ofSeconds(5));
    assertThat(first.retrieve().status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aPushThatCouldNotBeStoredIsRefusedAndPushesNothing() {
    RunHandle<String> first = trigger("x", options().debounce(FIVE));
    engine.advance(Duration.ofSeconds(2));
    for (TriggerOptions bad :
        List.of(options().metadata(tooMuch()), options().tags(""), options().machine("huge"))) {
      assertThatThrownBy(() -> trigger("y", bad.debounce(FIVE.trailing())))
          .isInstanceOf(InvalidOptionException.class);
    }
    assertThatThrownBy(() -> trigger(TOO_LARGE, options().debounce(FIVE.trailing())))
        .isInstanceOf(PayloadTooLargeException.class);
    assertThat(first.retrieve().delayedUntil()).isEqualTo(TestEngine.START.plusSeconds(5));
    assertThat(first.retrieve().payload(String.class)).isEqualTo("x");
  }
}
