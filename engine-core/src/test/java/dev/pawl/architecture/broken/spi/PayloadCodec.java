package dev.pawl.architecture.broken.spi;

/** What execution may know. */
public interface PayloadCodec {}
