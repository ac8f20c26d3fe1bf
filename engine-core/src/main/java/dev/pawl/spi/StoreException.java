package dev.pawl.spi;

import dev.pawl.PawlException;
import org.jspecify.annotations.Nullable;

/**
 * The store could not do what it was asked. The message names the store, the reason, and what to
 * do.
 */
public final class StoreException extends PawlException {
  private static final long serialVersionUID = 1L;
  private final boolean outcomeUnknown;

  /** A failure that has certainly stored nothing. */
  public StoreException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  /**
   * An I/O failure.
   *
   * @param outcomeUnknown whether nobody knows if the changes were stored
   */
  public StoreException(String message, @Nullable Throwable cause, boolean outcomeUnknown) {
    super(message, cause);
    this.outcomeUnknown = outcomeUnknown;
  }

  /** Whether a commit may have taken effect all the same. */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }
}
