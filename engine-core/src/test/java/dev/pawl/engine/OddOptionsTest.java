package dev.pawl.engine;

import static dev.pawl.IdempotencyKey.Scope.GLOBAL;
import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Debounce;
import dev.pawl.IdempotencyKey;
import dev.pawl.IllegalRunStateException;
import dev.pawl.InvalidOptionException;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.TriggerOutcome;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Options that are seldom given together, and values at the edge of what an option takes. */
class OddOptionsTest extends EngineTest {
  private static final Debounce FIVE = Debounce.key("d").delay("5s");
  private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();

  private final Task<String, String> echo =
      Task.define("echo", String.class, String.class)
          .retry(Retry.none())
          .run(
              (payload, run) -> {
                bodies.add(payload);
                return payload + "@" + Duration.between(TestEngine.START, run.now()).toSeconds();
              });

  private final TestEngine engine = start(echo);

  @AfterEach
  void close() {
    engine.close();
  }

  private RunHandle<String> trigger(String payload, TriggerOptions options) {
    return engine.tasks().trigger(echo, payload, options);
  }

  private Run<String> run(RunHandle<String> handle) {
    return engine.runs().retrieve(handle);
  }

  private void seconds(long seconds) {
    engine.advance(Duration.ofSeconds(seconds));
  }

  private static Instant at(long seconds) {
    return TestEngine.START.plusSeconds(seconds);
  }

  @Test
  void delayKeyAndDebounceTogetherAreTakenInTheirOrder() {
    TriggerOptions all =
        options().delay("1m").idempotencyKey("k").idempotencyKeyTtl("2m").debounce(FIVE.trailing());
    RunHandle<String> first = trigger("a", all);
    assertThat(run(first).delayedUntil()).isEqualTo(at(60));
    RunHandle<String> hit = trigger("b", all);
    assertThat(hit.outcome()).isEqualTo(TriggerOutcome.DEDUPLICATED);
    assertThat(hit.payloadDiffers()).isTrue();
    RunHandle<String> pushed = trigger("c", all.idempotencyKey("k2"));
    assertThat(pushed.outcome()).isEqualTo(TriggerOutcome.DEBOUNCED);
    seconds(58);
    assertThat(trigger("d", options().debounce(FIVE)).id()).isEqualTo(first.id());
    seconds(5);
    assertThat(run(first).output()).as("the hit changed nothing, the push did").isEqualTo("c@63");
    seconds(56);
    assertThat(trigger("a", all).outcome()).isEqualTo(TriggerOutcome.DEDUPLICATED);
    seconds(1);
    assertThat(trigger("a", all).outcome())
        .as("free at the very instant of its expiry")
        .isEqualTo(TriggerOutcome.CREATED);
  }

  @Test
  void aDelayThatIsGivenAndZeroMeansAtOnceWithADebounceToo() {
    RunHandle<String> zero = trigger("a", options().delay("0s").debounce(FIVE));
    RunHandle<String> past = trigger("b", options().delay(at(-1)).debounce(FIVE));
    engine.settle();
    assertThat(run(zero).output()).isEqualTo("a@0");
    assertThat(run(past).output()).isEqualTo("b@0");
    assertThat(trigger("c", options().debounce(FIVE)).outcome())
        .as("neither was delayed, so the key is free")
        .isEqualTo(TriggerOutcome.CREATED);
  }

  @Test
  void aDelayFartherInThePastThanARowCanHoldIsPastAndOneInTheFutureIsRefused() {
    RunHandle<String> handle = trigger("a", options().delay(Instant.MIN));
    engine.settle();
    assertThat(run(handle).status()).isEqualTo(RunStatus.COMPLETED);
    assertThatThrownBy(() -> trigger("a", options().delay(Instant.MAX)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("delay");
  }

  @Test
  void theShortestTimeToLiveIsOneAndNotNone() {
    engine.pause();
    RunHandle<String> handle = trigger("a", options().ttl(Duration.ofNanos(1)));
    RunHandle<String> later = trigger("b", options().delay("1s").ttl(Duration.ofNanos(1)));
    seconds(2);
    assertThat(run(handle).status()).isEqualTo(RunStatus.EXPIRED);
    assertThat(run(later).status()).isEqualTo(RunStatus.EXPIRED);
    assertThat(run(later).expiredAt()).isEqualTo(at(1).plusNanos(1_000));
    assertThatThrownBy(() -> options().idempotencyKeyTtl("0s"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("idempotencyKeyTtl");
  }

  @Test
  void aKeyOfARunThatIsDelayedForLongerThanTheKeyLivesIsFreeBeforeTheRunStarts() {
    TriggerOptions key = options().idempotencyKey("k").idempotencyKeyTtl("1s");
    RunHandle<String> first = trigger("a", key.delay("1h"));
    seconds(1);
    RunHandle<String> second = trigger("b", key);
    assertThat(second.outcome()).isEqualTo(TriggerOutcome.CREATED);
    assertThat(trigger("b", key).id()).isEqualTo(second.id());
    seconds(3_600);
    assertThat(run(first).status()).isEqualTo(RunStatus.COMPLETED);
  }

  @Test
  void aDebouncedRunThatIsRescheduledIsStillPushed() {
    RunHandle<String> handle = trigger("a", options().debounce(FIVE.trailing().maxDelay("1m")));
    engine.runs().reschedule(handle.id(), "2s");
    seconds(1);
    assertThat(trigger("b", options().debounce(FIVE.trailing().maxDelay("1m"))).id())
        .isEqualTo(handle.id());
    assertThat(run(handle).delayedUntil()).isEqualTo(at(6));
    engine.runs().reschedule(handle.id(), Duration.ofHours(1));
    assertThat(trigger("c", options().debounce(FIVE.trailing().maxDelay("1m"))).id())
        .as("the trigger's own time lies within the window, so the run is later but the same")
        .isEqualTo(handle.id());
    engine.crash();
    assertThat(trigger("d", options().debounce(FIVE)).id()).isEqualTo(handle.id());
    seconds(3_601);
    assertThat(run(handle).output()).isEqualTo("c@3601");
  }

  @Test
  void aRunWhoseWindowHasClosedIsNotBoundAgainWhenItIsRescheduledOrRecovered() {
    Debounce bounded = FIVE.maxDelay("6s");
    RunHandle<String> old = trigger("a", options().debounce(bounded));
    seconds(2);
    RunHandle<String> next = trigger("b", options().debounce(bounded));
    assertThat(next.outcome()).isEqualTo(TriggerOutcome.CREATED);
    engine.runs().reschedule(old.id(), Duration.ofHours(1));
    engine.crash();
    engine.runs().reschedule(old.id(), Duration.ofHours(2));
    assertThat(trigger("c", options().debounce(bounded)).id()).isEqualTo(next.id());
    seconds(5);
    assertThat(trigger("d", options().debounce(bounded)).outcome())
        .isEqualTo(TriggerOutcome.CREATED);
  }

  @Test
  void anIdempotencyKeyOfADebouncedRunIsNotMovedWithIt() {
    TriggerOptions key = options().idempotencyKey("k").idempotencyKeyTtl("6s");
    RunHandle<String> handle = trigger("a", key.debounce(FIVE));
    seconds(4);
    trigger("b", options().debounce(FIVE));
    seconds(2);
    assertThat(trigger("a", key).id())
        .as("its time counts from the first")
        .isNotEqualTo(handle.id());
  }

  @Test
  void rescheduleTakesWhatDelayTakesAndSaysWhatIsWrong() {
    RunHandle<String> handle = trigger("a", options().delay("1h"));
    engine.runs().reschedule(handle.id(), "2h");
    assertThat(run(handle).delayedUntil()).isEqualTo(at(7_200));
    engine.runs().reschedule(handle.id(), "2030-01-01T04:00:00+01:00");
    assertThat(run(handle).delayedUntil()).isEqualTo(at(10_800));
    for (Runnable bad :
        List.<Runnable>of(
            () -> engine.runs().reschedule(handle.id(), "soon"),
            () -> engine.runs().reschedule(handle.id(), "0s"),
            () -> engine.runs().reschedule(handle.id(), "2029-12-31T00:00:00Z"),
            () -> engine.runs().reschedule(handle.id(), Duration.ZERO),
            () -> engine.runs().reschedule(handle.id(), Duration.ofSeconds(Long.MIN_VALUE)),
            () -> engine.runs().reschedule(handle.id(), Duration.ofSeconds(Long.MAX_VALUE)),
            () -> engine.runs().reschedule(handle.id(), TestEngine.START),
            () -> engine.runs().reschedule(handle.id(), Instant.MIN),
            () -> engine.runs().reschedule(handle.id(), Instant.MAX))) {
      assertThatThrownBy(bad::run).isInstanceOf(InvalidOptionException.class);
    }
    assertThatThrownBy(() -> engine.runs().reschedule(handle.id(), TestEngine.START))
        .hasMessageContaining(handle.id())
        .hasMessageContaining("past");
    assertThat(run(handle).delayedUntil()).isEqualTo(at(10_800));
    engine.pause();
    seconds(10_800);
    assertThatThrownBy(() -> engine.runs().reschedule(handle.id(), "1h"))
        .isInstanceOf(IllegalRunStateException.class)
        .hasMessageContaining("run " + handle.id() + " of task \"echo\" is QUEUED; ")
        .hasMessageContaining("only a DELAYED run can be rescheduled");
  }

  @Test
  void pollingByRefOrIdGivesTheRunHoweverItEndsAndABadTimeoutTriggersNothing() throws Exception {
    Duration minute = Duration.ofMinutes(1);
    assertThat(engine.tasks().triggerAndPoll(echo, "a", minute).output()).isEqualTo("a@0");
    assertThat(engine.tasks().triggerAndPoll("echo", "b", minute).output()).isEqualTo("b@0");
    TriggerOptions key = options().idempotencyKey("k").delay("1h");
    trigger("c", key).cancel();
    assertThat(engine.tasks().triggerAndPoll("echo", "c", key, minute).status())
        .isEqualTo(RunStatus.CANCELED);
    assertThatThrownBy(() -> engine.tasks().triggerAndPoll(echo, "d", Duration.ofNanos(-1)))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("timeout");
    assertThatThrownBy(
            () -> engine.tasks().triggerAndPoll("echo", "d", options(), Duration.ofNanos(-1)))
        .isInstanceOf(InvalidOptionException.class);
    assertThat(engine.runs().stream(RunQuery.all())).hasSize(3);
  }

  /** An awaited hit, for each status that the run of the key can have while its key is bound. */
  @ParameterizedTest
  @EnumSource(
      value = RunStatus.class,
      names = {"DELAYED", "QUEUED", "EXECUTING", "WAITING", "RETRYING", "COMPLETED", "CANCELED"})
  void anAwaitedHitFindsTheRunWhereverItStands(RunStatus status) throws Exception {
    Gate gate = new Gate();
    Task<String, String> target =
        Task.define("target", String.class, String.class)
            .retry(Retry.exponential().randomize(false))
            .run(
                (how, run) -> {
                  if (how.equals("EXECUTING")) {
                    gate.pass();
                  } else if (how.equals("RETRYING") && run.attempt() == 1) {
                    throw new IllegalStateException("again");
                  } else if (how.equals("WAITING")) {
                    run.triggerAndWait(echo, "child", options().delay("1h")).unwrap();
                  }
                  return how;
                });
    IdempotencyKey key = IdempotencyKey.of("k").scope(GLOBAL);
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  var result = run.triggerAndWait(target, payload, options().idempotencyKey(key));
                  return result.runId()
                      + (result instanceof RunResult.Failed<String> failed
                          ? failed.status().name()
                          : result.unwrap());
                });
    engine.register(target, parent);
    TriggerOptions options =
        switch (status) {
          case DELAYED, CANCELED -> options().idempotencyKey(key).delay("1h");
          case QUEUED -> options().idempotencyKey(key).queue("shut", 0);
          default -> options().idempotencyKey(key);
        };
    RunHandle<String> first = engine.tasks().trigger(target, status.name(), options);
    if (status == RunStatus.CANCELED) {
      first.cancel();
    } else if (status == RunStatus.EXECUTING) {
      gate.awaitReached();
    } else {
      engine.settle();
    }
    assertThat(engine.runs().retrieve(first).status()).isEqualTo(status);
    RunHandle<String> waiting = engine.tasks().trigger(parent, status.name());
    engine.settle();
    RunStatus expected =
        switch (status) {
          case COMPLETED, CANCELED -> RunStatus.COMPLETED;
          default -> RunStatus.WAITING;
        };
    assertThat(engine.runs().retrieve(waiting).status()).isEqualTo(expected);
    engine.crash();
    gate.open();
    if (status == RunStatus.QUEUED) {
      trigger("opens the queue", options().queue("shut", 1));
    }
    engine.advance(Duration.ofHours(2));
    Run<?> ended = engine.runs().retrieve(waiting.id());
    assertThat(ended.output()).isEqualTo(first.id() + status.name());
    assertThat(ended.attemptCount()).isEqualTo(1);
    assertThat(engine.runs().stream(RunQuery.all().tasks("target"))).hasSize(1);
  }

  @Test
  void anAwaitedHitOnARunWhoseTaskIsGoneIsRefusedAndAWaitForItLasts() {
    var store = newStore();
    Task<String, String> target =
        Task.define("target", String.class, String.class).run((payload, run) -> payload);
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (id, run) -> {
                  Object output = run.engine().runs().await(id, Duration.ofHours(2)).unwrap();
                  return "" + output;
                });
    String pending;
    try (TestEngine before = TestEngine.start(store, builder -> builder.register(target))) {
      pending = before.tasks().trigger(target, "x", options().delay("1h")).id();
    }
    try (TestEngine after = TestEngine.start(store, builder -> builder.register(parent))) {
      after.advance(Duration.ofHours(1));
      assertThat(after.runs().retrieve(pending).status()).isEqualTo(RunStatus.PENDING_VERSION);
      RunHandle<String> handle = after.tasks().trigger(parent, pending);
      after.settle();
      after.crash();
      assertThat(after.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
      after.advance(Duration.ofHours(1));
      after.register(target);
      after.settle();
      assertThat(after.runs().retrieve(handle).output()).isEqualTo("x");
    }
  }

  @Test
  void whatIsNotHeededYetIsRefusedRatherThanIgnored() {
    for (TriggerOptions given :
        List.of(
            options().maxDuration("5m"),
            options().machine("large-1x"),
            options().region("eu-central-1"))) {
      assertThatThrownBy(() -> engine.tasks().trigger(echo, "x", given))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("not heeded by this version yet");
    }
    assertThat(engine.runs().stream(RunQuery.all())).isEmpty();
  }
}
