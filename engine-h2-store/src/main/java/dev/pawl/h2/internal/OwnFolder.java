package dev.pawl.h2.internal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Makes folders that nobody but their owner can look into, where the file system knows owners: what
 * is in them are payloads, and a umask of 022 would let every user of the machine read them. A
 * folder that is there already keeps the permissions that somebody has given it.
 */
final class OwnFolder {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private OwnFolder() {}

  /**
   * Makes a folder.
   *
   * @throws FileAlreadyExistsException if there is something of that name
   */
  static Path create(Path folder) throws IOException {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? Files.createDirectory(folder, OWNER_ONLY)
        : Files.createDirectory(folder);
  }

  /** Makes a folder where there is none, and those that it lies in. */
  static void createIfMissing(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      create(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }
}
