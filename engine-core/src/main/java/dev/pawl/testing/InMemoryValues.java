package dev.pawl.testing;

import dev.pawl.spi.StoredValue;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Large values, and which of them a row refers to. Not safe for use by many threads: {@link
 * InMemoryStore} guards it.
 */
final class InMemoryValues {
  private final Map<Long, byte[]> values = new HashMap<>();
  private final Set<Long> taken = new HashSet<>();
  private long lastKey;

  StoredValue write(byte[] value) {
    values.put(++lastKey, value.clone());
    return StoredValue.large(lastKey, value.length, StoredValue.checksum(value));
  }

  /** Whether a row may begin to refer to a value: it was written, and nobody has it. */
  boolean isFree(long key) {
    return values.containsKey(key) && !taken.contains(key);
  }

  /** A row refers to a value from now on. */
  void take(@Nullable StoredValue value) {
    if (value != null && value.isLarge()) {
      taken.add(value.key());
    }
  }

  /** The row that referred to a value does so no longer. */
  void release(@Nullable StoredValue value) {
    if (value != null && value.isLarge()) {
      taken.remove(value.key());
      values.remove(value.key());
    }
  }

  void discard(StoredValue value) {
    if (!taken.contains(value.key())) {
      values.remove(value.key());
    }
  }

  /** A new life begins: nobody will commit what a former one has written. */
  void discardAllFree() {
    values.keySet().retainAll(taken);
  }

  InputStream open(StoredValue value) throws NoSuchFileException {
    byte @Nullable [] bytes = values.get(value.key());
    if (bytes == null) {
      throw new NoSuchFileException("large value " + value.key());
    }
    return new ByteArrayInputStream(bytes);
  }

  int size() {
    return values.size();
  }

  /** Changes one bit of a value, or loses the value: for tests. */
  void damage(StoredValue value, boolean lose) {
    if (lose) {
      values.remove(value.key());
    } else {
      values.computeIfPresent(
          value.key(),
          (key, bytes) -> {
            byte[] flipped = bytes.clone();
            flipped[flipped.length / 2] ^= 1;
            return flipped;
          });
    }
  }
}
