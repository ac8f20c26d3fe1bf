package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * A payload is larger than the engine's limit. The message gives both sizes. Nothing was stored.
 */
public final class PayloadTooLargeException extends PawlException {
  private static final long serialVersionUID = 1L;

  public PayloadTooLargeException(String message) {
    super(message);
  }

  public PayloadTooLargeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
