package dev.pawl.architecture.broken.internal.loop;

/** What only the bootstrap may reach. */
public final class Loop {}
