package dev.pawl.engine;

import dev.pawl.Task;
import dev.pawl.spi.StoreProvider;
import dev.pawl.testing.InMemoryStore;
import dev.pawl.testing.TestEngine;

/**
 * A test of the engine that holds on every store: a subclass of the test runs it on another one.
 */
abstract class EngineTest {
  /** A store that is new and empty, and keeps its data over a close. */
  StoreProvider newStore() {
    return new InMemoryStore();
  }

  /** Starts an engine on a {@link #newStore}, with these tasks. */
  final TestEngine start(Task<?, ?>... tasks) {
    return TestEngine.start(newStore(), builder -> builder.register(tasks));
  }
}
