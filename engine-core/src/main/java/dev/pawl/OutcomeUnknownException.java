package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * The store failed in the middle of a commit: the call may or may not have taken effect. Repeating
 * it with the same idempotency key is safe.
 */
public final class OutcomeUnknownException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public OutcomeUnknownException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
