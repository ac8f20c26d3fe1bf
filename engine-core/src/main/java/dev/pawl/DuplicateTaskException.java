package dev.pawl;

import org.jspecify.annotations.Nullable;

/** Two tasks were registered under one id. */
public final class DuplicateTaskException extends PawlException {
  private static final long serialVersionUID = 1L;

  public DuplicateTaskException(String message) {
    super(message);
  }

  public DuplicateTaskException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
