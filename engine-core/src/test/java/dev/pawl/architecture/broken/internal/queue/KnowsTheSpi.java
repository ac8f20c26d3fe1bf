package dev.pawl.architecture.broken.internal.queue;

import dev.pawl.architecture.broken.spi.RunStore;

/** Breaks purity and layering: a rule knows no SPI, not even in an array. */
public final class KnowsTheSpi {
  private KnowsTheSpi() {}

  static int count(RunStore[][] stores) {
    return stores.length;
  }
}
