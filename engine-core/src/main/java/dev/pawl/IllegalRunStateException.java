package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * A run is in a status in which the call is not possible. The message gives id and status and says
 * what would be.
 */
public final class IllegalRunStateException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public IllegalRunStateException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public IllegalRunStateException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
