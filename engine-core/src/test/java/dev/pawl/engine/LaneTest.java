package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Engine;
import dev.pawl.InvalidOptionException;
import dev.pawl.Retry;
import dev.pawl.Run;
import dev.pawl.RunContext;
import dev.pawl.RunHandle;
import dev.pawl.RunStatus;
import dev.pawl.Task;
import dev.pawl.fixtures.EngineLog;
import dev.pawl.internal.api.Probe;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest extends EngineTest {
  private static final Duration GUARD = Duration.ofSeconds(20);

  private static final Task<String, String> WHERE =
      Task.define("where", String.class, String.class)
          .retry(Retry.exponential().randomize(false).maxAttempts(3))
          .run(
              (payload, run) -> {
                Thread thread = Thread.currentThread();
                String fork =
                    run.fork(() -> "fork virtual " + Thread.currentThread().isVirtual()).join();
                assertThat(RunContext.current()).isSameAs(run);
                return thread.getName() + ", virtual " + thread.isVirtual() + ", " + fork;
              });

  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private final ExecutorService pool =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("my-lane").daemon().factory());

  @AfterEach
  void close() {
    pool.shutdownNow();
  }

  private TestEngine start(String lane, Executor executor, Task<?, ?>... tasks) {
    return TestEngine.start(newStore(), builder -> builder.register(tasks).lane(lane, executor));
  }

  @Test
  void aBodyRunsOnItsLanesThreadAndItsForksOnVirtualOnes() {
    try (TestEngine engine = start("cpu", pool, WHERE)) {
      RunHandle<String> onLane = engine.tasks().trigger(WHERE, "x", options().region("cpu"));
      RunHandle<String> elsewhere = engine.tasks().trigger(WHERE, "x");
      engine.settle();
      assertThat(onLane.retrieve().output()).isEqualTo("my-lane, virtual false, fork virtual true");
      assertThat(onLane.retrieve().region()).isEqualTo("cpu");
      assertThat(elsewhere.retrieve().output()).contains("virtual true, fork virtual true");
    }
  }

  @Test
  void aParkedBodyKeepsItsThreadButNotItsSlot() {
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .concurrencyLimit(1)
            .run(
                (payload, run) -> {
                  String thread = Thread.currentThread().getName();
                  return run.triggerAndWait(ECHO, "x", options().delay("1h")).unwrap()
                      + thread.equals(Thread.currentThread().getName());
                });
    try (TestEngine engine = start("cpu", pool, parent, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "p", options().region("cpu"));
      engine.settle();
      assertThat(handle.retrieve().status()).isEqualTo(RunStatus.WAITING);
      assertThat(Probe.of(engine.present()).figures().executing()).isZero();
      engine.advance(Duration.ofHours(1));
      assertThat(handle.retrieve().output()).isEqualTo("xtrue");
    }
  }

  @Test
  void anUnknownLaneIsRefusedWithNearNames() {
    try (TestEngine engine = start("eu-central-1", pool, ECHO)) {
      assertThatThrownBy(() -> engine.tasks().trigger(ECHO, "x", options().region("eu-central-2")))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("\"eu-central-2\"")
          .hasMessageContaining("did you mean eu-central-1?");
      assertThatThrownBy(() -> engine.tasks().trigger(ECHO, "x", options().region("zzz")))
          .hasMessageContaining("Engine.builder().lane(");
      engine.settle();
      assertThat(engine.runs().stream(dev.pawl.RunQuery.all())).isEmpty();
    }
    assertThatThrownBy(() -> Engine.builder().lane("a", pool).lane("a", pool))
        .isInstanceOf(InvalidOptionException.class);
    assertThatThrownBy(() -> Engine.builder().lane("no blanks", pool))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void anExecutorThatRefusesFailsTheAttemptWhichIsRetried() {
    AtomicInteger asked = new AtomicInteger();
    Executor refusing =
        body -> {
          if (asked.incrementAndGet() < 3) {
            throw new RejectedExecutionException("full");
          }
          pool.execute(body);
        };
    try (EngineLog log = EngineLog.open();
        TestEngine engine = start("full", refusing, WHERE)) {
      RunHandle<String> handle = engine.tasks().trigger(WHERE, "x", options().region("full"));
      engine.settle();
      assertThat(handle.retrieve().status()).isEqualTo(RunStatus.RETRYING);
      engine.advance(Duration.ofSeconds(3));
      Run<String> run = handle.retrieve();
      assertThat(run.output()).startsWith("my-lane");
      assertThat(run.attempts()).hasSize(3);
      assertThat(run.attempts().getFirst().error().message())
          .contains("lane \"full\"", "RejectedExecutionException", "full");
      assertThat(Probe.of(engine.present()).counters().refusedByLanes.sum()).isEqualTo(2);
      assertThat(log.takeUnexpected(line -> line.contains("\"full\""))).isEmpty();
    }
  }

  @Test
  void anExecutorThatBlocksHoldsUpNothingButItsLane() throws Exception {
    Gate gate = new Gate();
    Executor blocking =
        body -> {
          gate.passIgnoringInterrupts();
          pool.execute(body);
        };
    try (TestEngine engine = start("slow", blocking, WHERE, ECHO)) {
      RunHandle<String> first = engine.tasks().trigger(WHERE, "x", options().region("slow"));
      RunHandle<String> second = engine.tasks().trigger(WHERE, "y", options().region("slow"));
      gate.awaitReached();
      RunHandle<String> other = engine.tasks().trigger(ECHO, "z");
      assertThat(other.await(GUARD).unwrap()).isEqualTo("z");
      assertThat(first.retrieve().status()).isEqualTo(RunStatus.EXECUTING);
      assertThat(second.cancel().changed()).as("cancelled before its lane has begun it").isTrue();
      gate.open();
      engine.settle();
      assertThat(first.retrieve().error()).isNull();
      assertThat(first.retrieve().status()).isEqualTo(RunStatus.COMPLETED);
      assertThat(first.retrieve().output()).startsWith("my-lane");
      assertThat(second.retrieve().status()).isEqualTo(RunStatus.CANCELED);
      assertThat(Probe.of(engine.present()).figures().executing()).isZero();
    }
  }

  @Test
  void whatWaitsForAThreadOfItsLaneIsNeverEnteredOnceItIsCanceled() throws InterruptedException {
    Queue<Runnable> given = new ConcurrentLinkedQueue<>();
    AtomicInteger entered = new AtomicInteger();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .concurrencyLimit(1)
            .maxDuration("1m")
            .run(
                (payload, run) -> {
                  entered.incrementAndGet();
                  return payload;
                });
    try (Engine engine =
        Engine.builder()
            .store(new InMemoryStore())
            .register(task)
            .lane("later", given::add)
            .clock(new dev.pawl.testing.VirtualClock(TestEngine.START))
            .start()) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x", options().region("later"));
      awaitSize(given, 1);
      handle.cancel();
      assertThat(engine.awaitIdle(GUARD)).as("its slot is free: no body will use it").isTrue();
      RunHandle<String> next = engine.tasks().trigger(task, "y", options().region("later"));
      awaitSize(given, 2);
      given.forEach(Runnable::run);
      given.forEach(Runnable::run); // a lane that runs things twice
      assertThat(next.await().unwrap()).isEqualTo("y");
      assertThat(entered).hasValue(1);
    }
  }

  private static void awaitSize(Queue<Runnable> given, int size) {
    long deadline = System.nanoTime() + GUARD.toNanos();
    while (given.size() < size && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(given).hasSize(size);
  }

  @Test
  void anExecutorThatRunsBodiesOnTheCallingThreadDoesNotRunThemOnTheLoop() {
    try (TestEngine engine = start("direct", Runnable::run, WHERE)) {
      RunHandle<String> handle = engine.tasks().trigger(WHERE, "x", options().region("direct"));
      engine.settle();
      assertThat(handle.retrieve().output()).startsWith("pawl-lane-direct, virtual false");
    }
  }

  @Test
  void anInterruptReachesTheBodyAndNotWhatItsThreadDoesLater() throws Exception {
    Gate gate = new Gate();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .run(
                (payload, run) -> {
                  try {
                    gate.pass();
                  } catch (InterruptedException e) {
                    interrupted.complete(true);
                    Thread.currentThread().interrupt(); // and leaves the flag behind
                  }
                  return payload;
                });
    try (TestEngine engine = start("cpu", pool, task)) {
      RunHandle<String> handle = engine.tasks().trigger(task, "x", options().region("cpu"));
      gate.awaitReached();
      Future<Boolean> after = pool.submit(() -> Thread.currentThread().isInterrupted());
      handle.cancel();
      assertThat(interrupted.get()).isTrue();
      assertThat(after.get()).isFalse();
    }
  }

  @Test
  void aStoredRunWhoseLaneIsGoneWaitsForAnEngineThatHasIt() {
    InMemoryStore store = new InMemoryStore();
    String id;
    String expiring;
    try (TestEngine engine =
        TestEngine.start(store, builder -> builder.register(WHERE).lane("gpu", pool))) {
      engine.pause();
      id = engine.tasks().trigger(WHERE, "x", options().region("gpu")).id();
      expiring = engine.tasks().trigger(WHERE, "y", options().region("gpu").ttl("1h")).id();
    }
    try (EngineLog log = EngineLog.open();
        TestEngine engine = TestEngine.start(store, builder -> builder.register(WHERE))) {
      engine.settle();
      assertThat(engine.runs().retrieve(id).status()).isEqualTo(RunStatus.PENDING_VERSION);
      assertThat(log.takeUnexpected(line -> false))
          .singleElement()
          .satisfies(line -> assertThat(line).contains("lanes", "gpu=2"));
      engine.advance(Duration.ofHours(1));
      assertThat(engine.runs().retrieve(expiring).status()).isEqualTo(RunStatus.EXPIRED);
      assertThatThrownBy(() -> engine.runs().replay(id))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("gpu");
    }
    try (TestEngine engine =
        TestEngine.start(store, builder -> builder.register(WHERE).lane("gpu", pool))) {
      engine.settle();
      assertThat((String) engine.runs().retrieve(id).output()).startsWith("my-lane");
    }
  }

  @Test
  void aCloseLetsGoOfWhatNoLaneHasBegun() {
    Queue<Runnable> given = new ConcurrentLinkedQueue<>();
    AtomicInteger entered = new AtomicInteger();
    Task<String, String> task =
        Task.define("task", String.class, String.class)
            .run(
                (payload, run) -> {
                  entered.incrementAndGet();
                  return payload;
                });
    InMemoryStore store = new InMemoryStore();
    String id;
    try (Engine engine =
        Engine.builder().store(store).register(task).lane("later", given::add).start()) {
      id = engine.tasks().trigger(task, "x", options().region("later")).id();
      awaitSize(given, 1);
      engine.close(Duration.ZERO);
      given.forEach(Runnable::run);
      assertThat(entered).hasValue(0);
    }
    try (Engine engine = Engine.builder().store(store).register(task).lane("later", pool).start()) {
      assertThat(engine.awaitIdle(GUARD)).isTrue();
      assertThat(engine.runs().retrieve(id).status()).isEqualTo(RunStatus.COMPLETED);
      assertThat(engine.runs().retrieve(id).attemptCount())
          .as("handed back, not charged")
          .isEqualTo(1);
    }
  }
}
