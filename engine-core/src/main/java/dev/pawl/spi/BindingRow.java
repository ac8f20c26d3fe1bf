package dev.pawl.spi;

/**
 * An idempotency key and the run, or for a key of a whole batch the batch, that it names.
 *
 * @param key the key
 * @param runId the run or batch
 * @param expiresAtMicros when the key is free again
 * @param payloadHash a hash of the payload that created the run, to tell whether a later one
 *     differs
 */
public record BindingRow(Key key, long runId, long expiresAtMicros, long payloadHash) {
  /**
   * A key within its task and scope. The text of a key is hashed, so that a key of 2,048 characters
   * costs no more than a short one.
   *
   * @param taskId the task
   * @param hash1 the first 64 bits of a SHA-256 over scope and key
   * @param hash2 the next 64 bits
   */
  public record Key(String taskId, long hash1, long hash2) {}
}
