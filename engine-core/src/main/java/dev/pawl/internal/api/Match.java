package dev.pawl.internal.api;

import dev.pawl.spi.StoredValue;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * What tells one recorded call from another of the same kind and task: a hash of its payload. A
 * cryptographic one, since two payloads that collide would be given each other's child on a replay.
 */
final class Match {
  private Match() {}

  static long of(StoredValue payload) {
    return of(List.of(payload));
  }

  static long of(List<StoredValue> payloads) {
    MessageDigest digest = sha256();
    for (StoredValue value : payloads) {
      byte[] payload = value.bytes();
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(payload.length).flip());
      digest.update(payload);
    }
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
