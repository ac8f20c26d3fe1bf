package dev.pawl;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A key under which a task is triggered once: a second trigger with it returns the run of the
 * first. Identified by the task, the scope and the parts; the parts are kept apart, so that {@code
 * ("a", "b")} is not {@code ("a-b")}.
 *
 * <p>A key is kept for 30 days from the trigger that created the run, or for its {@code
 * idempotencyKeyTtl}. A run that ends {@code FAILED}, {@code CRASHED}, {@code TIMED_OUT}, {@code
 * EXPIRED} or {@code SYSTEM_FAILURE} frees it.
 */
public final class IdempotencyKey {
  private static final int MAX_LENGTH = 2_048;

  /** Who shares a key. */
  public enum Scope {
    /** The run that triggers: each parent has keys of its own. The default inside a run. */
    RUN,
    /** The attempt that triggers: a retry triggers anew. */
    ATTEMPT,
    /** Everybody. The default, and the only scope, outside of every run. */
    GLOBAL
  }

  private final List<String> parts;
  private final @Nullable Scope scope;

  private IdempotencyKey(List<String> parts, @Nullable Scope scope) {
    this.parts = parts;
    this.scope = scope;
  }

  /**
   * A key of one or more parts, in the scope that is the default where it is used.
   *
   * @throws InvalidOptionException if there is no part, or the parts have no or more than 2,048
   *     characters together
   */
  public static IdempotencyKey of(String... parts) {
    List<String> copied = List.of(parts);
    long length = copied.stream().mapToLong(String::length).sum(); // as an int it could wrap round
    if (length == 0 || length > MAX_LENGTH) {
      throw new InvalidOptionException(
          "an idempotency key must have 1 to "
              + MAX_LENGTH
              + " characters; this one has "
              + length);
    }
    return new IdempotencyKey(copied, null);
  }

  /** The same parts in another scope. */
  public IdempotencyKey scope(Scope scope) {
    return new IdempotencyKey(parts, Objects.requireNonNull(scope));
  }

  public List<String> parts() {
    return parts;
  }

  /** The scope, or null where it is the default. */
  public @Nullable Scope scope() {
    return scope;
  }

  /** The key as it is shown: its parts with a blank between them. */
  public String text() {
    return String.join(" ", parts);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IdempotencyKey that && that.parts.equals(parts) && that.scope == scope;
  }

  @Override
  public int hashCode() {
    return Objects.hash(parts, scope);
  }

  @Override
  public String toString() {
    return "IdempotencyKey[" + text() + (scope == null ? "" : ", " + scope) + "]";
  }
}
