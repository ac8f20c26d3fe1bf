package dev.pawl.testing;

import static dev.pawl.testing.PawlAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.pawl.Engine;
import dev.pawl.Health;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class PawlExtensionTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private static final Instant YEAR_1999 = Instant.parse("1999-12-31T23:59:59Z");

  @RegisterExtension
  static final PawlExtension pawl =
      PawlExtension.inMemory()
          .register(ECHO)
          .configure(builder -> builder.maxConcurrency(1))
          .startAt(YEAR_1999);

  @BeforeEach
  void everyTestBeginsWithNoRuns(TestEngine engine) {
    assertThat(engine.runs().stream(RunQuery.all())).isEmpty();
  }

  @Test
  void anEngineIsGivenThatRuns(TestEngine engine) {
    RunHandle<String> handle = engine.tasks().trigger(ECHO, "tea");
    engine.settle();
    assertThat(engine.runs().retrieve(handle)).isCompleted().hasOutput("tea");
    assertThat(engine.now()).isEqualTo(YEAR_1999);
  }

  @Test
  void theSameEngineIsGivenToAWhoAsksForAnyEngine(TestEngine one, Engine other) {
    assertThat(other).isSameAs(one);
  }

  @Nested
  class InANestedClass {
    @Test
    void theExtensionOfTheOuterClassGivesTheEngine(TestEngine engine) {
      RunHandle<String> handle = engine.tasks().trigger(ECHO, "tea");
      engine.settle();
      assertThat(engine.runs().retrieve(handle)).isCompleted();
    }
  }

  @Test
  void aBodyThatIsDeafToItsInterruptFailsTheTestByName() {
    Throwable failure = failureOf("leaks");
    assertThat(failure)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("pawl-run_")
        .hasMessageContaining("WAITING")
        .hasMessageContaining("Inner");
    assertThat(Inner.engine.get().health().status()).isEqualTo(Health.Status.CLOSED);
  }

  @Test
  void aLeakDoesNotHideWhyTheTestHasFailed() {
    Throwable failure = failureOf("leaksAndFails");
    assertThat(failure).hasMessage("the test's own");
    assertThat(failure.getSuppressed())
        .singleElement()
        .satisfies(leak -> assertThat(leak).hasMessageContaining("pawl-run_"));
  }

  @Test
  void aBodyThatWaitsForTheTestIsInterruptedAndNoLeak() {
    assertThat(failureOf("blocks")).isNull();
  }

  @Test
  void testsInParallelHaveAnEngineEach() {
    Parallel.engines.clear();
    assertThat(failuresOf(Parallel.class, "a", "b")).isEmpty();
    assertThat(Parallel.engines).hasSize(2);
  }

  private static @Nullable Throwable failureOf(String method) {
    try {
      return failuresOf(Inner.class, method).stream().findAny().orElse(null);
    } finally {
      Inner.free.get().countDown();
    }
  }

  private static Set<Throwable> failuresOf(Class<?> type, String... methods) {
    Set<Throwable> failures = ConcurrentHashMap.newKeySet();
    LauncherDiscoveryRequestBuilder request =
        LauncherDiscoveryRequestBuilder.request()
            .configurationParameter(
                LauncherConstants.DEACTIVATE_LISTENERS_PATTERN_PROPERTY_NAME, "*")
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "2");
    for (String method : methods) {
      request.selectors(selectMethod(type, method(type, method)));
    }
    Inner.play.set(true);
    try {
      LauncherFactory.create()
          .execute(
              request.build(),
              new TestExecutionListener() {
                @Override
                public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                  result.getThrowable().ifPresent(failures::add);
                }
              });
    } finally {
      Inner.play.set(false);
    }
    return failures;
  }

  private static java.lang.reflect.Method method(Class<?> type, String name) {
    for (java.lang.reflect.Method method : type.getDeclaredMethods()) {
      if (method.getName().equals(name)) {
        return method;
      }
    }
    throw new AssertionError("no method " + name);
  }

  /** Played by the tests above, not by itself. */
  @EnabledIf("isPlayed")
  static class Inner {
    static final java.util.concurrent.atomic.AtomicBoolean play =
        new java.util.concurrent.atomic.AtomicBoolean();
    static final AtomicReference<CountDownLatch> free =
        new AtomicReference<>(new CountDownLatch(1));
    static final AtomicReference<TestEngine> engine = new AtomicReference<>();

    private static final Task<String, String> BLOCKED =
        Task.define("blocked", String.class, String.class)
            .run(
                (payload, run) -> {
                  new CountDownLatch(1).await();
                  return payload;
                });

    private static final Task<String, String> DEAF =
        Task.define("deaf", String.class, String.class)
            .run(
                (payload, run) -> {
                  CountDownLatch latch = free.get();
                  while (latch.getCount() > 0) {
                    try {
                      latch.await();
                    } catch (InterruptedException e) {
                      // This is a body that does not listen.
                    }
                  }
                  return payload;
                });

    @RegisterExtension
    static final PawlExtension pawl = PawlExtension.inMemory().register(BLOCKED, DEAF);

    static boolean isPlayed() {
      return play.get();
    }

    @Test
    void blocks(TestEngine engine) {
      engine.tasks().trigger(BLOCKED, "tea");
      engine.settle();
    }

    @Test
    void leaks(TestEngine engine) {
      Inner.engine.set(engine);
      free.set(new CountDownLatch(1));
      engine.tasks().trigger(DEAF, "tea");
      engine.settle();
    }

    @Test
    void leaksAndFails(TestEngine engine) {
      leaks(engine);
      throw new AssertionError("the test's own");
    }
  }

  /** Two tests that each wait for the other, so that they pass only side by side. */
  @EnabledIf("isPlayed")
  @Execution(ExecutionMode.CONCURRENT)
  static class Parallel {
    static final Set<TestEngine> engines = ConcurrentHashMap.newKeySet();
    private static final CountDownLatch BOTH = new CountDownLatch(2);

    @RegisterExtension static final PawlExtension pawl = PawlExtension.inMemory().register(ECHO);

    static boolean isPlayed() {
      return Inner.isPlayed();
    }

    @Test
    void a(TestEngine engine) throws InterruptedException {
      play(engine);
    }

    @Test
    void b(TestEngine engine) throws InterruptedException {
      play(engine);
    }

    private static void play(TestEngine engine) throws InterruptedException {
      engines.add(engine);
      BOTH.countDown();
      if (!BOTH.await(20, java.util.concurrent.TimeUnit.SECONDS)) {
        throw new AssertionError("the other test does not run beside this one");
      }
      engine.tasks().trigger(ECHO, "tea");
      engine.settle();
      assertThat(engine.runs().stream(RunQuery.all()).toList()).hasSize(1);
    }
  }
}
