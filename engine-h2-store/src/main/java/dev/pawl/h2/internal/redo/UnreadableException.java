package dev.pawl.h2.internal.redo;

/** Bytes are whole, but do not read as what this version would have written. */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message);
  }
}
