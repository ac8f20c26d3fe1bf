package dev.pawl;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a bulk action has done so far.
 *
 * @param status whether it goes on, and if not, how it ended
 * @param matched how many runs it has looked at that the query matches
 * @param succeeded how many it has cancelled or replayed
 * @param skipped how many had ended already when their cancel came
 * @param failed how many it could not cancel or replay
 * @param errors why, by the run's id; the first 1,000
 * @param failure what ended it, where it is {@code FAILED}; otherwise null
 */
public record BulkResult(
    Status status,
    long matched,
    long succeeded,
    long skipped,
    long failed,
    Map<String, PawlException> errors,
    @Nullable PawlException failure) {
  /** How far it is. */
  public enum Status {
    /** It goes on. */
    RUNNING,
    /** It has looked at every run that matches. */
    COMPLETED,
    /** {@link BulkAction#stop} has ended it. */
    STOPPED,
    /** The engine or its store has ended it: it was closed, for example. */
    FAILED
  }

  /** A result; later changes of the map do not change it. */
  public BulkResult {
    errors = Map.copyOf(errors);
  }

  /** Whether it goes on no more. */
  public boolean isDone() {
    return status != Status.RUNNING;
  }
}
