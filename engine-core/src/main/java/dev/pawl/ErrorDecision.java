package dev.pawl;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link ErrorHandler} makes of an error. Immutable; each method returns a changed copy.
 * {@link #unchanged()} is the empty one.
 */
public final class ErrorDecision {
  private static final ErrorDecision UNCHANGED = new ErrorDecision(null, false, null);

  private final @Nullable Throwable error;
  private final boolean skipsRetrying;
  private final @Nullable Duration retryDelay;

  private ErrorDecision(
      @Nullable Throwable error, boolean skipsRetrying, @Nullable Duration retryDelay) {
    this.error = error;
    this.skipsRetrying = skipsRetrying;
    this.retryDelay = retryDelay;
  }

  /** The attempt fails as if there were no handler. */
  public static ErrorDecision unchanged() {
    return UNCHANGED;
  }

  /**
   * The attempt fails with this error instead, which decides as any other does whether and when the
   * run is retried.
   */
  public ErrorDecision replaceError(Throwable error) {
    return new ErrorDecision(Objects.requireNonNull(error), skipsRetrying, retryDelay);
  }

  /** The run is not retried: it ends {@code FAILED}. */
  public ErrorDecision skipRetrying() {
    return new ErrorDecision(error, true, retryDelay);
  }

  /**
   * Where the run is retried, that comes after this time, whatever its policy says. Grants no
   * attempt.
   *
   * @throws InvalidOptionException if it is negative or longer than 100 years
   */
  public ErrorDecision retryAfter(Duration delay) {
    return new ErrorDecision(error, skipsRetrying, Durations.checkRange("retryAfter", delay));
  }

  /** The error to fail with, or null for what the body threw. */
  public @Nullable Throwable error() {
    return error;
  }

  /** Whether the run is not to be retried. */
  public boolean skipsRetrying() {
    return skipsRetrying;
  }

  /** The delay before a retry, or null for the policy's. */
  public @Nullable Duration retryDelay() {
    return retryDelay;
  }
}
