package dev.pawl;

import java.util.OptionalInt;

/**
 * The declaration of a queue: a name and, if wanted, how many of its runs may execute at once. Two
 * tasks that declare the same name share the queue.
 */
public final class Queue {
  private static final int NO_LIMIT = -1;
  private final String name;
  private final int concurrencyLimit;

  private Queue(String name, int concurrencyLimit) {
    this.name = name;
    this.concurrencyLimit = concurrencyLimit;
  }

  /**
   * A queue that leaves the limit as it is: unlimited, unless it was declared or set elsewhere.
   *
   * @throws InvalidOptionException if the name is not 1 to 128 letters, digits and {@code _ - . /
   *     :}
   */
  public static Queue named(String name) {
    return new Queue(Names.check("queue name", name), NO_LIMIT);
  }

  /**
   * A task's own queue. Its name may be longer than others, since the id may be as long as they.
   */
  static Queue ofTask(String taskId) {
    return new Queue("task/" + taskId, NO_LIMIT);
  }

  /**
   * Limits how many runs may execute at once, for each concurrency key on its own; 0 lets nothing
   * start.
   *
   * @throws InvalidOptionException if the limit is negative
   */
  public Queue concurrencyLimit(int limit) {
    if (limit < 0) {
      throw new InvalidOptionException(
          "the concurrency limit of queue " + Text.quote(name) + " must not be negative: " + limit);
    }
    return new Queue(name, limit);
  }

  public String name() {
    return name;
  }

  /** The limit, where this declaration sets one. */
  public OptionalInt concurrencyLimit() {
    return concurrencyLimit == NO_LIMIT ? OptionalInt.empty() : OptionalInt.of(concurrencyLimit);
  }

  @Override
  public String toString() {
    return "Queue[" + name + (concurrencyLimit == NO_LIMIT ? "" : ", " + concurrencyLimit) + "]";
  }
}
