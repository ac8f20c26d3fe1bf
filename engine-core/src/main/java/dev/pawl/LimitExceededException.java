package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * A call would pass one of the engine's Limits. The message names the limit and its value. Nothing
 * was stored.
 */
public final class LimitExceededException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public LimitExceededException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public LimitExceededException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
