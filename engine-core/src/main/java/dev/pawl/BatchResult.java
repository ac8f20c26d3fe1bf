package dev.pawl;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the runs of a batch ended, in the order of the call. A run that ended badly fills its index
 * like any other.
 *
 * @param batchId the batch's id
 * @param results one result for each item
 */
public record BatchResult<O extends @Nullable Object>(String batchId, List<RunResult<O>> results)
    implements Iterable<RunResult<O>> {
  /** Results; later changes of the list do not change them. */
  public BatchResult {
    results = List.copyOf(results);
  }

  /** How many items the batch has. */
  public int size() {
    return results.size();
  }

  /** The result of one item. */
  public RunResult<O> get(int index) {
    return results.get(index);
  }

  /** Whether every run completed. */
  public boolean allOk() {
    return results.stream().allMatch(RunResult::ok);
  }

  /**
   * The outputs in the order of the call.
   *
   * @throws SubtaskUnwrapException for the first run that did not complete
   */
  public List<O> unwrap() {
    return results.stream().map(RunResult::unwrap).toList();
  }

  @Override
  public Iterator<RunResult<O>> iterator() {
    return results.iterator();
  }
}
