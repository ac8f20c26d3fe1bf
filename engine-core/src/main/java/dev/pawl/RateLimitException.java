package dev.pawl;

import java.time.Duration;

/**
 * A trigger came too soon for the engine's {@link Limits#triggerRate(RateLimit)}. Nothing was
 * stored; the same call can pass after {@link #retryAfter()}.
 */
public final class RateLimitException extends PawlException {
  private static final long serialVersionUID = 1L;
  private final Duration retryAfter;

  /**
   * A refusal.
   *
   * @param retryAfter when there is room again
   */
  public RateLimitException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** How long to wait, on the engine's clock. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
