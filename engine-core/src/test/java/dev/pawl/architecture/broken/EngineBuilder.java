package dev.pawl.architecture.broken;

import dev.pawl.architecture.broken.internal.loop.Loop;
import dev.pawl.architecture.broken.spi.RunStore;

/** Starts the engine, and so may reach below the API: must not be reported. */
public final class EngineBuilder {
  /** Nested in it, and so as free. */
  record Parts(RunStore store, Loop loop) {}
}
