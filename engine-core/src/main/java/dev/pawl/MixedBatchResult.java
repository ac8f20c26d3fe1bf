package dev.pawl;

import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the runs of a batch of several tasks ended, in the order of the call. A run that ended badly
 * fills its index like any other.
 */
public final class MixedBatchResult implements Iterable<RunResult<?>> {
  private final String batchId;
  private final List<RunResult<?>> results;
  private final IdentityHashMap<BatchItem<?>, Integer> indexes = new IdentityHashMap<>();

  /**
   * A result.
   *
   * @param items the items by index, empty where they came from a stream and were not kept
   * @param results one result for each item
   */
  public MixedBatchResult(
      String batchId, List<? extends BatchItem<?>> items, List<? extends RunResult<?>> results) {
    this.batchId = batchId;
    this.results = List.copyOf(results);
    for (int index = 0; index < items.size(); index++) {
      indexes.putIfAbsent(items.get(index), index);
    }
  }

  /** The batch. */
  public String batchId() {
    return batchId;
  }

  /** How many items it has. */
  public int size() {
    return results.size();
  }

  /** The result of one index. */
  public RunResult<?> get(int index) {
    return results.get(index);
  }

  /**
   * The result of one item; of the first index where the same item was given several times.
   *
   * @throws IllegalArgumentException if the batch was not triggered with this very item in a list;
   *     the items of a stream are not kept, and are asked for by their index
   */
  @SuppressWarnings("unchecked") // the item's task has that output type, and made the run
  public <O extends @Nullable Object> RunResult<O> get(BatchItem<O> item) {
    Integer index = indexes.get(item);
    if (index == null) {
      throw new IllegalArgumentException(
          "this batch was not triggered with this " + item + " in a list of items");
    }
    return (RunResult<O>) results.get(index);
  }

  /** Whether every run completed. */
  public boolean allOk() {
    return results.stream().allMatch(RunResult::ok);
  }

  @Override
  public Iterator<RunResult<?>> iterator() {
    return results.iterator();
  }

  @Override
  public String toString() {
    return "MixedBatchResult[" + batchId + ", " + results + "]";
  }
}
