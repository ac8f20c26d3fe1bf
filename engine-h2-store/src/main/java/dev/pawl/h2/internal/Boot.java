package dev.pawl.h2.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;

/**
 * Whether what a process has written to a file, and not forced, is still there: it is as long as
 * the operating system has not been started again, and the file is the same one and no copy that
 * was taken in between.
 */
final class Boot {
  /** Stands for not knowing. */
  static final UUID UNKNOWN = new UUID(0, 0);

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private Boot() {}

  /**
   * An id of the present start of the operating system together with a file; {@link #UNKNOWN} where
   * the system does not say, or there is no such file.
   */
  static UUID of(Path file) {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      if (key == null || !Files.isReadable(BOOT_ID)) {
        return UNKNOWN;
      }
      String both = Files.readString(BOOT_ID).strip() + " " + key;
      return UUID.nameUUIDFromBytes(both.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return UNKNOWN;
    }
  }
}
