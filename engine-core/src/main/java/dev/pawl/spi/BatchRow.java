package dev.pawl.spi;

import org.jspecify.annotations.Nullable;

/**
 * A batch. How many of its runs have ended, and how, is not stored: that follows from its items.
 *
 * @param id the batch's id, from the same sequence as the ids of runs
 * @param parentId the run that triggered it, 0 for none
 * @param size how many items it has; grows while it is {@link State#OPEN}
 * @param createdAtMicros when it was triggered
 * @param state whether items may still be added
 * @param closedAtMicros when it was sealed or aborted, {@link Micros#NONE} while it is open
 * @param hash what tells the items of a stream from others: a hash over all of them in order; 0
 *     where it was triggered as a list
 * @param idempotencyKey its key as the user wrote it, or null
 * @param abortReason why it was aborted, or null
 */
public record BatchRow(
    long id,
    long parentId,
    int size,
    long createdAtMicros,
    State state,
    long closedAtMicros,
    long hash,
    @Nullable String idempotencyKey,
    @Nullable String abortReason) {

  /** Whether items may still be added. */
  public enum State {
    /** Its items are being pulled from a stream. */
    OPEN,
    /** It has all its items. */
    SEALED,
    /** Its stream broke off; the items that it has stay. */
    ABORTED
  }

  /** A batch that has all its items from the beginning. */
  public BatchRow(long id, long parentId, int size, long createdAtMicros) {
    this(id, parentId, size, createdAtMicros, State.SEALED, createdAtMicros, 0, null, null);
  }
}
