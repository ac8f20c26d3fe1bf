package dev.pawl;

/**
 * A trigger was refused because its queue is full: see {@link Queue#maxQueued(int)}. Nothing was
 * stored; the same call may succeed once runs of the queue have started.
 */
public final class QueueFullException extends PawlException {
  private static final long serialVersionUID = 1L;
  private final String queue;
  private final int maxQueued;

  /**
   * For a call that would make too many runs stand in a queue.
   *
   * @param taskId the task that was triggered
   * @param triggers how many runs the call would create in all
   */
  public QueueFullException(String taskId, String queue, int maxQueued, int triggers) {
    super(
        (triggers == 1
                ? "a run of task " + Text.quote(taskId)
                : "a batch of " + triggers + " runs, among them one of task " + Text.quote(taskId))
            + " was refused: queue "
            + Text.quote(queue)
            + " would hold more than its maxQueued of "
            + maxQueued
            + "; try again when some of its runs have started");
    this.queue = queue;
    this.maxQueued = maxQueued;
  }

  /** The queue that has no room. */
  public String queue() {
    return queue;
  }

  /** How many runs may stand in the queue. */
  public int maxQueued() {
    return maxQueued;
  }
}
