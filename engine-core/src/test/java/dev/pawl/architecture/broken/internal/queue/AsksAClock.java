package dev.pawl.architecture.broken.internal.queue;

import java.time.Instant;
import java.time.InstantSource;

/** Breaks purity: now is an argument. */
public final class AsksAClock {
  private AsksAClock() {}

  static Instant now(InstantSource source) {
    return source.instant();
  }

  static long nanos() {
    return System.nanoTime();
  }
}
