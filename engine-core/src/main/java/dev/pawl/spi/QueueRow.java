package dev.pawl.spi;

/**
 * The persisted settings of a queue. Declarations, by tasks and triggers, and what was set at run
 * time stand side by side, so that resetting a limit finds the one that was declared last.
 *
 * @param name the queue's name
 * @param declaredLimit how many runs of one sub-queue may execute at once as declared, or {@link
 *     #UNLIMITED}
 * @param limitOverride the same as set at run time, or {@link #NOT_OVERRIDDEN}
 * @param declaredTotalLimit how many over all its sub-queues as declared, or {@link #UNLIMITED}
 * @param totalLimitOverride the same as set at run time, or {@link #NOT_OVERRIDDEN}
 * @param maxQueued how many runs may stand in it before triggers are refused, or {@link #UNLIMITED}
 * @param paused whether nothing of it may start
 */
public record QueueRow(
    String name,
    int declaredLimit,
    int limitOverride,
    int declaredTotalLimit,
    int totalLimitOverride,
    int maxQueued,
    boolean paused) {
  /** No limit. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** The declared limit is in force. */
  public static final int NOT_OVERRIDDEN = -1;

  /** The settings of a queue that nobody has declared or changed. */
  public static QueueRow of(String name) {
    return new QueueRow(
        name, UNLIMITED, NOT_OVERRIDDEN, UNLIMITED, NOT_OVERRIDDEN, UNLIMITED, false);
  }

  /** How many runs of one sub-queue may execute at once. */
  public int concurrencyLimit() {
    return limitOverride == NOT_OVERRIDDEN ? declaredLimit : limitOverride;
  }

  /** How many runs may execute at once over all sub-queues. */
  public int totalLimit() {
    return totalLimitOverride == NOT_OVERRIDDEN ? declaredTotalLimit : totalLimitOverride;
  }

  /** The same with other declarations. */
  public QueueRow declared(int limit, int totalLimit, int maxQueued) {
    return new QueueRow(
        name, limit, limitOverride, totalLimit, totalLimitOverride, maxQueued, paused);
  }

  /** The same with another {@code limitOverride}. */
  public QueueRow withLimitOverride(int limit) {
    return new QueueRow(
        name, declaredLimit, limit, declaredTotalLimit, totalLimitOverride, maxQueued, paused);
  }

  /** The same with another {@code totalLimitOverride}. */
  public QueueRow withTotalLimitOverride(int limit) {
    return new QueueRow(
        name, declaredLimit, limitOverride, declaredTotalLimit, limit, maxQueued, paused);
  }

  /** The same, paused or not. */
  public QueueRow withPaused(boolean paused) {
    return new QueueRow(
        name,
        declaredLimit,
        limitOverride,
        declaredTotalLimit,
        totalLimitOverride,
        maxQueued,
        paused);
  }
}
