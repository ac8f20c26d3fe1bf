package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * The code of a task.
 *
 * @param <I> the payload type
 * @param <O> the output type
 */
@FunctionalInterface
public interface TaskBody<I extends @Nullable Object, O extends @Nullable Object> {

  /**
   * Runs one attempt, on a virtual thread of its own.
   *
   * <p>It may be run again after a failure, and also, as the same attempt, after the process died
   * while it waited, or its body was unloaded meanwhile ({@link Limits#parkedBodies(int)}): its
   * calls of {@code run} then return what they returned before, everything else is done anew.
   *
   * @param payload the payload, decoded anew for each attempt
   * @param run the run that this is an attempt of
   * @return the output
   * @throws Exception to fail the attempt; it is retried while attempts remain, unless it is an
   *     {@link AbortRunException}
   */
  O run(I payload, RunContext run) throws Exception;
}
