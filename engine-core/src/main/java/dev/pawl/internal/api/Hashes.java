package dev.pawl.internal.api;

import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.spi.BindingRow;
import dev.pawl.spi.StoredValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * What tells payloads, keys and recorded calls apart. Cryptographic hashes, since two payloads that
 * collide would be given each other's child on a replay, and two keys each other's run.
 */
final class Hashes {
  private Hashes() {}

  /** A hash of a payload. */
  static long of(StoredValue payload) {
    return new Hasher().add(payload.bytes()).toLong();
  }

  /** What tells a recorded trigger from another of the same task: its key, or else its payload. */
  static long match(Requests.Draft draft) {
    TriggerRequest.Key key = draft.key();
    return key == null ? draft.payloadHash() : key.id().hash1();
  }

  /** What tells a recorded batch from another. */
  static long match(List<Requests.Draft> drafts) {
    Hasher hasher = new Hasher();
    for (Requests.Draft draft : drafts) {
      hasher.add(ByteBuffer.allocate(Long.BYTES).putLong(match(draft)).array());
    }
    return hasher.toLong();
  }

  /** Hashes a sequence of values, each with its length, so that they do not run into each other. */
  static final class Hasher {
    private final MessageDigest digest = sha256();

    Hasher add(byte[] value) {
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).flip());
      digest.update(value);
      return this;
    }

    Hasher add(String value) {
      return add(value.getBytes(StandardCharsets.UTF_8));
    }

    long toLong() {
      return ByteBuffer.wrap(digest.digest()).getLong();
    }

    BindingRow.Key toKey(String taskId) {
      ByteBuffer hash = ByteBuffer.wrap(digest.digest());
      return new BindingRow.Key(taskId, hash.getLong(), hash.getLong());
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java runtime has SHA-256", e);
      }
    }
  }
}
