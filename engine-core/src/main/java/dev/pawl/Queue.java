package dev.pawl;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of a queue: a name and, if wanted, how many of its runs may execute at once, for
 * each concurrency key and over all of them, and how many may stand in it. Immutable; each method
 * that takes a value returns a changed copy. Two tasks that declare the same name share the queue.
 *
 * <p>What a declaration leaves out stays as it is: unlimited, unless it was declared elsewhere. Of
 * two declarations of the same thing, by tasks or triggers, the later one counts. What was set by
 * {@link Queues#setLimit} counts before all declarations, until it is reset.
 */
public final class Queue {
  private final String name;
  private final @Nullable Integer concurrencyLimit;
  private final @Nullable Integer totalLimit;
  private final @Nullable Integer maxQueued;

  private Queue(
      String name,
      @Nullable Integer concurrencyLimit,
      @Nullable Integer totalLimit,
      @Nullable Integer maxQueued) {
    this.name = name;
    this.concurrencyLimit = concurrencyLimit;
    this.totalLimit = totalLimit;
    this.maxQueued = maxQueued;
  }

  /**
   * A queue that leaves everything as it is.
   *
   * @throws InvalidOptionException if the name is not 1 to 128 letters, digits and {@code _ - . /
   *     :}
   */
  public static Queue named(String name) {
    return new Queue(Names.check("queue name", name), null, null, null);
  }

  /**
   * A task's own queue. Its name may be longer than others, since the id may be as long as they.
   */
  static Queue ofTask(String taskId) {
    return new Queue("task/" + taskId, null, null, null);
  }

  /**
   * Limits how many runs may execute at once, for each concurrency key on its own; 0 lets nothing
   * start.
   *
   * @throws InvalidOptionException if the limit is negative
   */
  public Queue concurrencyLimit(int limit) {
    return new Queue(name, atLeast(0, "concurrency limit", limit), totalLimit, maxQueued);
  }

  /**
   * Limits how many runs may execute at once over all concurrency keys; 0 lets nothing start.
   *
   * @throws InvalidOptionException if the limit is negative
   */
  public Queue totalLimit(int limit) {
    return new Queue(name, concurrencyLimit, atLeast(0, "total limit", limit), maxQueued);
  }

  /**
   * Limits how many runs may stand in the queue, over all concurrency keys: a trigger beyond it is
   * refused with {@link QueueFullException}. Only those count that stand there, to start or to go
   * on after a wait; what executes, waits or is due later does not. A run that was accepted is
   * never refused later: delayed runs that come due, retries and runs that go on are let in beyond
   * the bound. A batch is refused as a whole where the queue has no room for all its runs.
   *
   * @throws InvalidOptionException if the bound is less than 1
   */
  public Queue maxQueued(int maxQueued) {
    return new Queue(name, concurrencyLimit, totalLimit, atLeast(1, "maxQueued", maxQueued));
  }

  private int atLeast(int least, String what, int value) {
    if (value < least) {
      throw new InvalidOptionException(
          "the "
              + what
              + " of queue "
              + Text.quote(name)
              + " must be at least "
              + least
              + ": "
              + value);
    }
    return value;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The limit for each concurrency key, where this declaration sets one. */
  public OptionalInt concurrencyLimit() {
    return optional(concurrencyLimit);
  }

  /** The limit over all concurrency keys, where this declaration sets one. */
  public OptionalInt totalLimit() {
    return optional(totalLimit);
  }

  /** How many runs may stand in the queue, where this declaration says so. */
  public OptionalInt maxQueued() {
    return optional(maxQueued);
  }

  /** Whether it says more than a name. */
  public boolean setsAnything() {
    return concurrencyLimit != null || totalLimit != null || maxQueued != null;
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  @Override
  public String toString() {
    return "Queue["
        + name
        + (concurrencyLimit == null ? "" : ", limit " + concurrencyLimit)
        + (totalLimit == null ? "" : ", total " + totalLimit)
        + (maxQueued == null ? "" : ", maxQueued " + maxQueued)
        + "]";
  }
}
