package dev.pawl;

/**
 * Thrown inside a body whose run was cancelled, or timed out, by the calls that notice it. The run
 * has already ended.
 */
public final class RunCanceledException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public RunCanceledException(String message) {
    super(message);
  }
}
