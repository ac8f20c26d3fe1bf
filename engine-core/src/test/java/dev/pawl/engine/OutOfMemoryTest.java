package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.pawl.AttemptInfo;
import dev.pawl.Fork;
import dev.pawl.Health;
import dev.pawl.OutcomeUnknownException;
import dev.pawl.Run;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.RunResult;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.spi.RunStore;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop itself finds the heap exhausted, wherever that may be in its turn. */
class OutOfMemoryTest {
  /** When the next commit finds the heap exhausted. */
  private enum Failing {
    NOT,
    BEFORE,
    AFTER
  }

  private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();
  private final InMemoryStore store = new InMemoryStore();
  private volatile Failing failing = Failing.NOT;

  private final Task<String, String> child =
      Task.define("child", String.class, String.class)
          .run(
              (name, run) -> {
                bodies.add("child " + name);
                return name + "!";
              });

  private TestEngine start(Task<?, ?>... tasks) {
    return TestEngine.start(this::open, builder -> builder.register(tasks).register(child));
  }

  private RunStore open() {
    RunStore opened = store.open();
    return (RunStore)
        Proxy.newProxyInstance(
            RunStore.class.getClassLoader(),
            new Class<?>[] {RunStore.class},
            (proxy, method, arguments) -> failing(opened, method, arguments));
  }

  private Object failing(RunStore opened, Method method, Object[] arguments) throws Throwable {
    Failing now = method.getName().equals("commit") ? failing : Failing.NOT;
    if (now == Failing.BEFORE) {
      failing = Failing.NOT;
      throw new OutOfMemoryError("for the test");
    }
    try {
      return method.invoke(opened, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      if (now == Failing.AFTER) {
        failing = Failing.NOT;
        throwOutOfMemory();
      }
    }
  }

  private static void throwOutOfMemory() {
    throw new OutOfMemoryError("for the test");
  }

  private void exhaust(TestEngine engine, Failing when) {
    failing = when;
    assertThatThrownBy(() -> engine.tasks().trigger(child, "unknown"))
        .isInstanceOf(OutcomeUnknownException.class);
    engine.settle();
    assertThat(engine.health().status()).isEqualTo(Health.Status.UP);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theCallerLearnsThatTheOutcomeIsUnknownAndTheEngineGoesOn(boolean stored) {
    try (TestEngine engine = start()) {
      exhaust(engine, stored ? Failing.AFTER : Failing.BEFORE);
      assertThat(engine.runs().stream(RunQuery.all())).hasSize(stored ? 1 : 0);
      assertThat(bodies).hasSize(stored ? 1 : 0);
      RunHandle<String> next = engine.tasks().trigger(child, "next");
      engine.settle();
      assertThat(engine.runs().retrieve(next).output()).isEqualTo("next!");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoWaitedGoesOnWaitingAndAParkedRunIsResumedAsTheSameAttempt(boolean stored) {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (name, run) -> {
                  bodies.add("parent attempt " + run.attempt());
                  String a = run.triggerAndWait(child, "a").unwrap();
                  Fork<String> fork =
                      run.fork(
                          () -> run.triggerAndWait(child, "b", options().delay("2h")).unwrap());
                  String c = run.triggerAndWait(child, "c", options().delay("1h")).unwrap();
                  return a + fork.join() + c;
                });
    try (TestEngine engine = start(parent)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p");
      CompletionStage<RunResult<String>> completion = handle.completion();
      engine.settle();
      exhaust(engine, stored ? Failing.AFTER : Failing.BEFORE);
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.WAITING);
      assertThat(completion.toCompletableFuture()).isNotDone();
      bodies.remove("child unknown");
      engine.advance(Duration.ofHours(1));
      exhaust(engine, stored ? Failing.AFTER : Failing.BEFORE);
      bodies.remove("child unknown");
      engine.advance(Duration.ofHours(1));
      Run<String> run = engine.runs().retrieve(handle);
      assertThat(run.output()).isEqualTo("a!b!c!");
      assertThat(run.attempts()).hasSize(1);
      assertThat(bodies)
          .containsExactly(
              "parent attempt 1",
              "child a",
              "child c",
              "parent attempt 1",
              "child b",
              "parent attempt 1");
      assertThat(completion.toCompletableFuture().join().unwrap()).isEqualTo("a!b!c!");
    }
  }

  @Test
  void aBodyThatRunsOnKeepsItsSlotAndItsAttemptIsUsed() throws Exception {
    Gate gate = new Gate();
    Task<String, String> task =
        Task.define("deaf", String.class, String.class)
            .concurrencyLimit(1)
            .run(
                (name, run) -> {
                  bodies.add("attempt " + run.attempt());
                  if (run.attempt() == 1) {
                    gate.passIgnoringInterrupts();
                  }
                  return "of attempt " + run.attempt();
                });
    try (TestEngine engine = start(task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x");
      gate.awaitReached();
      exhaust(engine, Failing.BEFORE);
      assertThat(bodies).as("its slot is still taken").containsExactly("attempt 1");
      assertThat(engine.runs().retrieve(handle).status()).isEqualTo(RunStatus.QUEUED);
      gate.open();
      engine.settle();
      Run<String> run = engine.runs().retrieve(handle);
      assertThat(run.output()).isEqualTo("of attempt 2");
      assertThat(run.attempts())
          .extracting(AttemptInfo::number, AttemptInfo::status)
          .containsExactly(tuple(1, RunStatus.CRASHED), tuple(2, RunStatus.COMPLETED));
    }
  }

  @Test
  void aTurnThatBreaksOffWhileItDecidesIsAsIfItHadNotBegun() {
    AtomicBoolean exhausted = new AtomicBoolean();
    RandomGenerator random =
        () -> {
          if (exhausted.compareAndSet(false, true)) {
            throwOutOfMemory();
          }
          return 0;
        };
    Task<String, String> flaky =
        Task.define("flaky", String.class, String.class)
            .run(
                (name, run) -> {
                  if (run.attempt() == 1) {
                    throw new IllegalStateException("once");
                  }
                  return "of attempt " + run.attempt();
                });
    try (TestEngine engine =
        TestEngine.start(this::open, builder -> builder.register(flaky).random(random))) {
      RunHandle<String> handle = engine.tasks().trigger(flaky, "x");
      engine.settle();
      assertThat(exhausted).isTrue();
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("of attempt 2");
      assertThat(engine.health().isUp()).isTrue();
    }
  }

  @Test
  void anEngineThatIsClosingClosesAllTheSame() throws Exception {
    Gate gate = new Gate();
    Task<String, String> task =
        Task.define("waits", String.class, String.class)
            .run(
                (name, run) -> {
                  gate.pass();
                  return name;
                });
    try (TestEngine engine = start(task)) {
      engine.tasks().trigger(task, "x");
      gate.awaitReached();
      failing = Failing.BEFORE;
      engine.close(Duration.ZERO);
      assertThat(engine.health().status()).isEqualTo(Health.Status.CLOSED);
    }
  }
}
