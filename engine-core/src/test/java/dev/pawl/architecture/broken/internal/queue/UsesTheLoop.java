package dev.pawl.architecture.broken.internal.queue;

import dev.pawl.architecture.broken.internal.loop.Loop;

/** Breaks purity and layering: the loop asks the rules, never the other way round. */
public record UsesTheLoop(Loop loop) {}
