package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * An option has a value that it cannot have. The message quotes option and value and says what it
 * takes. Nothing was stored.
 */
public final class InvalidOptionException extends PawlException {
  private static final long serialVersionUID = 1L;

  public InvalidOptionException(String message) {
    super(Text.oneLine(message));
  }

  public InvalidOptionException(String message, @Nullable Throwable cause) {
    super(Text.oneLine(message), cause);
  }
}
