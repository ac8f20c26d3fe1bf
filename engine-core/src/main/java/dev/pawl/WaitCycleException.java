package dev.pawl;

/**
 * A wait that could never end, because what it is for waits for the run that waits. The message
 * shows the cycle. Nothing was stored.
 */
public final class WaitCycleException extends PawlException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public WaitCycleException(String message) {
    super(message);
  }
}
