package dev.pawl;

/**
 * Thrown by {@link RunResult#unwrap()} for a run that did not complete. Its cause tells what the
 * run ended with.
 */
public final class SubtaskUnwrapException extends PawlException {
  private static final long serialVersionUID = 1L;
  private final String runId;
  private final String taskId;
  private final RunStatus status;
  private final transient RunError error;

  SubtaskUnwrapException(String runId, String taskId, RunStatus status, RunError error) {
    super(
        "run " + runId + " of task \"" + taskId + "\" ended " + status + ": " + error.summary(),
        new RunFailure(error));
    this.runId = runId;
    this.taskId = taskId;
    this.status = status;
    this.error = error;
  }

  /** The run that has failed. */
  public String runId() {
    return runId;
  }

  /** Its task. */
  public String taskId() {
    return taskId;
  }

  /** How the run ended. */
  public RunStatus status() {
    return status;
  }

  /** Why; the same as the cause, as a value. */
  public RunError error() {
    return error;
  }

  /**
   * A stored error in the shape of an exception, with the class name, message and causes of the
   * original.
   */
  static final class RunFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunFailure(RunError error) {
      super(
          error.summary(),
          error.cause() == null ? null : new RunFailure(error.cause()),
          false,
          false);
    }
  }
}
