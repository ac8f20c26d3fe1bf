package dev.pawl.samples.indexer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * What is known of a file once it was read.
 *
 * @param language by its name, or {@link Language#BINARY}
 * @param lines as an editor counts them: a last line without an end counts too; 0 for a binary file
 * @param words what stands between white space; 0 for a binary file
 * @param bytes its size as it was read
 * @param sha256 its SHA-256 in hexadecimal
 */
record FileFacts(String language, long lines, long words, long bytes, String sha256) {
  private static final int BUFFER = 64 << 10;

  /** A file is binary if a zero byte stands this near to its beginning: Git's own rule. */
  private static final int LOOKED_AT = 8_000;

  /**
   * Reads a file, once and to its end.
   *
   * @throws IOException if it cannot be read, or is a link
   * @throws InterruptedIOException if the thread is interrupted meanwhile
   */
  static FileFacts read(Path file) throws IOException {
    MessageDigest sha256 = Sha256.create();
    TextCounter text = new TextCounter();
    boolean binary = false;
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        binary |= hasZero(buffer, (int) Math.min(n, Math.max(0, LOOKED_AT - bytes)));
        sha256.update(buffer, 0, n);
        text.count(buffer, n);
        bytes += n;
        // A file may be large, and a read from a disk does not end by an interrupt.
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted after " + bytes + " bytes of " + file);
        }
      }
    }
    String checksum = Sha256.hex(sha256);
    return binary
        ? new FileFacts(Language.BINARY, 0, 0, bytes, checksum)
        : new FileFacts(
            Language.of(String.valueOf(file.getFileName())),
            text.lines(),
            text.words(),
            bytes,
            checksum);
  }

  private static boolean hasZero(byte[] buffer, int length) {
    for (int i = 0; i < length; i++) {
      if (buffer[i] == 0) {
        return true;
      }
    }
    return false;
  }
}
