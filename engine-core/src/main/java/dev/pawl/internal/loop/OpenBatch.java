package dev.pawl.internal.loop;

import dev.pawl.spi.BatchRow;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.Micros;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch in the making. Whoever triggers it makes one and hands it in with each part of the items;
 * it is also the fence: a part whose {@code OpenBatch} is not the one that the loop knows changes
 * nothing. The first fields never change; the rest belongs to the loop.
 */
public final class OpenBatch {
  /**
   * The key of a batch.
   *
   * @param id what identifies it
   * @param ttl how long it stays bound, in microseconds
   * @param text the key as the user wrote it
   * @param itemsHash what tells the items of a list from others; 0 for a stream
   */
  public record Key(BindingRow.Key id, long ttl, String text, long itemsHash) {}

  final @Nullable Key key;
  final boolean awaited;

  /** Whether it was read from the store, and nobody carries it on yet. */
  boolean dormant;

  /** 0 until its first part is taken. */
  long id;

  long parentId;
  int size;
  long createdAt;
  long hash;
  @Nullable String keyText;

  /** Whether the thread that pulls its items belongs to the run, so that the loop sees it wait. */
  boolean pulledByRun;

  /** The journal entry that records it; only where a run triggers it. */
  int seq;

  /** Counts its runs that have not ended, for the wait to come; null where nobody will wait. */
  Waiter.@Nullable BatchCountdown countdown;

  /** Waits of runs that were given this batch by its key: over when it is closed. */
  final List<Waiter.OpenWait> closeWaits = new ArrayList<>(0);

  /**
   * A batch of which nothing exists yet.
   *
   * @param awaited whether the caller will wait for its runs
   */
  public OpenBatch(@Nullable Key key, boolean awaited) {
    this.key = key;
    this.awaited = awaited;
    this.keyText = key == null ? null : key.text();
  }

  /** A batch that the store tells of, to go on with it. */
  public OpenBatch(BatchRow row, boolean awaited) {
    this.key = null;
    this.awaited = awaited;
    this.id = row.id();
    takeFrom(row);
  }

  private void takeFrom(BatchRow row) {
    this.parentId = row.parentId();
    this.size = row.size();
    this.createdAt = row.createdAtMicros();
    this.hash = row.hash();
    this.keyText = row.idempotencyKey();
  }

  /** The row that tells its present state. */
  BatchRow toRow(BatchRow.State state, long now, @Nullable String abortReason) {
    return new BatchRow(
        id,
        parentId,
        size,
        createdAt,
        state,
        state == BatchRow.State.OPEN ? Micros.NONE : now,
        hash,
        keyText,
        abortReason);
  }
}
