package dev.pawl;

import org.jspecify.annotations.Nullable;

/** The root of everything that the engine throws. Unchecked. */
public class PawlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PawlException(String message) {
    super(message);
  }

  public PawlException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
