package dev.pawl;

import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A thread that belongs to a run.
 *
 * @param <T> what its code returns
 */
public interface Fork<T extends @Nullable Object> {

  /**
   * Waits until the code has returned. Called by a thread of the same run this is a wait: the slot
   * is free while all the run's threads are parked.
   *
   * @return what the code returned
   * @throws ExecutionException if the code threw; its cause is what was thrown
   * @throws RunCanceledException if the run was cancelled
   */
  T join() throws ExecutionException, InterruptedException;
}
