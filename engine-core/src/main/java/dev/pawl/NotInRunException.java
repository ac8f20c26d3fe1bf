package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * A call that only works inside a run was made outside of one. The message names the alternative.
 */
public final class NotInRunException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public NotInRunException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public NotInRunException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
