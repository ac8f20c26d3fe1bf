package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Health;
import dev.pawl.Health.Concern;
import dev.pawl.Health.Kind;
import dev.pawl.Limits;
import dev.pawl.RunHandle;
import dev.pawl.RunQuery;
import dev.pawl.Task;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreFigures;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What an engine says of itself while it does its work, and should be looked at. */
class HealthTest {
  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((text, run) -> text);

  /** A store that waits at a gate with each commit, where there is one, and has these figures. */
  private static RunStore store(AtomicReference<Gate> commits, StoreFigures figures) {
    RunStore store = new InMemoryStore().open();
    return (RunStore)
        Proxy.newProxyInstance(
            RunStore.class.getClassLoader(),
            new Class<?>[] {RunStore.class},
            (proxy, method, arguments) -> {
              Gate gate = commits.get();
              if (method.getName().equals("commit") && gate != null) {
                gate.pass();
              }
              if (method.getName().equals("figures")) {
                return figures;
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void anEngineWithNothingToSaySaysNothing() {
    try (TestEngine engine = TestEngine.start(ECHO)) {
      engine.tasks().trigger(ECHO, "x", options().delay("1h"));
      engine.advance(Duration.ofHours(2));
      assertThat(engine.health()).isEqualTo(new Health(Health.Status.UP, null));
    }
  }

  @Test
  void whatTheStoreWorriesAboutIsAConcernOfTheEngine() {
    Concern low = new Concern(Kind.SPACE_LOW, "5 MB are free in /data");
    StoreFigures figures = new StoreFigures(1, 2, 3, List.of(low));
    try (TestEngine engine =
        TestEngine.start(() -> store(new AtomicReference<>(), figures), builder -> builder)) {
      assertThat(engine.health().isUp()).isTrue();
      assertThat(engine.health().concerns()).containsExactly(low);
      assertThat(engine.health().has(Kind.SPACE_LOW)).isTrue();
      assertThat(engine.health().has(Kind.LATE)).isFalse();
    }
  }

  @Test
  void aStuckBodyIsAConcern() throws InterruptedException {
    Gate gate = new Gate();
    Task<String, String> deaf =
        Task.define("deaf", String.class, String.class)
            .run(
                (text, run) -> {
                  gate.passIgnoringInterrupts();
                  return text;
                });
    try (TestEngine engine = TestEngine.start(deaf)) {
      RunHandle<String> handle = engine.tasks().trigger(deaf, "x");
      gate.awaitReached();
      handle.cancel();
      engine.advance(Duration.ofMinutes(1));
      assertThat(engine.health().isUp()).isTrue();
      assertThat(engine.health().concerns())
          .singleElement()
          .satisfies(concern -> assertThat(concern.kind()).isEqualTo(Kind.STUCK_BODIES))
          .satisfies(concern -> assertThat(concern.message()).contains(handle.id(), "\"deaf\""));
      gate.open();
      engine.settle();
      assertThat(engine.health().concerns()).isEmpty();
    }
  }

  @Test
  void aCommitThatTakesLongIsSeenWhileItLasts() throws Exception {
    AtomicReference<Gate> commits = new AtomicReference<>();
    try (TestEngine engine =
        TestEngine.start(
            () -> store(commits, StoreFigures.NONE),
            builder ->
                builder.register(ECHO).limits(Limits.defaults().lateAfter(Duration.ofMillis(1))))) {
      Gate gate = new Gate();
      commits.set(gate);
      CompletableFuture<RunHandle<String>> trigger =
          CompletableFuture.supplyAsync(() -> engine.tasks().trigger(ECHO, "x"));
      gate.awaitReached();
      while (!engine.health().has(Kind.LATE)) { // it is, a millisecond after the commit began
        Thread.onSpinWait();
      }
      assertThat(engine.health().concerns().getFirst().message()).contains("one turn");
      commits.set(null);
      gate.open();
      trigger.get(20, TimeUnit.SECONDS);
      engine.settle();
      assertThat(engine.health().concerns())
          .noneMatch(concern -> concern.message().contains("one turn"));
    }
  }

  @Test
  void whatIsDoneLongAfterItWasDueIsAConcern() {
    try (TestEngine engine = TestEngine.start(ECHO)) {
      engine.tasks().trigger(ECHO, "x", options().delay("10s"));
      engine.settle();
      engine.clock().set(engine.now().plus(Duration.ofMinutes(3))); // as where the loop was away
      engine.advance(Duration.ZERO);
      assertThat(engine.runs().stream(RunQuery.all()).toList().getFirst().isCompleted()).isTrue();
      assertThat(engine.health().concerns())
          .singleElement()
          .satisfies(concern -> assertThat(concern.kind()).isEqualTo(Kind.LATE))
          .satisfies(concern -> assertThat(concern.message()).contains("PT2M50S"));
    }
  }

  @Test
  void whatWasDueWhileNobodyHadTheStoreIsNotLate() {
    InMemoryStore store = new InMemoryStore();
    try (TestEngine engine = TestEngine.start(store, builder -> builder.register(ECHO))) {
      engine.tasks().trigger(ECHO, "x", options().delay("10s"));
    }
    try (TestEngine engine =
        TestEngine.start(
            TestEngine.START.plus(Duration.ofDays(1)), store, builder -> builder.register(ECHO))) {
      engine.settle();
      assertThat(engine.health().concerns()).isEmpty();
    }
  }
}
