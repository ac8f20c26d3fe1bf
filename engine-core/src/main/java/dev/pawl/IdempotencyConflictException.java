package dev.pawl;

/**
 * An idempotency key names a run that was triggered with another payload, and the caller asked to
 * refuse that. Nothing was stored.
 */
public final class IdempotencyConflictException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public IdempotencyConflictException(String message) {
    super(message);
  }
}
