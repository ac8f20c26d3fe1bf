package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * Whether an engine can do its work.
 *
 * @param status the short answer
 * @param reason the long one; null where all is well
 */
public record Health(Status status, @Nullable String reason) {
  /** The short answer. */
  public enum Status {
    /** All is well. */
    UP,
    /** The store cannot be written at present; the engine goes on by itself when it can. */
    STORE_UNAVAILABLE,
    /** The engine is closed. */
    CLOSED,
    /** The engine stopped because one of its own invariants broke. */
    FAILED
  }

  public boolean isUp() {
    return status == Status.UP;
  }
}
