package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.IllegalRunStateException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.internal.api.Probe;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Things that happen at one instant, on real threads: each outcome is legal, never both and never
 * none.
 */
class RaceTest {
  private static final int ROUNDS = 200;

  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final TestEngine engine = TestEngine.start(ECHO);

  @AfterEach
  void close() {
    engine.close();
    threads.close();
  }

  private void atOnce(Runnable... actions) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(actions.length);
    List<Future<?>> done = new ArrayList<>();
    for (Runnable action : actions) {
      done.add(
          threads.submit(
              () -> {
                barrier.await();
                action.run();
                return null;
              }));
    }
    for (Future<?> each : done) {
      each.get();
    }
  }

  private RunHandle<String> trigger(TriggerOptions options) {
    return engine.tasks().trigger(ECHO, "x", options);
  }

  @Test
  void cancelAgainstTheDueTimeAgainstReschedule() throws Exception {
    int canceled = 0;
    for (int round = 0; round < ROUNDS; round++) {
      RunHandle<String> handle = trigger(options().delay("1h"));
      boolean[] moved = new boolean[1];
      atOnce(
          () -> engine.advance(Duration.ofHours(1)),
          handle::cancel,
          () -> {
            try {
              engine.runs().reschedule(handle.id(), Duration.ofHours(5));
              moved[0] = true;
            } catch (IllegalRunStateException e) {
              // It was due or cancelled first.
            }
          });
      engine.advance(Duration.ofDays(1));
      Run<String> run = engine.runs().retrieve(handle);
      if (run.status() == RunStatus.CANCELED) {
        canceled++;
        assertThat(run.output()).isNull();
      } else {
        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.attempts()).hasSize(1);
        assertThat(moved[0]).as("a cancel came too late, so nothing was left to move").isFalse();
      }
    }
    assertThat(canceled).isPositive();
  }

  @Test
  void expiryAgainstTheStart() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      engine.pause();
      RunHandle<String> handle = trigger(options().ttl("1h"));
      engine.advance(Duration.ofHours(1).minusNanos(1_000));
      atOnce(() -> engine.advance(Duration.ofNanos(1_000)), engine::resume);
      engine.settle();
      Run<String> run = engine.runs().retrieve(handle);
      if (run.status() == RunStatus.EXPIRED) {
        assertThat(run.attempts()).isEmpty();
      } else {
        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.startedAt()).isBefore(run.createdAt().plus(Duration.ofHours(1)));
      }
    }
  }

  @Test
  void theBoundAgainstTheEndOfTheBodyAgainstCancel() throws Exception {
    Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
    Task<String, String> bounded =
        Task.define("bounded", String.class, String.class)
            .maxDuration("1m")
            .concurrencyLimit(1)
            .run(
                (payload, run) -> {
                  gates.get(payload).await();
                  return payload;
                });
    engine.register(bounded);
    EnumMap<RunStatus, Integer> seen = new EnumMap<>(RunStatus.class);
    for (int round = 0; round < ROUNDS; round++) {
      String payload = "" + round;
      CountDownLatch gate = new CountDownLatch(1);
      gates.put(payload, gate);
      RunHandle<String> handle = engine.tasks().trigger(bounded, payload);
      engine.settle();
      boolean cancels = round % 2 == 0;
      boolean[] canceled = new boolean[1];
      atOnce(
          () -> engine.advance(Duration.ofMinutes(1)),
          gate::countDown,
          () -> canceled[0] = cancels && handle.cancel().changed());
      engine.settle();
      Run<String> run = engine.runs().retrieve(handle);
      seen.merge(run.status(), 1, Integer::sum);
      assertThat(run.status() == RunStatus.CANCELED).isEqualTo(canceled[0]);
      assertThat(run.output()).isEqualTo(run.status() == RunStatus.COMPLETED ? payload : null);
      assertThat(run.attempts()).hasSize(1);
      assertThat(Probe.of(engine.present()).figures().executing()).as("no slot leaks").isZero();
      assertThat(engine.nextTimer()).as("no timer is left behind").isEmpty();
      if (run.status() == RunStatus.TIMED_OUT) {
        assertThat(run.finishedAt()).isEqualTo(run.startedAt().plus(Duration.ofMinutes(1)));
      }
    }
    assertThat(seen.keySet())
        .isSubsetOf(RunStatus.COMPLETED, RunStatus.TIMED_OUT, RunStatus.CANCELED);
    assertThat(seen.get(RunStatus.COMPLETED)).as("%s", seen).isPositive();
  }

  @Test
  void twoCancelsEndARunOnce() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      RunHandle<String> handle = trigger(options().delay("1h"));
      boolean[] changed = new boolean[2];
      atOnce(
          () -> changed[0] = handle.cancel().changed(),
          () -> changed[1] = handle.cancel().changed());
      assertThat(changed[0]).isNotEqualTo(changed[1]);
    }
  }
}
