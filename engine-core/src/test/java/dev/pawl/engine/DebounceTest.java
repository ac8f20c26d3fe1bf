package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.BatchResult;
import dev.pawl.Debounce;
import dev.pawl.InvalidOptionException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.TriggerOutcome;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DebounceTest extends EngineTest {
  private static final Debounce FIVE = Debounce.key("user-123").delay("5s");
  private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();

  private final Task<String, String> index =
      Task.define("index", String.class, String.class)
          .run(
              (payload, run) -> {
                bodies.add(payload);
                return payload + "@" + Duration.between(TestEngine.START, run.now()).toSeconds();
              });

  private final TestEngine engine = start(index);

  @AfterEach
  void close() {
    engine.close();
  }

  private RunHandle<String> trigger(String payload, Debounce debounce) {
    return engine.tasks().trigger(index, payload, options().debounce(debounce));
  }

  private void seconds(long seconds) {
    engine.advance(Duration.ofSeconds(seconds));
  }

  private String output(RunHandle<String> handle) {
    return engine.runs().retrieve(handle).output();
  }

  private static Instant at(long seconds) {
    return TestEngine.START.plusSeconds(seconds);
  }

  @Test
  void triggersWhileTheRunIsDelayedPushItAndMakeNoOther() {
    RunHandle<String> first = trigger("a", FIVE);
    seconds(3);
    RunHandle<String> second = trigger("b", FIVE);
    seconds(4);
    RunHandle<String> third = trigger("c", FIVE);
    assertThat(first.outcome()).isEqualTo(TriggerOutcome.CREATED);
    assertThat(second.outcome()).isEqualTo(TriggerOutcome.DEBOUNCED);
    assertThat(second.isCached()).isFalse();
    assertThat(third.id()).isEqualTo(second.id()).isEqualTo(first.id());
    seconds(4);
    assertThat(bodies).isEmpty();
    seconds(1);
    assertThat(output(first)).as("leading: the first payload").isEqualTo("a@12");
  }

  @Test
  void trailingTakesThePayloadAndTheOptionsOfTheLastTrigger() {
    TriggerOptions first =
        options()
            .debounce(FIVE.trailing())
            .tags("t1")
            .metadata(Map.of("n", 1))
            .maxAttempts(3)
            .priority(1)
            .ttl("1h")
            .queue("q1")
            .concurrencyKey("k1");
    RunHandle<String> handle = engine.tasks().trigger(index, "a", first);
    engine
        .tasks()
        .trigger(
            index,
            "b",
            options()
                .debounce(FIVE.trailing())
                .tags("t2")
                .metadata(Map.of("n", 2))
                .maxAttempts(7)
                .priority(9)
                .ttl("9h")
                .queue("q9")
                .concurrencyKey("k9"));
    engine.tasks().trigger(index, "c", options().debounce(FIVE.trailing()));
    seconds(5);
    Run<String> run = engine.runs().retrieve(handle);
    assertThat(run.output()).isEqualTo("c@5");
    assertThat(run.tags()).as("omitted tags leave what was there").containsExactly("t2");
    assertThat(run.metadata()).containsEntry("n", 2);
    assertThat(run.maxAttempts()).isEqualTo(7);
    assertThat(run.priority()).isEqualTo(Duration.ofSeconds(1));
    assertThat(run.ttl()).isEqualTo(Duration.ofHours(1));
    assertThat(run.queue()).isEqualTo("q1");
    assertThat(run.concurrencyKey()).isEqualTo("k1");
  }

  @Test
  void noTagsAtAllClearsThem() {
    RunHandle<String> handle =
        engine.tasks().trigger(index, "a", options().debounce(FIVE.trailing()).tags("t"));
    engine.tasks().trigger(index, "b", options().debounce(FIVE.trailing()).tags(List.of()));
    seconds(5);
    assertThat(engine.runs().retrieve(handle).tags()).isEmpty();
  }

  @Test
  void theModeIsThatOfEachCall() {
    RunHandle<String> handle = trigger("a", FIVE.trailing());
    trigger("b", FIVE.trailing());
    trigger("c", FIVE.leading());
    seconds(5);
    assertThat(output(handle)).isEqualTo("b@5");
  }

  @Test
  void aPushOnlyMovesLater() {
    RunHandle<String> handle = trigger("a", FIVE);
    seconds(1);
    trigger("b", FIVE.delay("2s"));
    assertThat(engine.runs().retrieve(handle).delayedUntil()).isEqualTo(at(5));
    trigger("c", FIVE.delay("1m"));
    assertThat(engine.runs().retrieve(handle).delayedUntil()).isEqualTo(at(61));
  }

  @Test
  void maxDelayClosesTheWindowAndTheOldRunKeepsItsTime() {
    Debounce bounded = FIVE.maxDelay("30s");
    RunHandle<String> a = trigger("0", bounded);
    RunHandle<String> last = a;
    for (int at = 2; at <= 24; at += 2) {
      seconds(2);
      last = trigger("" + at, bounded);
      assertThat(last.id()).isEqualTo(a.id());
    }
    assertThat(engine.runs().retrieve(a).delayedUntil()).isEqualTo(at(29));
    seconds(2);
    RunHandle<String> b = trigger("26", bounded);
    assertThat(b.outcome()).isEqualTo(TriggerOutcome.CREATED);
    assertThat(b.id()).isNotEqualTo(a.id());
    seconds(2);
    assertThat(trigger("28", bounded).id()).isEqualTo(b.id());
    seconds(2);
    assertThat(trigger("30", bounded).id()).isEqualTo(b.id());
    seconds(60);
    assertThat(output(a)).isEqualTo("0@29");
    assertThat(output(b)).isEqualTo("26@35");
  }

  @Test
  void exactlyTheBoundIsInsideTheWindow() {
    Debounce bounded = FIVE.maxDelay("10s");
    RunHandle<String> a = trigger("a", bounded);
    seconds(4);
    trigger("b", bounded);
    seconds(1);
    assertThat(trigger("c", bounded).id()).isEqualTo(a.id());
    assertThat(engine.runs().retrieve(a).delayedUntil()).isEqualTo(at(10));
  }

  @Test
  void aRunThatIsNoLongerDelayedLeavesItsKeyFree() {
    RunHandle<String> canceled = trigger("a", FIVE);
    canceled.cancel();
    RunHandle<String> queued = trigger("b", FIVE);
    engine.pause();
    seconds(5);
    assertThat(engine.runs().retrieve(queued).status()).isEqualTo(RunStatus.QUEUED);
    RunHandle<String> next = trigger("c", FIVE);
    assertThat(List.of(canceled.id(), queued.id(), next.id())).doesNotHaveDuplicates();
    engine.resume();
    seconds(5);
    assertThat(bodies).containsExactly("b", "c");
  }

  @Test
  void aDelayOfItsOwnSetsTheFirstDueTimeAlone() {
    RunHandle<String> handle =
        engine.tasks().trigger(index, "a", options().debounce(FIVE).delay("1m"));
    assertThat(engine.runs().retrieve(handle).delayedUntil()).isEqualTo(at(60));
    seconds(58);
    trigger("b", FIVE);
    seconds(5);
    assertThat(output(handle)).isEqualTo("a@63");
  }

  @Test
  void aHitOfAnIdempotencyKeyNeverPushes() {
    TriggerOptions options = options().debounce(FIVE).idempotencyKey("k");
    RunHandle<String> handle = engine.tasks().trigger(index, "a", options);
    seconds(3);
    RunHandle<String> hit = engine.tasks().trigger(index, "a", options);
    assertThat(hit.outcome()).isEqualTo(TriggerOutcome.DEDUPLICATED);
    seconds(2);
    assertThat(output(handle)).isEqualTo("a@5");
  }

  @Test
  void aKeyThatMeetsADebouncedRunNamesItFromThenOn() {
    RunHandle<String> first =
        engine.tasks().trigger(index, "a", options().debounce(FIVE).idempotencyKey("k1"));
    RunHandle<String> second =
        engine.tasks().trigger(index, "a", options().debounce(FIVE).idempotencyKey("k2"));
    assertThat(second.outcome()).isEqualTo(TriggerOutcome.DEBOUNCED);
    seconds(5);
    RunHandle<String> again =
        engine.tasks().trigger(index, "a", options().debounce(FIVE).idempotencyKey("k2"));
    assertThat(again.outcome()).isEqualTo(TriggerOutcome.DEDUPLICATED);
    assertThat(again.id()).isEqualTo(first.id());
  }

  @Test
  void severalParentsWaitForTheOneRun() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) ->
                    run.triggerAndWait(index, payload, options().debounce(FIVE)).unwrap());
    engine.register(parent);
    RunHandle<String> a = engine.tasks().trigger(parent, "a");
    engine.settle();
    seconds(3);
    RunHandle<String> b = engine.tasks().trigger(parent, "b");
    seconds(5);
    assertThat(output(a)).isEqualTo("a@8");
    assertThat(output(b)).isEqualTo("a@8");
  }

  @Test
  void equalKeysInABatchCollapseToOneRun() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  BatchResult<String> result =
                      run.batchTriggerAndWait(
                          index, List.of("x", "y", "z"), options().debounce(FIVE.trailing()));
                  return String.join(",", result.unwrap());
                });
    engine.register(parent);
    RunHandle<String> handle = engine.tasks().trigger(parent, "a");
    seconds(5);
    assertThat(output(handle)).isEqualTo("z@5,z@5,z@5");
    assertThat(bodies).hasSize(1);
  }

  @Test
  void aDebounceOutlivesTheProcess() {
    RunHandle<String> handle = trigger("a", FIVE.trailing());
    seconds(2);
    engine.crash();
    assertThat(trigger("b", FIVE.trailing()).id()).isEqualTo(handle.id());
    seconds(4);
    engine.crash();
    assertThat(bodies).isEmpty();
    seconds(1);
    assertThat(output(handle)).isEqualTo("b@7");
  }

  @Test
  void whatCannotBeMetIsRefused() {
    for (Runnable bad :
        List.<Runnable>of(
            () -> Debounce.key(" "),
            () -> Debounce.key("x".repeat(513)),
            () -> Debounce.key("k").delay("0s"),
            () -> Debounce.key("k").delay(Duration.ofMillis(999)),
            () -> Debounce.key("k").delay("2030-01-01T00:00:00Z"),
            () -> options().debounce(Debounce.key("k")),
            () -> options().debounce(FIVE.maxDelay("5s")))) {
      assertThatThrownBy(bad::run).isInstanceOf(InvalidOptionException.class);
    }
  }

  @Test
  void racingTriggersMakeOneRunAndTheLastAcceptedPayloadWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      Debounce debounce = Debounce.key("race" + round).delay("5s").trailing();
      AtomicInteger payload = new AtomicInteger();
      List<RunHandle<String>> handles =
          IdempotencyTest.atOnce(64, () -> trigger("" + payload.getAndIncrement(), debounce));
      assertThat(handles.stream().map(RunHandle::id).distinct()).hasSize(1);
      assertThat(handles.stream().filter(h -> h.outcome() == TriggerOutcome.CREATED)).hasSize(1);
      RunHandle<String> last = trigger("last", debounce);
      seconds(5);
      assertThat(output(last)).startsWith("last@");
    }
    assertThat(engine.runs().stream(RunQuery.all())).hasSize(20);
  }

  @Test
  void aPushLeavesAnAwaitedRunThePlaceOfItsParent() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run((text, run) -> run.triggerAndWait(index, text, options().debounce(FIVE)).unwrap());
    engine.register(parent);
    engine.queues().setLimit("task/index", 0);
    engine.tasks().trigger(parent, "awaited");
    seconds(1);
    engine.tasks().trigger(index, "newer than the parent");
    seconds(1);
    trigger("push", FIVE);
    seconds(5);
    engine.queues().setLimit("task/index", 1);
    engine.settle();
    assertThat(bodies).containsExactly("awaited", "newer than the parent");
  }
}
