package dev.pawl;

import java.util.List;

/** A task id that is not registered with this engine. The message lists ids that look alike. */
public final class UnknownTaskException extends PawlException {
  private static final long serialVersionUID = 1L;
  private final String taskId;
  private final transient List<String> similar;

  public UnknownTaskException(String taskId, List<String> similar) {
    super(message(taskId, similar));
    this.taskId = taskId;
    this.similar = List.copyOf(similar);
  }

  private static String message(String taskId, List<String> similar) {
    String hint =
        similar.isEmpty()
            ? "register it with Engine.builder().register(task)"
            : "did you mean " + String.join(", ", similar) + "?";
    return "no task " + Text.quote(taskId) + " is registered; " + hint;
  }

  public String taskId() {
    return taskId;
  }

  /** Registered ids that look like the unknown one, most alike first. */
  public List<String> similar() {
    return similar;
  }
}
