package dev.pawl;

import org.jspecify.annotations.Nullable;

/** The engine is closed or closing; the call did nothing. */
public final class EngineClosedException extends PawlException {
  private static final long serialVersionUID = 1L;

  public EngineClosedException(String message) {
    super(message);
  }

  public EngineClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
