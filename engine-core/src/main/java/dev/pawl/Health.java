package dev.pawl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an engine can do its work.
 *
 * @param status the short answer
 * @param reason the long one; null where all is well
 * @param stuckBodies bodies that were told to end longer than {@link Limits#stuckBodyAfter()} ago
 *     and are still there, the oldest first; they hold slots, and change nothing about the status
 */
public record Health(Status status, @Nullable String reason, List<StuckBody> stuckBodies) {
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

  public Health {
    stuckBodies = List.copyOf(stuckBodies);
  }

  /** As with all components, without a stuck body. */
  public Health(Status status, @Nullable String reason) {
    this(status, reason, List.of());
  }

  public boolean isUp() {
    return status == Status.UP;
  }
}
