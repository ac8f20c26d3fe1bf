package dev.pawl;

/**
 * A payload is larger than the engine's limit. The message gives both sizes. Nothing was stored.
 */
public final class PayloadTooLargeException extends PawlException {
  private static final long serialVersionUID = 1L;

  private final int size;
  private final int limit;

  /**
   * A payload that is refused.
   *
   * @param size its encoded size in bytes
   * @param limit how many it may have, {@link Limits#maxPayloadBytes()}
   */
  public PayloadTooLargeException(String message, int size, int limit) {
    super(message);
    this.size = size;
    this.limit = limit;
  }

  /** The size of the encoded payload in bytes. */
  public int size() {
    return size;
  }

  /** How many bytes an encoded payload may have. */
  public int limit() {
    return limit;
  }
}
