package dev.pawl;

import org.jspecify.annotations.Nullable;

/** Thrown by a body to end its run {@code FAILED} at once, whatever attempts remain. */
public final class AbortRunException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public AbortRunException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public AbortRunException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
