package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * The engine stopped because one of its own invariants broke. The log has the cause; open the store
 * anew to go on.
 */
public final class EngineFailedException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public EngineFailedException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public EngineFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
