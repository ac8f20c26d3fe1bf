package dev.pawl;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a batch is triggered. Immutable; each method returns a changed copy. {@link #batchOptions()}
 * is the empty one.
 */
public final class BatchOptions {
  private static final int MAX_KEY_LENGTH = 2_000;
  private static final BatchOptions EMPTY =
      new BatchOptions(null, Duration.ofDays(30), TriggerOptions.options());

  private final @Nullable IdempotencyKey idempotencyKey;
  private final Duration idempotencyKeyTtl;
  private final TriggerOptions each;

  private BatchOptions(
      @Nullable IdempotencyKey idempotencyKey, Duration idempotencyKeyTtl, TriggerOptions each) {
    this.idempotencyKey = idempotencyKey;
    this.idempotencyKeyTtl = idempotencyKeyTtl;
    this.each = each;
  }

  /** No option set. */
  public static BatchOptions batchOptions() {
    return EMPTY;
  }

  /**
   * Triggers the batch only once: while the key is bound, the batch that it names is returned, no
   * item is created, and a call that waits waits for that batch. Identified by key, scope and, for
   * a batch of one task, the task. Each item without a key of its own gets the parts of this one
   * and its index, so a batch that is triggered again once this key is free finds the runs that
   * exist.
   *
   * <p>A batch whose stream broke off frees the key.
   *
   * @throws InvalidOptionException if the key has more than 2,000 characters
   */
  public BatchOptions idempotencyKey(IdempotencyKey key) {
    int length = key.parts().stream().mapToInt(String::length).sum();
    if (length > MAX_KEY_LENGTH) {
      throw new InvalidOptionException(
          "the idempotency key of a batch may have "
              + MAX_KEY_LENGTH
              + " characters, which leaves room for the index of an item; this one has "
              + length);
    }
    return new BatchOptions(key, idempotencyKeyTtl, each);
  }

  /** As {@link #idempotencyKey(IdempotencyKey)}, with a key of these parts in the default scope. */
  public BatchOptions idempotencyKey(String... parts) {
    return idempotencyKey(IdempotencyKey.of(parts));
  }

  /**
   * How long the key of the batch, and the keys that its items get from it, stay bound. Default: 30
   * days.
   *
   * @throws InvalidOptionException if it is zero, negative or longer than 100 years
   */
  public BatchOptions idempotencyKeyTtl(Duration ttl) {
    return new BatchOptions(idempotencyKey, Durations.positive("idempotencyKeyTtl", ttl), each);
  }

  /** As {@link #idempotencyKeyTtl(Duration)}, with a duration such as {@code "7d"}. */
  public BatchOptions idempotencyKeyTtl(String ttl) {
    return idempotencyKeyTtl(Durations.parse("idempotencyKeyTtl", ttl));
  }

  /** The options of each item; what an item sets itself wins. Default: none. */
  public BatchOptions each(TriggerOptions options) {
    return new BatchOptions(idempotencyKey, idempotencyKeyTtl, Objects.requireNonNull(options));
  }

  /** The key of the batch, or null. */
  public @Nullable IdempotencyKey idempotencyKey() {
    return idempotencyKey;
  }

  /** How long the key stays bound. */
  public Duration idempotencyKeyTtl() {
    return idempotencyKeyTtl;
  }

  /** The options of each item. */
  public TriggerOptions each() {
    return each;
  }
}
