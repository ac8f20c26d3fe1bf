package dev.pawl.spi;

import org.jspecify.annotations.Nullable;

/**
 * A run as one consistent read of the store shows it: what it was triggered with, and either where
 * it stands or how it ended.
 *
 * @param run what it was triggered with
 * @param live where it stands; null once it has ended
 * @param result how it ended; null until then
 */
public record StoredRun(RunRow run, @Nullable LiveRow live, @Nullable ResultRow result) {
  public StoredRun {
    if ((live == null) == (result == null)) {
      throw new IllegalArgumentException(
          "run " + run.id() + " must have either a live row or a result, never both or none");
    }
  }
}
