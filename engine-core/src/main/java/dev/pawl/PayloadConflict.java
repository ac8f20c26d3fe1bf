package dev.pawl;

/** What a trigger does whose idempotency key names a run with another payload. */
public enum PayloadConflict {
  /**
   * Returns that run; {@link RunHandle#payloadDiffers()} tells, and a warning is logged. The
   * default.
   */
  RETURN,
  /** Refuses with an {@link IdempotencyConflictException}. */
  REJECT
}
