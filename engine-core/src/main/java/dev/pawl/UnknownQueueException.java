package dev.pawl;

import java.util.List;

/**
 * A queue that this engine does not know: no task declares it, it has no settings, and no live run
 * belongs to it. The message lists names that look alike.
 */
public final class UnknownQueueException extends PawlException {
  private static final long serialVersionUID = 1L;
  private final String queue;
  private final transient List<String> similar;

  /**
   * A queue that is not there.
   *
   * @param similar names of queues that look alike
   */
  public UnknownQueueException(String queue, List<String> similar) {
    super(message(queue, similar));
    this.queue = queue;
    this.similar = List.copyOf(similar);
  }

  private static String message(String queue, List<String> similar) {
    String hint =
        similar.isEmpty()
            ? "a queue is known once a task declares it, or a run belongs to it"
            : "did you mean " + String.join(", ", similar) + "?";
    return "there is no queue " + Text.quote(queue) + "; " + hint;
  }

  /** The name that was given. */
  public String queue() {
    return queue;
  }

  /** Known queues whose names look like the unknown one, most alike first. */
  public List<String> similar() {
    return similar;
  }
}
