package dev.pawl;

import org.jspecify.annotations.Nullable;

/** Thrown by a body to end its run {@code FAILED} at once, whatever attempts remain. */
public final class AbortRunException extends PawlException {
  private static final long serialVersionUID = 1L;

  public AbortRunException(String message) {
    super(message);
  }

  public AbortRunException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
