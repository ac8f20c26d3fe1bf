package dev.pawl.internal.queue;

import org.jspecify.annotations.Nullable;

/**
 * What keeps a run that stands in a queue from starting.
 *
 * @param queue the queue
 * @param key the concurrency key, or null for the runs without one
 * @param limit the limit that is reached, where one is
 * @param executing how many slots of it are taken, or how much of the capacity
 * @param weight what the run weighs
 */
public record Hold(
    Kind kind, String queue, @Nullable String key, int limit, int executing, int weight) {
  /** The kinds of holds. */
  public enum Kind {
    /** Nothing may start at all. */
    PAUSED,
    /** All slots are taken. */
    MAX_CONCURRENCY,
    /** It weighs more than is left of the capacity. */
    CAPACITY,
    /** It would fit, but a heavier run whose turn came before its own waits until it fits. */
    RESERVED,
    /** Nothing of this queue may start. */
    QUEUE_PAUSED,
    /** All slots of this queue, over all keys, are taken. */
    TOTAL_LIMIT,
    /** All slots of this queue for this key, or without one, are taken. */
    LIMIT
  }
}
