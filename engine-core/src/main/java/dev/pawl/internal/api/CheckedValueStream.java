package dev.pawl.internal.api;

import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/**
 * A stored value as it is read, compared with what was encoded: its reader gets every byte as it
 * comes, and in the place of the end an exception where one of them was wrong.
 */
final class CheckedValueStream extends InputStream {
  private static final int SKIPPED_AT_ONCE = 8_192;

  private final String what;
  private final StoredValue value;
  private final InputStream in;
  private final CRC32C crc = new CRC32C();
  private long length;

  CheckedValueStream(String what, StoredValue value, InputStream in) {
    this.what = what;
    this.value = value;
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int at, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    int read = in.read(into, at, count);
    if (read < 0) {
      checkLength();
      if ((int) crc.getValue() != value.crc32c()) {
        throw LargeValues.damaged(what, "its checksum is wrong");
      }
      return -1;
    }
    crc.update(into, at, read);
    length += read;
    if (length > value.size()) {
      checkLength(); // no reader shall fill its memory with what was never stored
    }
    return read;
  }

  private void checkLength() {
    if (length != value.size()) {
      throw LargeValues.damaged(what, "it has not the " + value.size() + " bytes that were stored");
    }
  }

  /** Reads what it skips: it counts for the checksum. */
  @Override
  public long skip(long count) throws IOException {
    byte[] skipped = new byte[Math.clamp(count, 0, SKIPPED_AT_ONCE)];
    long left = Math.max(0, count);
    while (left > 0) {
      int read = read(skipped, 0, (int) Math.min(left, skipped.length));
      if (read < 0) {
        break;
      }
      left -= read;
    }
    return Math.max(0, count) - left;
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
