package dev.pawl.internal.loop;

import org.jspecify.annotations.Nullable;

/** What only the loop knows of a batch, for the checks. */
public final class BatchTerms {
  private BatchTerms() {}

  /** The key that a batch was asked for with; null where it has none. */
  public static OpenBatch.@Nullable Key key(OpenBatch batch) {
    return batch.key;
  }
}
