package dev.pawl.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one turn of the engine writes: applied whole or not at all. Plain rows, so that a store can
 * write, journal, replay and compare them without knowing any rule. No row stands in two of the
 * lists that concern its table.
 *
 * @param runs new runs
 * @param liveInserts live rows of new runs
 * @param liveUpdates live rows that replace the stored one with the same id, which exists
 * @param liveDeletes ids of live rows to delete, which exist
 * @param results how runs ended; each such run had no result before
 * @param attempts attempts that ended without ending their run
 * @param journal journal entries; one that exists under the same run and seq is replaced
 * @param batches new batches
 * @param batchItems their items
 * @param queues queue settings; one that exists under the same name is replaced
 * @param state the engine's own state, or null where it stays as it is
 */
public record Changes(
    List<RunRow> runs,
    List<LiveRow> liveInserts,
    List<LiveRow> liveUpdates,
    List<Long> liveDeletes,
    List<ResultRow> results,
    List<AttemptRow> attempts,
    List<JournalRow> journal,
    List<BatchRow> batches,
    List<BatchItemRow> batchItems,
    List<QueueRow> queues,
    @Nullable StoreState state) {

  /** Whether there is nothing to write. */
  public boolean isEmpty() {
    return runs.isEmpty()
        && liveInserts.isEmpty()
        && liveUpdates.isEmpty()
        && liveDeletes.isEmpty()
        && results.isEmpty()
        && attempts.isEmpty()
        && journal.isEmpty()
        && batches.isEmpty()
        && batchItems.isEmpty()
        && queues.isEmpty()
        && state == null;
  }
}
