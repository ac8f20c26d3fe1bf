package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.EventSubscription;
import dev.pawl.Limits;
import dev.pawl.Retry;
import dev.pawl.RunEvent;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.fixtures.EngineLog;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EventsTest extends EngineTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private final ConcurrentLinkedQueue<RunEvent> events = new ConcurrentLinkedQueue<>();

  private List<String> steps(RunHandle<?> handle) {
    return events.stream()
        .filter(event -> event.runId().equals(handle.id()))
        .map(event -> event.from() + "→" + event.to() + " " + event.attempt())
        .toList();
  }

  @Test
  void eachChangeOfAStatusIsToldInOrder() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .retry(Retry.exponential().maxAttempts(2))
            .run(
                (payload, run) -> {
                  if (run.attempt() == 1) {
                    throw new IllegalStateException("no");
                  }
                  return run.triggerAndWait(ECHO, payload, options().delay("1h")).unwrap();
                });
    try (TestEngine engine = start(parent, ECHO)) {
      engine.onEvent(events::add);
      RunHandle<String> handle = engine.tasks().trigger(parent, "x");
      engine.advance(Duration.ofHours(2));
      assertThat(handle.retrieve().isSuccess()).isTrue();
      assertThat(steps(handle))
          .containsExactly(
              "null→QUEUED 0",
              "QUEUED→EXECUTING 1",
              "EXECUTING→RETRYING 1",
              "RETRYING→QUEUED 1",
              "QUEUED→EXECUTING 2",
              "EXECUTING→WAITING 2",
              "WAITING→EXECUTING 2",
              "EXECUTING→COMPLETED 2");
      assertThat(events).extracting(RunEvent::seq).doesNotHaveDuplicates().isSorted();
      assertThat(events.peek().seq()).isEqualTo(1);
      RunEvent last = events.stream().reduce((a, b) -> b).orElseThrow();
      assertThat(last.isTerminal()).isTrue();
      assertThat(last.taskId()).isEqualTo("parent");
      assertThat(last.at()).isEqualTo(handle.retrieve().finishedAt());
      assertThat(last.seq()).as("no gap").isEqualTo(events.size());
    }
  }

  @Test
  void everyWayToEndIsToldOnce() {
    try (TestEngine engine = start(ECHO)) {
      engine.onEvent(events::add);
      engine.pause();
      RunHandle<String> canceled = engine.tasks().trigger(ECHO, "x");
      canceled.cancel();
      RunHandle<String> expired = engine.tasks().trigger(ECHO, "x", options().ttl("1m"));
      engine.advance(Duration.ofMinutes(2));
      assertThat(steps(canceled)).containsExactly("null→QUEUED 0", "QUEUED→CANCELED 0");
      assertThat(steps(expired)).containsExactly("null→QUEUED 0", "QUEUED→EXPIRED 0");
    }
  }

  @Test
  void aListenerSeesWhatItIsToldOf() {
    ConcurrentLinkedQueue<RunStatus> read = new ConcurrentLinkedQueue<>();
    try (TestEngine engine = start(ECHO)) {
      engine.onEvent(
          event -> {
            if (event.isTerminal()) {
              read.add(engine.runs().retrieve(event.runId()).status());
              if (event.attempt() == 1 && read.size() < 5) {
                engine.tasks().trigger(ECHO, "from a listener");
              }
            }
          });
      engine.tasks().trigger(ECHO, "x");
      engine.settle();
      assertThat(read).hasSize(5).containsOnly(RunStatus.COMPLETED);
    }
  }

  @Test
  void aListenerThatThrowsIsLoggedAndCountedAndGoesOn() {
    try (EngineLog log = EngineLog.open();
        TestEngine engine = start(ECHO)) {
      EventSubscription throwing =
          engine.onEvent(
              event -> {
                throw new IllegalStateException("no listener");
              });
      EventSubscription other = engine.onEvent(events::add);
      engine.tasks().trigger(ECHO, "x");
      engine.settle();
      assertThat(throwing.failures()).isEqualTo(3);
      assertThat(throwing.delivered()).isEqualTo(3);
      assertThat(other.failures()).isZero();
      assertThat(events).hasSize(3);
      assertThat(log.takeUnexpected(message -> false)).hasSize(3);
    }
  }

  @Test
  void aListenerThatBlocksHoldsUpNobodyAndMissesWhatDoesNotFit() throws Exception {
    Gate gate = new Gate();
    ConcurrentLinkedQueue<Long> seen = new ConcurrentLinkedQueue<>();
    try (EngineLog log = EngineLog.open();
        TestEngine engine =
            TestEngine.start(
                newStore(),
                builder ->
                    builder.register(ECHO).limits(Limits.defaults().listenerQueueSize(10)))) {
      EventSubscription blocked =
          engine.onEvent(
              event -> {
                seen.add(event.seq());
                gate.pass();
              });
      engine.tasks().trigger(ECHO, "x");
      gate.awaitReached();
      IntStream.range(0, 20).forEach(i -> engine.tasks().trigger(ECHO, "x"));
      engine.settle();
      assertThat(blocked.dropped()).isEqualTo(21 * 3 - 11);
      assertThat(log.takeUnexpected(message -> false))
          .singleElement()
          .asString()
          .contains("too slow");
      gate.open();
      engine.settle();
      engine.tasks().trigger(ECHO, "x");
      engine.settle();
      assertThat(seen).startsWith(LongStream.rangeClosed(1, 11).boxed().toArray(Long[]::new));
      assertThat(seen).endsWith(64L, 65L, 66L).hasSize(14);
      assertThat(blocked.delivered()).isEqualTo(14);
    }
  }

  @Test
  void aClosedSubscriptionIsToldNothingMore() {
    try (TestEngine engine = start(ECHO)) {
      EventSubscription subscription = engine.onEvent(events::add);
      engine.tasks().trigger(ECHO, "x");
      engine.settle();
      subscription.close();
      subscription.close();
      engine.tasks().trigger(ECHO, "x");
      engine.settle();
      assertThat(events).hasSize(3);
    }
  }

  @Test
  void closingTheEngineDeliversWhatWaits() throws Exception {
    Gate gate = new Gate();
    TestEngine engine = start(ECHO);
    engine.onEvent(
        event -> {
          gate.pass();
          events.add(event);
        });
    IntStream.range(0, 100).forEach(i -> engine.tasks().trigger(ECHO, "x"));
    engine.settle();
    Thread opener =
        Thread.ofVirtual()
            .start(
                () -> {
                  gate.open();
                });
    engine.close(Duration.ofSeconds(30));
    opener.join();
    assertThat(events).hasSize(300);
  }

  @Test
  void aListenerThatNeverReturnsIsLeftBehindByAClose() throws Exception {
    Gate gate = new Gate();
    try (EngineLog log = EngineLog.open()) {
      TestEngine engine = start(ECHO);
      engine.onEvent(event -> gate.passIgnoringInterrupts());
      engine.tasks().trigger(ECHO, "x");
      gate.awaitReached();
      engine.settle();
      engine.close();
      assertThat(log.takeUnexpected(message -> false))
          .singleElement()
          .asString()
          .contains("2 are lost");
      gate.open();
    }
  }
}
