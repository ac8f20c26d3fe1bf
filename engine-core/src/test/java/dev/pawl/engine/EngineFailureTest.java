package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Engine;
import dev.pawl.EngineFailedException;
import dev.pawl.Fork;
import dev.pawl.Health;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.fixtures.CrashingStore;
import dev.pawl.fixtures.EngineLog;
import dev.pawl.spi.StoreException;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An engine that cannot go on, or cannot write while it closes: whoever waits for it is told. */
class EngineFailureTest {
  private final CrashingStore store = new CrashingStore();
  private final Gate gate = new Gate();
  private final CompletableFuture<RunHandle<String>> triggered = new CompletableFuture<>();
  private final CompletableFuture<Throwable> thrown = new CompletableFuture<>();
  private final EngineLog log = EngineLog.open();

  private final Task<String, String> gated =
      Task.define("gated", String.class, String.class)
          .run(
              (payload, run) -> {
                gate.pass();
                return payload;
              });

  @AfterEach
  void stopListening() {
    log.close();
  }

  private static Throwable thrownBy(CompletableFuture<?> future)
      throws InterruptedException, TimeoutException {
    try {
      return new AssertionError("it was given " + future.get(20, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  @Test
  void whoeverWaitsForARunThatEndsInTheFailingCommitIsTold() throws Exception {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  try {
                    RunHandle<String> child = run.trigger(gated, payload);
                    triggered.complete(child);
                    return child.await().unwrap();
                  } catch (Throwable e) {
                    thrown.complete(e);
                    throw e;
                  }
                });
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(parent, gated))) {
      engine.tasks().trigger(parent, "x");
      CompletableFuture<?> outside = triggered.get().completion().toCompletableFuture();
      engine.settle();
      store.crashAt(1, CrashingStore.Point.BEFORE_IT_IS_APPLIED);
      gate.open();
      assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(EngineFailedException.class);
      assertThat(thrownBy(outside)).isInstanceOf(EngineFailedException.class);
      assertThat(engine.health().status()).isEqualTo(Health.Status.FAILED);
    }
  }

  @Test
  void whoeverJoinsAForkIsTold() throws Exception {
    Task<String, String> joining =
        Task.define("joining", String.class, String.class)
            .run(
                (payload, run) -> {
                  Fork<String> fork =
                      run.fork(
                          () -> {
                            gate.pass();
                            return payload;
                          });
                  try {
                    return fork.join();
                  } catch (Throwable e) {
                    thrown.complete(e);
                    throw e;
                  }
                });
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(joining))) {
      engine.tasks().trigger(joining, "x");
      gate.awaitReached();
      engine.settle();
      store.crashAt(1, CrashingStore.Point.BEFORE_IT_IS_APPLIED);
      CompletableFuture<?> trigger =
          CompletableFuture.runAsync(() -> engine.tasks().trigger(joining, "y"));
      assertThat(thrownBy(trigger)).isInstanceOf(EngineFailedException.class);
      assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(EngineFailedException.class);
    }
  }

  @Test
  void closeEndsEvenIfTheCommitFailsThatItWaitsFor() throws Exception {
    InMemoryStore ill = new InMemoryStore();
    Engine engine = Engine.builder().store(ill).register(gated).start();
    RunHandle<String> handle = engine.tasks().trigger(gated, "x");
    gate.awaitReached();
    ill.failNextCommit(new StoreException("the disk is full", null), false);
    CompletableFuture<Void> closing =
        CompletableFuture.runAsync(() -> engine.close(Duration.ZERO), Thread::startVirtualThread);
    closing.get(20, TimeUnit.SECONDS);
    try (Engine next = Engine.builder().store(ill).register(gated).open()) {
      assertThat(next.runs().retrieve(handle.id()).status()).isEqualTo(RunStatus.QUEUED);
      assertThat(next.runs().retrieve(handle.id()).attemptCount()).isEqualTo(1);
    }
  }
}
