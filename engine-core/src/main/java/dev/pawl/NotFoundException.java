package dev.pawl;

import org.jspecify.annotations.Nullable;

/** There is no run or batch with the given id in this store. */
public final class NotFoundException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public NotFoundException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public NotFoundException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
