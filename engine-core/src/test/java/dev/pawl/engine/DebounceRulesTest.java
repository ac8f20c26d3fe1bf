package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Debounce;
import dev.pawl.InvalidOptionException;
import dev.pawl.Retry;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose debounce a run is, what each call decides, and which options a push takes or leaves. */
class DebounceRulesTest extends EngineTest {
  private static final Debounce FIVE = Debounce.key("d").delay("5s");
  private final Gate gate = new Gate();
  private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();

  private final Task<String, String> task =
      Task.define("task", String.class, String.class)
          .retry(Retry.exponential().randomize(false).minTimeout(Duration.ofMinutes(1)))
          .run(
              (how, run) -> {
                bodies.add(how);
                if (how.equals("EXECUTING")) {
                  gate.pass();
                } else if (how.equals("RETRYING")) {
                  throw new IllegalStateException("again");
                } else if (how.equals("WAITING")) {
                  run.trigger(this.other, "x", options().delay("1h")).await();
                }
                return how + "@" + Duration.between(TestEngine.START, run.now()).toNanos();
              });

  private final Task<String, String> other =
      Task.define("other", String.class, String.class).run((payload, run) -> payload);

  private final TestEngine engine =
      TestEngine.start(
          newStore(),
          builder ->
              builder
                  .register(task, other)
                  .machine("small", 1)
                  .machine("large", 3)
                  .lane("lane", Thread::startVirtualThread));

  @AfterEach
  void close() {
    gate.open();
    engine.close();
  }

  private RunHandle<String> trigger(String payload, TriggerOptions options) {
    return engine.tasks().trigger(task, payload, options);
  }

  private void seconds(long seconds) {
    engine.advance(Duration.ofSeconds(seconds));
  }

  private static Instant at(long seconds) {
    return TestEngine.START.plusSeconds(seconds);
  }

  @ParameterizedTest
  @EnumSource(
      value = RunStatus.class,
      names = {
        "QUEUED",
        "EXECUTING",
        "RETRYING",
        "WAITING",
        "COMPLETED",
        "FAILED",
        "CANCELED",
        "EXPIRED"
      })
  void onlyADelayedRunHasItsKey(RunStatus status) throws Exception {
    TriggerOptions first = options().debounce(FIVE);
    String payload = status == RunStatus.FAILED ? "RETRYING" : status.name();
    switch (status) {
      case QUEUED, EXPIRED -> first = first.queue("shut", 0).ttl("1m");
      case FAILED -> first = first.maxAttempts(1);
      default -> {}
    }
    RunHandle<String> old = trigger(payload, first);
    assertThat(trigger("delayed", options().debounce(FIVE)).id()).isEqualTo(old.id());
    if (status == RunStatus.CANCELED) {
      old.cancel();
    } else {
      seconds(status == RunStatus.EXPIRED ? 65 : 5);
    }
    if (status == RunStatus.EXECUTING) {
      gate.awaitReached();
    }
    assertThat(old.retrieve().status()).isEqualTo(status);
    RunHandle<String> next = trigger("next", options().debounce(FIVE.trailing()));
    assertThat(next.outcome()).isEqualTo(TriggerOutcome.CREATED);
    assertThat(next.id()).isNotEqualTo(old.id());
    assertThat(old.retrieve().payload(String.class)).isEqualTo(payload);
    assertThat(old.retrieve().status()).isEqualTo(status);
    assertThat(trigger("next", options().debounce(FIVE)).id()).isEqualTo(next.id());
  }

  @Test
  void keysOfTwoTasksAreTwoKeys() {
    RunHandle<String> first = trigger("x", options().debounce(FIVE));
    RunHandle<String> second = engine.tasks().trigger(other, "x", options().debounce(FIVE));
    assertThat(second.outcome()).isEqualTo(TriggerOutcome.CREATED);
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(trigger("x", options().debounce(Debounce.key("D").delay("5s"))).id())
        .as("another key of the same task")
        .isNotEqualTo(first.id());
  }

  @Test
  void aKeyHas1To512CharactersAndADelayAtLeastASecond() {
    for (String key : List.of("k", "k".repeat(512))) {
      TriggerOptions shortest = options().debounce(Debounce.key(key).delay("1s").maxDelay("2s"));
      RunHandle<String> handle = trigger("x", shortest);
      engine.crash();
      assertThat(trigger("y", shortest).id()).as("%s", key.length()).isEqualTo(handle.id());
      seconds(1);
      assertThat(engine.runs().retrieve(handle.id()).status()).isEqualTo(RunStatus.COMPLETED);
    }
    for (Runnable bad :
        List.<Runnable>of(
            () -> Debounce.key(""),
            () -> Debounce.key("k".repeat(513)),
            () -> FIVE.delay(Duration.ofSeconds(1).minusNanos(1)),
            () -> FIVE.delay("2030-01-01T00:00:00Z"),
            () -> FIVE.delay("soon"),
            () -> FIVE.maxDelay("2030-01-01T00:00:00Z"),
            () -> options().debounce(FIVE.maxDelay(Duration.ofSeconds(5))),
            () -> options().debounce(FIVE.maxDelay(Duration.ofSeconds(6)).delay("6s")))) {
      assertThatThrownBy(bad::run).isInstanceOf(InvalidOptionException.class);
    }
    options().debounce(FIVE.maxDelay(Duration.ofSeconds(5).plusNanos(1)));
  }

  @Test
  void leadingLeavesThePayloadAndEveryOption() {
    RunHandle<String> handle = trigger("x", options().debounce(FIVE).tags("t"));
    trigger("y", everything("y").debounce(FIVE.leading()));
    Run<String> run = handle.retrieve();
    assertThat(run.payload(String.class)).isEqualTo("x");
    assertThat(run.tags()).containsExactly("t");
    assertThat(run.metadata()).isEmpty();
    assertThat(run.maxAttempts()).isEqualTo(3);
    assertThat(run.maxDuration()).isNull();
    assertThat(run.machine()).isNull();
  }

  private static TriggerOptions everything(String key) {
    return options()
        .tags(key)
        .metadata(Map.of("n", key))
        .maxAttempts(9)
        .maxDuration("9m")
        .machine("large")
        .ttl("9h")
        .priority(9)
        .queue(key)
        .concurrencyKey(key)
        .region("lane")
        .idempotencyKey(key)
        .delay("9h");
  }

  @Test
  void trailingTakesTheListedOptionsAndLeavesTheOthers() {
    TriggerOptions first = options().debounce(FIVE.trailing()).machine("small").idempotencyKey("x");
    RunHandle<String> handle = trigger("x", first);
    trigger("y", everything("y").debounce(FIVE.trailing()));
    Run<String> run = handle.retrieve();
    assertThat(run.payload(String.class)).isEqualTo("y");
    assertThat(run.tags()).containsExactly("y");
    assertThat(run.metadata()).isEqualTo(Map.of("n", "y"));
    assertThat(run.maxAttempts()).isEqualTo(9);
    assertThat(run.maxDuration()).isEqualTo(Duration.ofMinutes(9));
    assertThat(run.machine()).isEqualTo("large");
    assertThat(run.ttl()).isNull();
    assertThat(run.priority()).isZero();
    assertThat(run.queue()).isEqualTo("task/task");
    assertThat(run.concurrencyKey()).isNull();
    assertThat(run.region()).isNull();
    assertThat(run.idempotencyKey()).isEqualTo("x");
    assertThat(run.delayedUntil()).as("the debounce's own delay pushes").isEqualTo(at(5));
    trigger("z", options().debounce(FIVE.trailing()));
    engine.crash();
    Run<?> last = engine.runs().retrieve(handle.id());
    assertThat(last.payload(String.class)).isEqualTo("z");
    assertThat(last.tags()).as("what is not given stays").containsExactly("y");
    assertThat(last.metadata()).isEqualTo(Map.of("n", "y"));
    assertThat(last.maxAttempts()).isEqualTo(9);
    assertThat(last.maxDuration()).isEqualTo(Duration.ofMinutes(9));
    assertThat(last.machine()).isEqualTo("large");
  }

  @Test
  void aDelayOfAPushIsNotHeeded() {
    RunHandle<String> handle = trigger("x", options().debounce(FIVE));
    seconds(1);
    trigger("x", options().debounce(FIVE).delay("1h"));
    assertThat(handle.retrieve().delayedUntil()).isEqualTo(at(6));
    seconds(1);
    trigger("x", options().debounce(FIVE).delay("0s"));
    assertThat(handle.retrieve().delayedUntil()).isEqualTo(at(7));
  }

  @Test
  void maxDelayIsThatOfEachCall() {
    RunHandle<String> handle = trigger("x", options().debounce(FIVE.maxDelay("6s")));
    seconds(4);
    assertThat(trigger("x", options().debounce(FIVE.maxDelay("9s"))).id()).isEqualTo(handle.id());
    assertThat(handle.retrieve().delayedUntil()).isEqualTo(at(9));
    seconds(4);
    assertThat(trigger("x", options().debounce(FIVE)).id())
        .as("this call has no bound")
        .isEqualTo(handle.id());
    seconds(1);
    RunHandle<String> next = trigger("x", options().debounce(FIVE.maxDelay("9s")));
    assertThat(next.outcome()).isEqualTo(TriggerOutcome.CREATED);
    assertThat(handle.retrieve().delayedUntil()).isEqualTo(at(13));
    assertThat(trigger("x", options().debounce(FIVE.maxDelay("6s"))).id())
        .as("the new run has a window of its own")
        .isEqualTo(next.id());
  }

  @Test
  void nothingIsRounded() {
    Duration odd = Duration.ofSeconds(1).plusNanos(1_000);
    RunHandle<String> handle = trigger("x", options().debounce(FIVE.delay(odd).maxDelay("9s")));
    engine.advance(Duration.ofNanos(7_000));
    trigger("y", options().debounce(FIVE.delay(odd)));
    engine.advance(odd.minusNanos(1_000));
    assertThat(handle.retrieve().status()).isEqualTo(RunStatus.DELAYED);
    engine.advance(Duration.ofNanos(1_000));
    assertThat(handle.retrieve().output()).isEqualTo("x@1000008000");
  }

  @Test
  void severalParentsGetTheResultOfTheLastPayload() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) ->
                    run.triggerAndWait(task, payload, options().debounce(FIVE.trailing()))
                        .unwrap());
    engine.register(parent);
    List<RunHandle<String>> parents = new java.util.ArrayList<>();
    for (String payload : List.of("a", "b", "c")) {
      parents.add(engine.tasks().trigger(parent, payload));
      seconds(2);
    }
    engine.crash();
    seconds(3);
    assertThat(parents)
        .allSatisfy(
            each ->
                assertThat(engine.runs().retrieve(each.id()).output()).isEqualTo("c@9000000000"));
    assertThat(engine.runs().stream(RunQuery.all().tasks("task"))).hasSize(1);
  }
}
