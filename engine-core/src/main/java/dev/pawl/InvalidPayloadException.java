package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * A payload was refused at the call: null where the task takes none, or not writable by the codec.
 * Nothing was stored.
 */
public final class InvalidPayloadException extends PawlException {
  private static final long serialVersionUID = 1L;

  public InvalidPayloadException(String message) {
    super(Text.oneLine(message));
  }

  public InvalidPayloadException(String message, @Nullable Throwable cause) {
    super(Text.oneLine(message), cause);
  }
}
