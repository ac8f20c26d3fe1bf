package dev.pawl.architecture.broken.internal.exec;

import dev.pawl.architecture.broken.spi.RunStore;

/** Breaks the rule that bodies run without a store in sight. */
public record KnowsTheStore(RunStore store) {}
