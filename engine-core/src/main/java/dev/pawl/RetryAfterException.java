package dev.pawl;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a body to fail its attempt and set the delay of this one retry. It does not grant an
 * attempt: where none is left, the run ends {@code FAILED}.
 */
public final class RetryAfterException extends PawlException {
  private static final long serialVersionUID = 1L;
  private final Duration delay;

  /**
   * With a message that says the delay.
   *
   * @throws InvalidOptionException if the delay is negative or longer than 100 years
   */
  public RetryAfterException(Duration delay) {
    this(delay, "retry after " + delay, null);
  }

  /**
   * With a message and a cause of its own.
   *
   * @param delay how long to wait; zero or more
   * @throws InvalidOptionException if the delay is negative or longer than 100 years
   */
  public RetryAfterException(Duration delay, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.delay = Durations.checkRange("the delay of a RetryAfterException", delay);
  }

  /** How long from now on the next attempt is to start. */
  public Duration delay() {
    return delay;
  }
}
