package dev.pawl.engine;

import static dev.pawl.TriggerOptions.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.AwaitTimeoutException;
import dev.pawl.CancelOptions;
import dev.pawl.CancelOptions.Children;
import dev.pawl.RunHandle;
import dev.pawl.Task;
import dev.pawl.internal.api.Probe;
import dev.pawl.internal.loop.Figures;
import dev.pawl.testing.TestEngine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What an engine that lives for long must not keep. */
class NothingKeptTest {
  private static final int MANY = 1_000;

  private static final Task<String, String> ECHO =
      Task.define("echo", String.class, String.class).run((payload, run) -> payload);

  private static Figures figures(TestEngine engine) {
    return Probe.of(engine.present()).figures();
  }

  @Test
  void aRunThatLivesForLongForgetsWhoeverWaitedForItInVain() {
    try (TestEngine engine = TestEngine.start(ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(ECHO, "x", options().delay("365d"));
      for (int i = 0; i < MANY; i++) {
        assertThatThrownBy(() -> handle.await(Duration.ZERO))
            .isInstanceOf(AwaitTimeoutException.class);
      }
      assertThat(figures(engine).waiters()).isLessThan(50);
      assertThat(figures(engine).timers()).isEqualTo(1);
    }
  }

  @Test
  void aRunThatLivesForLongForgetsTheWaitsOfRunsThatTimedOut() {
    AtomicInteger timeouts = new AtomicInteger();
    Task<String, String> parent =
        Task.define("parent", String.class, String.class)
            .run(
                (payload, run) -> {
                  RunHandle<String> child = run.trigger(ECHO, "c", options().delay("1d"));
                  for (int i = 0; i < MANY; i++) {
                    try {
                      child.await(Duration.ofSeconds(1));
                    } catch (AwaitTimeoutException e) {
                      timeouts.incrementAndGet();
                    }
                  }
                  return child.await().unwrap();
                });
    try (TestEngine engine = TestEngine.start(parent, ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(parent, "x");
      engine.advance(Duration.ofHours(1));
      assertThat(timeouts).hasValue(MANY);
      assertThat(figures(engine).waiters()).isLessThan(50);
      engine.advance(Duration.ofDays(1));
      assertThat(engine.runs().retrieve(handle).output()).isEqualTo("c");
    }
  }

  @Test
  void aRunThatOutlivesItsParentsForgetsThem() {
    try (TestEngine engine = TestEngine.start(ECHO)) {
      RunHandle<String> shared = engine.tasks().trigger(ECHO, "c", options().delay("1d"));
      Task<String, String> parent =
          Task.define("parent", String.class, String.class)
              .run((payload, run) -> "" + engine.runs().await(shared.id(), Duration.ofDays(2)));
      engine.register(parent);
      for (int i = 0; i < MANY; i++) {
        RunHandle<String> handle = engine.tasks().trigger(parent, "x" + i);
        engine.settle();
        engine.runs().cancel(handle.id(), CancelOptions.defaults().children(Children.NONE));
      }
      engine.settle();
      assertThat(figures(engine).waiters()).isLessThan(50);
      assertThat(figures(engine)).extracting(Figures::live, Figures::timers).containsExactly(1, 1);
    }
  }

  @Test
  void whoeverWaitsForEverWaitsForEver() throws Exception {
    try (TestEngine engine = TestEngine.start(ECHO)) {
      RunHandle<String> handle = engine.tasks().trigger(ECHO, "x");
      assertThat(handle.await(Duration.ofSeconds(Long.MAX_VALUE)).unwrap()).isEqualTo("x");
      assertThat(engine.awaitIdle(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    }
  }
}
