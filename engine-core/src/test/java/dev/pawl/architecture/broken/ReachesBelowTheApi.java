package dev.pawl.architecture.broken;

import dev.pawl.architecture.broken.internal.loop.Loop;
import dev.pawl.architecture.broken.spi.RunStore;

/** Breaks the layering: the API uses nothing but itself. */
public record ReachesBelowTheApi(RunStore store, Loop loop) {}
