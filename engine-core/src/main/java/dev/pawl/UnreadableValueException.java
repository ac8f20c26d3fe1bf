package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * A stored payload or output does not read as the type that was asked for, or its checksum is
 * wrong.
 */
public final class UnreadableValueException extends PawlException {
  private static final long serialVersionUID = 1L;

  public UnreadableValueException(String message, @Nullable Throwable cause) {
    super(Text.oneLine(message), cause);
  }
}
