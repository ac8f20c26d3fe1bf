package dev.pawl;

import org.jspecify.annotations.Nullable;

/** A wait for a run ended by its timeout. The run goes on; nothing was cancelled. */
public final class AwaitTimeoutException extends PawlException {
  private static final long serialVersionUID = 1L;

  public AwaitTimeoutException(String message) {
    super(message);
  }

  public AwaitTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
