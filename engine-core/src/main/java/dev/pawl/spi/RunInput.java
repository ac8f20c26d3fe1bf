package dev.pawl.spi;

import org.jspecify.annotations.Nullable;

/**
 * What the body of a run begins with.
 *
 * @param id the run's
 * @param payload as in {@link RunRow}
 * @param trace as in {@link RunRow}
 */
public record RunInput(long id, StoredValue payload, @Nullable String trace) {

  /** The input of a run. */
  public static RunInput of(RunRow row) {
    return new RunInput(row.id(), row.payload(), row.trace());
  }
}
