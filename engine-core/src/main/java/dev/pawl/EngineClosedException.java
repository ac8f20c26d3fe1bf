package dev.pawl;

import org.jspecify.annotations.Nullable;

/** The engine is closed or closing; the call did nothing. */
public final class EngineClosedException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public EngineClosedException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public EngineClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
