package dev.pawl.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one turn of the engine writes: applied whole or not at all. A change that breaks a promise
 * given here is a defect of the engine: a store throws {@link IllegalStateException} and applies
 * nothing. After each commit every run has either a live row or a result, never both or none; no
 * key stands twice in one list. Plain rows, so that a store can write, journal, replay and compare
 * them without knowing any rule. No row stands in two of the lists that concern its table.
 *
 * @param runs new runs
 * @param runUpdates runs that replace the stored one with the same id, which exists and was made at
 *     the same place of the same batch
 * @param liveInserts live rows of new runs
 * @param liveUpdates live rows that replace the stored one with the same id, which exists
 * @param liveDeletes ids of live rows to delete, which exist
 * @param results how runs ended; each such run had no result before
 * @param attempts attempts that ended without ending their run
 * @param journal journal entries; one that exists under the same run and seq is replaced
 * @param batches new batches
 * @param batchItems items of new batches, and of batches that were open before, none of which was
 *     there before
 * @param bindings idempotency keys and the runs or batches they name; one that exists under the
 *     same task and key is replaced
 * @param unboundKeys idempotency keys to free, which exist
 * @param queues queue settings; one that exists under the same name is replaced
 * @param labels present labels of runs, which exist; one that is stored for the same run is
 *     replaced
 * @param hooksOwed runs that get a result here and whose hooks are to be run
 * @param hooksPaid runs whose hooks were run, which were owed
 * @param batchUpdates batches that replace the stored one with the same id, which is open
 * @param state the engine's own state, or null where it stays as it is
 * @param runDeletes ids of runs to delete, each with a result from an earlier commit, no hooks to
 *     be run and no place in a batch that is open after the other changes; and with each all that
 *     is kept under it: attempts, journal, labels, large values, its places in batches, each batch
 *     that has no item left then, and every idempotency key that names the run or such a batch
 *     after the other changes
 * @param batchDeletes ids of batches to delete, each closed without items by an earlier commit, and
 *     with each every idempotency key that names it
 */
public record Changes(
    List<RunRow> runs,
    List<RunRow> runUpdates,
    List<LiveRow> liveInserts,
    List<LiveRow> liveUpdates,
    List<Long> liveDeletes,
    List<ResultRow> results,
    List<AttemptRow> attempts,
    List<JournalRow> journal,
    List<BatchRow> batches,
    List<BatchItemRow> batchItems,
    List<BindingRow> bindings,
    List<BindingRow.Key> unboundKeys,
    List<QueueRow> queues,
    List<LabelRow> labels,
    List<Long> hooksOwed,
    List<Long> hooksPaid,
    List<BatchRow> batchUpdates,
    @Nullable StoreState state,
    List<Long> runDeletes,
    List<Long> batchDeletes) {

  /** How many rows are inserted, replaced or deleted by name; that of the engine's state apart. */
  public int size() {
    return runs.size()
        + runUpdates.size()
        + liveInserts.size()
        + liveUpdates.size()
        + liveDeletes.size()
        + results.size()
        + attempts.size()
        + journal.size()
        + batches.size()
        + batchItems.size()
        + bindings.size()
        + unboundKeys.size()
        + queues.size()
        + labels.size()
        + hooksOwed.size()
        + hooksPaid.size()
        + batchUpdates.size()
        + runDeletes.size()
        + batchDeletes.size();
  }

  /** Whether there is nothing to write. */
  public boolean isEmpty() {
    return runs.isEmpty()
        && runUpdates.isEmpty()
        && liveInserts.isEmpty()
        && liveUpdates.isEmpty()
        && liveDeletes.isEmpty()
        && results.isEmpty()
        && attempts.isEmpty()
        && journal.isEmpty()
        && batches.isEmpty()
        && batchItems.isEmpty()
        && bindings.isEmpty()
        && unboundKeys.isEmpty()
        && queues.isEmpty()
        && labels.isEmpty()
        && hooksOwed.isEmpty()
        && hooksPaid.isEmpty()
        && batchUpdates.isEmpty()
        && state == null
        && runDeletes.isEmpty()
        && batchDeletes.isEmpty();
  }
}
