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

  /** What stands for the items of a stream, which are not known when the call is recorded. */
  static final long STREAM = new Hasher().add("STREAM").toLong();

  /** What tells one item more from another, at the end of all before it. */
  static long chain(long before, String taskId, long payloadHash) {
    return new Hasher()
        .add(ByteBuffer.allocate(Long.BYTES).putLong(before).array())
        .add(taskId)
        .add(ByteBuffer.allocate(Long.BYTES).putLong(payloadHash).array())
        .toLong();
  }

  /** What tells all items of a list from others, by their payloads alone. */
  static long chain(List<Requests.Draft> drafts) {
    long hash = 0;
    for (Requests.Draft draft : drafts) {
      hash = chain(hash, draft.taskId(), draft.payloadHash());
    }
    return hash;
  }

  /** What tells a recorded batch from another. */
  static long match(List<Requests.Draft> drafts) {
    Hasher hasher = new Hasher();
    for (Requests.Draft draft : drafts) {
      hasher.add(draft.taskId());
      hasher.add(ByteBuffer.allocate(Long.BYTES).putLong(match(draft)).array());
    }
    return hasher.toLong();
  }

  /** Hashes a sequence of values, each with its length, so that they do not run into each other. */
  static final class Hasher {
    /** Stands where the length of a value does, and is none. */
    private static final int NO_UNICODE = -1;

    /** Copied for each use: to look the algorithm up leaves something behind on each thread. */
    private static final MessageDigest SHA_256 = sha256();

    private final MessageDigest digest = fresh();

    Hasher add(byte[] value) {
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).flip());
      digest.update(value);
      return this;
    }

    /**
     * Adds a text. One that is no Unicode, because half of a surrogate pair is missing, has no
     * UTF-8: all of them would become the same question marks, and two keys each other.
     */
    Hasher add(String value) {
      return StandardCharsets.UTF_8.newEncoder().canEncode(value)
          ? add(value.getBytes(StandardCharsets.UTF_8))
          : addChars(value);
    }

    private Hasher addChars(String value) {
      ByteBuffer chars = ByteBuffer.allocate(value.length() * Character.BYTES);
      chars.asCharBuffer().put(value);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(NO_UNICODE).flip());
      return add(chars.array());
    }

    long toLong() {
      return ByteBuffer.wrap(digest.digest()).getLong();
    }

    BindingRow.Key toKey(String taskId) {
      ByteBuffer hash = ByteBuffer.wrap(digest.digest());
      return new BindingRow.Key(taskId, hash.getLong(), hash.getLong());
    }

    private static MessageDigest fresh() {
      try {
        return (MessageDigest) SHA_256.clone();
      } catch (CloneNotSupportedException e) {
        return sha256(); // a provider of the application's own
      }
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
