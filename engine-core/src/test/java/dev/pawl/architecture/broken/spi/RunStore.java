package dev.pawl.architecture.broken.spi;

/** What execution must not know. */
public interface RunStore {}
