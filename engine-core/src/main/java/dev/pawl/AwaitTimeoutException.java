package dev.pawl;

import org.jspecify.annotations.Nullable;

/** A wait for a run ended by its timeout. The run goes on; nothing was cancelled. */
public final class AwaitTimeoutException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public AwaitTimeoutException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public AwaitTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
