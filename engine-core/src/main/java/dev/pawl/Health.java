package dev.pawl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an engine can do its work, and what somebody should look at although it can.
 *
 * @param status the short answer
 * @param reason the long one; null where all is well
 * @param stuckBodies bodies that were told to end longer than {@link Limits#stuckBodyAfter()} ago
 *     and are still there, the oldest first; they hold slots, and change nothing about the status
 * @param concerns what is not as it should be; none of it changes the status
 */
public record Health(
    Status status, @Nullable String reason, List<StuckBody> stuckBodies, List<Concern> concerns) {
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

  /** What is not as it should be. */
  public enum Kind {
    /** Bodies that were told to end are still there, and hold their slots. */
    STUCK_BODIES,
    /** The engine comes late to what is due, or has been at one thing for seconds. */
    LATE,
    /** There is little room left where the store is. */
    SPACE_LOW,
    /** What the store keeps until it has been copied cannot be copied, and grows. */
    JOURNAL_GROWS,
    /** The store takes commits, but cannot bring its database up to date. */
    DATABASE_BEHIND
  }

  /**
   * One thing that is not as it should be.
   *
   * @param kind what it is, for programs
   * @param message what it is, with figures, for people
   */
  public record Concern(Kind kind, String message) {}

  /** A health; later changes of the lists do not change it. */
  public Health {
    stuckBodies = List.copyOf(stuckBodies);
    concerns = List.copyOf(concerns);
  }

  /** As with all components, with nothing to look at. */
  public Health(Status status, @Nullable String reason) {
    this(status, reason, List.of(), List.of());
  }

  /** Whether the engine can do its work. */
  public boolean isUp() {
    return status == Status.UP;
  }

  /** Whether there is a concern of a kind. */
  public boolean has(Kind kind) {
    return concerns.stream().anyMatch(concern -> concern.kind() == kind);
  }
}
