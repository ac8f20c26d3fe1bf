package dev.pawl.spi;

import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A serialized payload or output with its CRC32C, computed when the value was encoded and checked
 * each time it is read: database pages carry no checksum, so a flipped bit would otherwise come
 * back as wrong data.
 *
 * <p>A small value holds its bytes and stands in the row of its run. A large one is a reference to
 * bytes that {@link RunStore#writeLarge} has put elsewhere, so that reading a row never reads it.
 */
public final class StoredValue {
  private final byte @Nullable [] bytes;
  private final long key;
  private final int size;
  private final int crc32c;

  private StoredValue(byte @Nullable [] bytes, long key, int size, int crc32c) {
    this.bytes = bytes;
    this.key = key;
    this.size = size;
    this.crc32c = crc32c;
  }

  /**
   * A value as it was stored.
   *
   * @param bytes the encoded value; owned by this object from now on and never modified
   * @param crc32c the checksum that was stored with it
   */
  public StoredValue(byte[] bytes, int crc32c) {
    this(bytes, 0, bytes.length, crc32c);
  }

  /** Wraps freshly encoded bytes and computes their checksum. */
  public static StoredValue of(byte[] bytes) {
    return new StoredValue(bytes, checksum(bytes));
  }

  /**
   * A reference to a value that is kept apart from its row.
   *
   * @param key what the store calls it, positive
   * @param size the length of the encoded value
   * @param crc32c its checksum when it was encoded
   */
  public static StoredValue large(long key, int size, int crc32c) {
    if (key <= 0) {
      throw new IllegalArgumentException("the key of a large value is positive, not " + key);
    }
    return new StoredValue(null, key, size, crc32c);
  }

  /** Whether this is a reference to bytes that are kept elsewhere. */
  public boolean isLarge() {
    return bytes == null;
  }

  /** What the store calls a large value; 0 for any other. */
  public long key() {
    return key;
  }

  /**
   * Whether the bytes are still the ones that were encoded.
   *
   * @throws IllegalStateException for a large value, whose bytes are not here
   */
  public boolean intact() {
    return checksum(bytes()) == crc32c;
  }

  /**
   * The encoded value; not to be modified.
   *
   * @throws IllegalStateException for a large value, whose bytes are not here
   */
  public byte[] bytes() {
    if (bytes == null) {
      throw new IllegalStateException(this + " is kept apart; its bytes are read from the store");
    }
    return bytes;
  }

  /** The checksum of the value when it was encoded. */
  public int crc32c() {
    return crc32c;
  }

  /** The length of the encoded value. */
  public int size() {
    return size;
  }

  /** The checksum that a value with these bytes has. */
  public static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StoredValue that
        && that.crc32c == crc32c
        && that.key == key
        && that.size == size
        && Arrays.equals(that.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return crc32c;
  }

  @Override
  public String toString() {
    return "StoredValue[" + size + " bytes" + (isLarge() ? ", apart as " + key : "") + "]";
  }
}
