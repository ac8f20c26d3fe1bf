package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Engine;
import dev.pawl.Task;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.testing.InMemoryStore;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An engine takes over more live runs than it reads at once. */
class ManyPagesTest {
  private static final int RUNS = 21_000;
  private static final Duration GUARD = Duration.ofMinutes(1);

  private final Set<Integer> ended = ConcurrentHashMap.newKeySet();
  private final InMemoryStore store = new InMemoryStore();

  private final Task<Integer, Integer> task =
      Task.define("task", Integer.class, Integer.class)
          .run(
              (number, run) -> {
                assertThat(ended.add(number)).isTrue();
                return number;
              });

  private void leaveRuns() {
    try (Engine engine = Engine.builder().store(store).register(task).open()) {
      engine.tasks().batchTrigger(task, IntStream.range(0, RUNS).boxed());
    }
  }

  /** As a store whose second page cannot be read. */
  private RunStore failing() {
    return Intercepted.store(
        store.open(),
        (method, arguments) -> {
          if (method.equals("live") && !arguments[0].equals(0L)) {
            throw new StoreException("a page is damaged", null);
          }
        });
  }

  private void assertEachRunsOnce() {
    try (Engine engine = Engine.builder().store(store).register(task).start()) {
      assertThat(engine.awaitIdle(GUARD)).isTrue();
      assertThat(ended).hasSize(RUNS);
    }
  }

  @Test
  void eachOfThemRunsOnce() {
    leaveRuns();
    assertEachRunsOnce();
  }

  @Test
  void whereAPageCannotBeReadTheEngineDoesNotOpenAndNothingIsLost() {
    leaveRuns();
    assertThatThrownBy(() -> Engine.builder().store(this::failing).register(task).open())
        .isInstanceOf(StoreException.class)
        .hasMessage("a page is damaged");
    assertEachRunsOnce();
  }
}
