package dev.pawl.spi;

import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A serialized payload or output with its CRC32C, computed when the value was encoded and checked
 * each time it is decoded: database pages carry no checksum, so a flipped bit would otherwise come
 * back as wrong data.
 */
public final class StoredValue {
  private final byte[] bytes;
  private final int crc32c;

  /**
   * A value as it was stored.
   *
   * @param bytes the encoded value; owned by this object from now on and never modified
   * @param crc32c the checksum that was stored with it
   */
  public StoredValue(byte[] bytes, int crc32c) {
    this.bytes = bytes;
    this.crc32c = crc32c;
  }

  /** Wraps freshly encoded bytes and computes their checksum. */
  public static StoredValue of(byte[] bytes) {
    return new StoredValue(bytes, checksum(bytes));
  }

  /** Whether the bytes are still the ones that were encoded. */
  public boolean intact() {
    return checksum(bytes) == crc32c;
  }

  /** The encoded value; not to be modified. */
  public byte[] bytes() {
    return bytes;
  }

  /** The checksum of the value when it was encoded. */
  public int crc32c() {
    return crc32c;
  }

  /** The length of the encoded value. */
  public int size() {
    return bytes.length;
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredValue that
        && that.crc32c == crc32c
        && Arrays.equals(that.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return crc32c;
  }

  @Override
  public String toString() {
    return "StoredValue[" + bytes.length + " bytes]";
  }
}
