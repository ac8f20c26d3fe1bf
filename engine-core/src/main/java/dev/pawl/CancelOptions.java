package dev.pawl;

import java.util.Objects;

/**
 * How a run is cancelled.
 *
 * @param children which of its children are cancelled after it; default all
 * @param reason the message that its error carries; default "canceled by user"
 */
public record CancelOptions(Children children, String reason) {
  private static final int MAX_REASON = 1_024;

  /** Which children are cancelled with their parent, and with them theirs. */
  public enum Children {
    /** Every child that has not ended. */
    ALL,
    /** Those the parent waits for. */
    AWAITED,
    /** None. */
    NONE
  }

  /**
   * Checks the reason.
   *
   * @throws InvalidOptionException if the reason is longer than 1,024 characters
   */
  public CancelOptions {
    Objects.requireNonNull(children);
    if (reason.length() > MAX_REASON) {
      throw new InvalidOptionException(
          "a cancel reason must not be longer than " + MAX_REASON + " characters");
    }
  }

  /** All children, "canceled by user". */
  public static CancelOptions defaults() {
    return new CancelOptions(Children.ALL, "canceled by user");
  }

  /** The same with other children. */
  public CancelOptions children(Children children) {
    return new CancelOptions(children, reason);
  }

  /**
   * The same with another reason.
   *
   * @throws InvalidOptionException if it is longer than 1,024 characters
   */
  public CancelOptions reason(String reason) {
    return new CancelOptions(children, reason);
  }
}
