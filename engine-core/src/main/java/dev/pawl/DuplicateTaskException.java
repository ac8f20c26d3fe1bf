package dev.pawl;

import org.jspecify.annotations.Nullable;

/** Two tasks were registered under one id. */
public final class DuplicateTaskException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public DuplicateTaskException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public DuplicateTaskException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
