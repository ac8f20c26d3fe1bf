package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.AbortRunException;
import dev.pawl.Retry;
import dev.pawl.RunHandle;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.TriggerOptions;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever waits for a run from outside of every run is woken by its end, whichever that is. */
class OutsideWaitTest extends EngineTest {
  private static final long GUARD_SECONDS = 20;
  private final Gate gate = new Gate();

  private final Task<String, String> task =
      Task.define("task", String.class, String.class)
          .retry(Retry.none())
          .maxDuration("1m")
          .run(
              (how, run) -> {
                switch (how) {
                  case "FAILED" -> throw new AbortRunException(how);
                  case "TIMED_OUT" -> gate.pass();
                  default -> {}
                }
                return how;
              });

  private static RunStatus ending(RunResult<String> result) {
    return result instanceof RunResult.Failed<String> failed
        ? failed.status()
        : RunStatus.COMPLETED;
  }

  /** What would end a run badly only at the death of the process cannot be seen from outside. */
  @ParameterizedTest
  @EnumSource(
      value = RunStatus.class,
      names = {"COMPLETED", "FAILED", "CANCELED", "TIMED_OUT", "EXPIRED"})
  void everyEndWakesWhoeverWaits(RunStatus status) throws Exception {
    try (TestEngine engine = start(task);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      TriggerOptions options =
          status == RunStatus.EXPIRED
              ? options().delay("1h").ttl("10m").queue("shut", 0)
              : options().delay("1h");
      RunHandle<String> handle = engine.tasks().trigger(task, status.name(), options);
      CompletableFuture<RunResult<String>> completion = handle.completion().toCompletableFuture();
      Future<RunResult<String>> waiting = threads.submit(() -> handle.await());
      Future<RunResult<?>> byId =
          threads.submit(() -> engine.runs().await(handle.id(), Duration.ofDays(1)));
      assertThat(completion).isNotDone();
      engine.advance(Duration.ofHours(1).minusNanos(1_000));
      assertThat(completion).isNotDone();
      if (status == RunStatus.CANCELED) {
        handle.cancel();
      } else {
        engine.advance(Duration.ofNanos(1_000));
        engine.advance(Duration.ofMinutes(10));
      }
      assertThat(ending(completion.get(GUARD_SECONDS, TimeUnit.SECONDS))).isEqualTo(status);
      assertThat(ending(waiting.get(GUARD_SECONDS, TimeUnit.SECONDS))).isEqualTo(status);
      assertThat(byId.get(GUARD_SECONDS, TimeUnit.SECONDS).runId()).isEqualTo(handle.id());
      assertThat(ending(handle.await(Duration.ZERO))).as("afterwards").isEqualTo(status);
    }
  }

  @Test
  void endsThatComeWithAnotherProcessAreToldToWhoeverAsksThen() throws Exception {
    InMemoryStore store = new InMemoryStore();
    Gate never = new Gate();
    Task<String, String> blocking =
        Task.define("blocking", String.class, String.class)
            .retry(Retry.none())
            .run(
                (how, run) -> {
                  never.pass();
                  return how;
                });
    Task<Integer, String> changed =
        Task.define("task", Integer.class, String.class).run((n, run) -> "" + n);
    RunHandle<String> crashed;
    RunHandle<String> unreadable;
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(task, blocking))) {
      crashed = engine.tasks().trigger(blocking, "x");
      never.awaitReached();
      unreadable = engine.tasks().trigger(task, "no number", options().delay("1h"));
      engine.crash();
    }
    never.open();
    try (TestEngine engine =
        TestEngine.start(
            TestEngine.START.plus(Duration.ofHours(2)),
            store,
            builder -> builder.register(changed, blocking))) {
      engine.settle();
      List<RunStatus> endings = new ArrayList<>();
      for (RunHandle<String> handle : List.of(crashed, unreadable)) {
        RunResult<?> result = engine.runs().await(handle.id(), Duration.ofDays(1));
        endings.add(((RunResult.Failed<?>) result).status());
      }
      assertThat(endings).containsExactly(RunStatus.CRASHED, RunStatus.SYSTEM_FAILURE);
    }
  }
}
