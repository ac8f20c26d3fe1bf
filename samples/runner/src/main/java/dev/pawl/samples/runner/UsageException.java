package dev.pawl.samples.runner;

import org.jspecify.annotations.Nullable;

/** What the runner was told makes no sense, so that it does not start; the message says why. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  UsageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
