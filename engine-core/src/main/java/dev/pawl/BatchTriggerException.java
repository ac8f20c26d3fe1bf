package dev.pawl;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A batch could not be triggered, or not to its end. The cause is what an ordinary trigger of the
 * offending item would throw, or what the source of the items threw; the message names the item.
 */
public final class BatchTriggerException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** How far it came. */
  public enum Phase {
    /** Nothing was created. */
    CREATE,
    /** The stream broke off: the batch is {@code ABORTED}, and the items that it has stay. */
    STREAM
  }

  private final Phase phase;
  private final @Nullable String batchId;
  private final int itemCount;

  /**
   * A failure.
   *
   * @param batchId the batch that exists; null where none does
   * @param itemCount how many items it has
   */
  public BatchTriggerException(
      String message,
      Phase phase,
      @Nullable String batchId,
      int itemCount,
      @Nullable Throwable cause) {
    super(message, cause);
    this.phase = phase;
    this.batchId = batchId;
    this.itemCount = itemCount;
  }

  /** How far it had come. */
  public Phase phase() {
    return phase;
  }

  /** The batch; null in the phase {@code CREATE}. */
  public @Nullable String batchId() {
    return batchId;
  }

  /** How many items were created; 0 in the phase {@code CREATE}. */
  public int itemCount() {
    return itemCount;
  }

  /** Whether the engine's rate limit refused it. */
  public boolean isRateLimited() {
    return getCause() instanceof RateLimitException;
  }

  /** How long to wait where the rate limit refused it; otherwise null. */
  public @Nullable Duration retryAfter() {
    return getCause() instanceof RateLimitException limited ? limited.retryAfter() : null;
  }
}
