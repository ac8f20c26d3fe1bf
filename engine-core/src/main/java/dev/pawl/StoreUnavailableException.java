package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot be written at present, for example because the disk is full. The call certainly
 * did nothing; the engine goes on by itself once the store can be written again.
 */
public final class StoreUnavailableException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public StoreUnavailableException(String message) {
    super(message);
  }

  /** With a message for people, and what is behind it. */
  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
