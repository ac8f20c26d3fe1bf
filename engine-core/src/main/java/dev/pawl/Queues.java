package dev.pawl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at queues, and changes their settings while the engine runs. Any thread may call. Changes
 * are durable when the call returns and are there after a restart; they take effect on the next
 * start of a run, and never on a run that executes.
 *
 * <p>A queue is known when a task of this process declares it, when it has settings, or when a live
 * run belongs to it. Every method throws {@link UnknownQueueException}, which lists names that look
 * alike, for any other: to pause a misspelled queue without an error would be to pause nothing.
 * Names are written as {@link QueueInfo#name} has them; the own queue of task {@code t} is {@code
 * task/t}.
 */
public interface Queues {
  /** The number of queues or keys on a page may not be greater. */
  int MAX_PAGE = 1_000;

  /** Every known queue, in the order of names. Taken in steps: not all at one instant. */
  List<QueueInfo> list();

  /**
   * A page of the known queues, in the order of names.
   *
   * @param limit how many at most, 1 to {@value #MAX_PAGE}
   * @param after the cursor of the page before, or null for the first page
   * @throws InvalidOptionException if the limit is out of range
   */
  Page<QueueInfo> list(int limit, @Nullable String after);

  /** One queue. */
  QueueInfo retrieve(String queue);

  /** The own queue of a task, or the one that it declares. */
  default QueueInfo retrieve(Task<?, ?> task) {
    return retrieve(task.queue().name());
  }

  /**
   * A page of a queue's concurrency keys: those that have a run in the queue or executing. The runs
   * without a key come first, then the keys in alphabetical order.
   *
   * @param limit how many at most, 1 to {@value #MAX_PAGE}
   * @param after the cursor of the page before, or null for the first page
   * @throws InvalidOptionException if the limit is out of range
   */
  Page<QueueKeyInfo> keys(String queue, int limit, @Nullable String after);

  /**
   * Lets nothing of a queue start until {@link #resume}; what executes goes on, and triggers are
   * accepted. Limits stay as they are, and times to live go on counting.
   */
  void pause(String queue);

  /** Undoes {@link #pause}: the queue has the limits that it had, 0 included. */
  void resume(String queue);

  /**
   * Sets how many runs of each concurrency key may execute at once, whatever tasks and triggers
   * declare, until {@link #resetLimit}.
   *
   * @param limit 0 lets nothing start; {@link Integer#MAX_VALUE} means no limit
   * @throws InvalidOptionException if the limit is negative
   */
  void setLimit(String queue, int limit);

  /**
   * Undoes {@link #setLimit}: what was declared last is in force, also where that was declared
   * meanwhile. Without effect where no limit was set.
   */
  void resetLimit(String queue);

  /**
   * Sets how many runs may execute at once over all concurrency keys, whatever tasks and triggers
   * declare, until {@link #resetTotalLimit}.
   *
   * @param limit 0 lets nothing start; {@link Integer#MAX_VALUE} means no limit
   * @throws InvalidOptionException if the limit is negative
   */
  void setTotalLimit(String queue, int limit);

  /** Undoes {@link #setTotalLimit}; without effect where no limit was set. */
  void resetTotalLimit(String queue);
}
