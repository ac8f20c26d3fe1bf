package dev.pawl.h2.internal.redo;

import java.io.IOException;

/** A group could not be appended. */
public final class AppendException extends Exception {
  private static final long serialVersionUID = 1L;
  private final boolean mayBeThere;

  AppendException(IOException cause, boolean mayBeThere) {
    super(cause.toString(), cause);
    this.mayBeThere = mayBeThere;
  }

  /**
   * Whether the group may be in the journal all the same; then nothing but the same group may be
   * appended next.
   */
  public boolean mayBeThere() {
    return mayBeThere;
  }
}
