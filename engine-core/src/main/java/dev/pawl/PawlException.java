package dev.pawl;

import org.jspecify.annotations.Nullable;

/** The root of everything that the engine throws. Unchecked. */
public class PawlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public PawlException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public PawlException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
