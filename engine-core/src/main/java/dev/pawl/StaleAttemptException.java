package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * A call came from an attempt that is no longer the current one of its run, for example because the
 * run was cancelled; it changed nothing.
 */
public final class StaleAttemptException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public StaleAttemptException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public StaleAttemptException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
