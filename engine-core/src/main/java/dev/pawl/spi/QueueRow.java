package dev.pawl.spi;

/**
 * The persisted settings of a queue.
 *
 * @param name the queue's name
 * @param concurrencyLimit how many runs of one sub-queue may execute at once, or {@link #UNLIMITED}
 * @param totalLimit how many over all its sub-queues, or {@link #UNLIMITED}
 * @param paused whether nothing of it may start
 */
public record QueueRow(String name, int concurrencyLimit, int totalLimit, boolean paused) {
  /** No limit. */
  public static final int UNLIMITED = Integer.MAX_VALUE;
}
