package dev.pawl.internal.exec;

import dev.pawl.RunError;
import dev.pawl.spi.StoredValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a body ended. */
public sealed interface Outcome {
  /** It returned, and its output is encoded. */
  record Returned(StoredValue output) implements Outcome {}

  /**
   * It threw, or its output could not be stored.
   *
   * @param retryable whether another attempt may help
   * @param retryAfter the delay it asked for, or null for the policy's
   */
  record Failed(RunError error, boolean retryable, @Nullable Duration retryAfter)
      implements Outcome {}

  /**
   * It was not entered, by no fault of its own: the store or its lane failed. Another attempt may
   * help, and goes on with the journal that this one found.
   */
  record NotEntered(RunError error) implements Outcome {}

  /** It was never entered, because the payload could not be read. */
  record Unreadable(RunError error) implements Outcome {}
}
