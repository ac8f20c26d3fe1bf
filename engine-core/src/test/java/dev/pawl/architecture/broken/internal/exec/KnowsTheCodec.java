package dev.pawl.architecture.broken.internal.exec;

import dev.pawl.architecture.broken.spi.PayloadCodec;

/** Knows only what execution may know: must not be reported. */
public record KnowsTheCodec(PayloadCodec codec) {}
