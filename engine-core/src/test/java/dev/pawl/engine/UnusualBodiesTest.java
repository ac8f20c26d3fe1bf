package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Fork;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunStatus;
import dev.pawl.StaleAttemptException;
import dev.pawl.Task;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Bodies that start threads in ways that few do. */
class UnusualBodiesTest {
  private final CompletableFuture<String> outside = new CompletableFuture<>();

  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  @Test
  void anAnswerToAThreadThatTheRunDoesNotKnowDoesNotKeepTheSlotOfAParkedRun() throws Exception {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .concurrencyLimit(1)
            .run(
                (payload, run) -> {
                  if (payload.equals("child")) {
                    return payload;
                  }
                  Thread.ofVirtual()
                      .start(
                          () ->
                              outside.complete(
                                  run.triggerAndWait(ECHO, "unknown", options().delay("1h"))
                                      .unwrap()));
                  return run.triggerAndWait(
                          dev.pawl.TaskKey.of("parent", String.class, String.class),
                          "child",
                          options().delay("2h"))
                      .unwrap();
                });
    try (TestEngine engine = TestEngine.start(parent, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      while (engine.runs().list(RunQuery.all().parent(handle.id())).items().size() < 2) {
        engine.settle(); // which does not wait for threads that the run does not know
      }
      engine.advance(Duration.ofMinutes(90));
      assertThat(outside.get(20, TimeUnit.SECONDS)).isEqualTo("unknown");
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("child");
    }
  }

  @Test
  void aForkOfABodyThatHasReturnedCannotForkAnotherThatWouldOutliveTheRun() throws Exception {
    Gate gate = new Gate();
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .run(
                (payload, run) -> {
                  CompletableFuture<Thread> forked = new CompletableFuture<>();
                  run.fork(
                      () -> {
                        forked.complete(Thread.currentThread());
                        try {
                          gate.pass();
                        } catch (InterruptedException e) {
                          try {
                            run.fork(() -> outside.complete("it runs after its run"));
                            refused.complete(null);
                          } catch (StaleAttemptException thrown) {
                            refused.complete(thrown);
                          }
                        }
                        return null;
                      });
                  forked.get();
                  return payload;
                });
    try (TestEngine engine = TestEngine.start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      assertThat(handle.await().unwrap()).isEqualTo("x");
      assertThat(refused.get()).isInstanceOf(StaleAttemptException.class);
      engine.settle();
      assertThat(outside).isNotDone();
      assertThat(engine.allBodiesEnded()).isTrue();
    }
  }

  @Test
  void forksOfABodyThatHasReturnedDoNotWaitForEachOther() throws Exception {
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .run(
                (payload, run) -> {
                  CompletableFuture<Fork<String>> first = new CompletableFuture<>();
                  CompletableFuture<Fork<String>> second = new CompletableFuture<>();
                  CompletableFuture<String> both = new CompletableFuture<>();
                  first.complete(run.fork(() -> joinOnceInterrupted(second, both, refused)));
                  second.complete(run.fork(() -> joinOnceInterrupted(first, both, refused)));
                  both.get();
                  return payload;
                });
    try (TestEngine engine = TestEngine.start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      engine.settle();
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("x");
      assertThat(refused.get()).isInstanceOf(StaleAttemptException.class);
    }
  }

  private static String joinOnceInterrupted(
      CompletableFuture<Fork<String>> other,
      CompletableFuture<String> both,
      CompletableFuture<Throwable> refused)
      throws Exception {
    Fork<String> fork = other.get();
    try {
      both.complete("here");
      new CompletableFuture<String>().get();
    } catch (InterruptedException e) {
      try {
        fork.join();
      } catch (StaleAttemptException thrown) {
        refused.complete(thrown);
      }
    }
    return "";
  }
}
