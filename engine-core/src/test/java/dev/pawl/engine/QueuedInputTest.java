package dev.pawl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Limits;
import dev.pawl.Task;
import dev.pawl.fixtures.Intercepted;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the bodies of runs that were queued begin with: read for many of them at once. */
class QueuedInputTest {
  private static final int RUNS = 50;

  private final Set<String> bodies = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> reads = new ConcurrentHashMap<>();
  private volatile boolean failing;

  private final Task<String, String> task =
      Task.define("task", String.class, String.class)
          .run(
              (payload, run) -> {
                bodies.add(payload);
                return payload;
              });

  private final InMemoryStore store = new InMemoryStore();
  private final TestEngine engine =
      TestEngine.start(
          () -> counted(store.open()),
          builder -> builder.register(task).maxConcurrency(RUNS).limits(Limits.defaults()));

  @AfterEach
  void close() {
    engine.close();
  }

  private RunStore counted(RunStore store) {
    return Intercepted.store(
        store,
        (method, arguments) -> {
          reads.merge(method, 1, Integer::sum);
          if (failing && method.equals("inputs")) {
            throw new StoreException("one of them is damaged", null);
          }
        });
  }

  private void runAll() {
    engine.pause();
    IntStream.range(0, RUNS).forEach(i -> engine.tasks().trigger(task, String.valueOf(i)));
    reads.clear();
    engine.resume();
    engine.settle();
    assertThat(bodies).hasSize(RUNS);
  }

  @Test
  void itIsReadForAllThatStartInOneTurnTogether() {
    runAll();
    assertThat(reads.getOrDefault("inputs", 0)).isBetween(1, RUNS / 5);
    assertThat(reads).doesNotContainKeys("run", "runRow");
  }

  @Test
  void whereThatFailsEachReadsForItself() {
    failing = true;
    runAll();
    assertThat(reads).containsEntry("runRow", RUNS);
  }

  @Test
  void aRunThatStartsWithItsTriggerReadsNothing() {
    engine.tasks().trigger(task, "at once");
    engine.settle();
    assertThat(bodies).containsExactly("at once");
    assertThat(reads).doesNotContainKeys("inputs", "run", "runRow");
  }
}
