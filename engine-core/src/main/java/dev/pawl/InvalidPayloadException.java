package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * A payload was refused at the call: null where the task takes none, or not writable by the codec.
 * Nothing was stored.
 */
public final class InvalidPayloadException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public InvalidPayloadException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public InvalidPayloadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
