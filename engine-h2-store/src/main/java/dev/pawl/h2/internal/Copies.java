package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.FileDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good copy of the database: what it is made from again when a power loss or a damage has
 * left it in a state that nobody can vouch for. Its name says which group it ends with, and the
 * checksum of the whole file, so that the two appear together with it.
 */
final class Copies {
  private static final String UNFINISHED = "pawl-copy-unfinished";
  private static final Pattern NAME =
      Pattern.compile("pawl-copy-(\\d{1,18})-([0-9a-f]{8})\\.mv\\.db");
  private static final int BUFFER = 1024 * 1024;

  private static final Logger log = LoggerFactory.getLogger(Copies.class);

  private final Path folder;

  Copies(Path folder) {
    this.folder = folder;
  }

  /**
   * A copy.
   *
   * @param seq the number of the last group that is in it
   * @param crc32c the checksum of the file
   */
  record Copy(Path file, long seq, int crc32c) {
    /** Whether it is still what was written. */
    boolean isIntact() throws IOException {
      return checksum(file) == crc32c;
    }
  }

  /** The newest copy. */
  Optional<Copy> newest() throws IOException {
    return all().stream().max(Comparator.comparingLong(Copy::seq));
  }

  private List<Copy> all() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.flatMap(file -> copy(file).stream()).toList();
    }
  }

  private static Optional<Copy> copy(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches()
        ? Optional.of(
            new Copy(
                file, Long.parseLong(name.group(1)), Integer.parseUnsignedInt(name.group(2), 16)))
        : Optional.empty();
  }

  /**
   * Copies the database as it is; nobody may write to it meanwhile. The copy counts once it is
   * {@link #keep kept}.
   *
   * @return the checksum of what was copied
   */
  int copy() throws IOException {
    boolean done = false;
    try {
      int crc32c = copyAll();
      done = true;
      return crc32c;
    } finally {
      if (!done) {
        discard();
      }
    }
  }

  private int copyAll() throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER];
    try (RandomAccessFile in =
            new RandomAccessFile(folder.resolve(FileLocation.DATABASE).toFile(), "r");
        RandomAccessFile out = new RandomAccessFile(folder.resolve(UNFINISHED).toFile(), "rw")) {
      out.setLength(0);
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        crc.update(buffer, 0, read);
        out.write(buffer, 0, read);
      }
    }
    return (int) crc.getValue();
  }

  /**
   * Deletes a copy that will not be kept. One that has filled the disk must not hold on to the room
   * that the journal needs.
   */
  void discard() {
    try {
      Files.deleteIfExists(folder.resolve(UNFINISHED));
    } catch (IOException e) {
      log.warn("The unfinished copy of a database in {} could not be deleted", folder, e);
    }
  }

  /** Makes the copy the last good one: reads it again, forces it, names it, deletes the others. */
  void keep(long seq, int crc32c) throws IOException {
    boolean done = false;
    try {
      keepAll(seq, crc32c);
      done = true;
    } finally {
      if (!done) {
        discard();
      }
    }
  }

  private void keepAll(long seq, int crc32c) throws IOException {
    Path unfinished = folder.resolve(UNFINISHED);
    if (checksum(unfinished) != crc32c) {
      throw new IOException("the copy of the database does not read as it was written");
    }
    FileDisk disk = new FileDisk(folder);
    disk.force(UNFINISHED);
    Path file = folder.resolve(String.format("pawl-copy-%d-%08x.mv.db", seq, crc32c));
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    disk.forceFolder();
    for (Copy copy : all()) {
      if (!copy.file().equals(file)) {
        Files.deleteIfExists(copy.file());
      }
    }
  }

  private static int checksum(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER];
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        crc.update(buffer, 0, read);
      }
    }
    return (int) crc.getValue();
  }

  long databaseBytes() throws IOException {
    return Files.size(folder.resolve(FileLocation.DATABASE));
  }
}
