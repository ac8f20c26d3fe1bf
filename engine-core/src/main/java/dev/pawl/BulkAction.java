package dev.pawl;

import java.time.Duration;

/**
 * A cancel or replay of many runs, which goes on in the background.
 *
 * <p>It goes through the runs that the query matches page by page, newest first, each page in a few
 * commits, so that the engine's other work goes on between them. Runs that are triggered after it
 * has begun are not touched. A run's filters are looked at when its page is read. It belongs to the
 * process: closing the engine ends it, and what it has done by then stays done.
 */
public interface BulkAction {
  /** What it has done so far. */
  BulkResult progress();

  /**
   * Waits until it has ended.
   *
   * @throws InterruptedException if the calling thread is interrupted; it goes on
   */
  BulkResult await() throws InterruptedException;

  /** As {@link #await()}, for at most {@code timeout} of real time; look at the result's status. */
  BulkResult await(Duration timeout) throws InterruptedException;

  /** Ends it after the page that it is at; what is done stays done. */
  void stop();
}
