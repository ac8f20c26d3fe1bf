package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good copy of the database: what it is made from again when a power loss or a damage has
 * left it in a state that nobody can vouch for. Its name says which group it ends with, and the
 * checksum of the whole file, so that the two appear together with it.
 */
final class Copies {
  /** The two blocks with which H2's files begin, and the only ones that it writes in place. */
  private static final int HEAD_BYTES = 2 * 4096;

  private static final String UNFINISHED = "pawl-copy-unfinished";
  private static final Pattern NAME =
      Pattern.compile("pawl-copy-(\\d{1,18})-([0-9a-f]{8})\\.mv\\.db");

  private static final Logger log = LoggerFactory.getLogger(Copies.class);

  private final Disk disk;

  Copies(Disk disk) {
    this.disk = disk;
  }

  /**
   * A copy.
   *
   * @param name the name of the file
   * @param seq the number of the last group that is in it
   * @param crc32c the checksum of the file
   */
  record Copy(String name, long seq, int crc32c) {}

  /** Whether a copy is still what was written. */
  boolean isIntact(Copy copy) throws IOException {
    return disk.checksum(copy.name) == copy.crc32c;
  }

  /** The newest copy. */
  Optional<Copy> newest() throws IOException {
    return all().stream().max(Comparator.comparingLong(Copy::seq));
  }

  private List<Copy> all() throws IOException {
    return disk.names().stream().flatMap(file -> copy(file).stream()).toList();
  }

  private static Optional<Copy> copy(String file) {
    Matcher name = NAME.matcher(file);
    return name.matches()
        ? Optional.of(
            new Copy(
                file, Long.parseLong(name.group(1)), Integer.parseUnsignedInt(name.group(2), 16)))
        : Optional.empty();
  }

  /**
   * The database at a moment at which nobody writes to it: as long as it is {@linkplain
   * Database.Writing#onlyAppend() only appended to}, what it was then can be told from this.
   */
  static final class Moment {
    /** The beginning of the file, where H2 says which state of the rest counts. */
    private final byte[] head;

    private final long length;

    private Moment(byte[] head, long length) {
      this.head = head;
      this.length = length;
    }
  }

  /** The database as it is now; nobody may write to it meanwhile. */
  Moment now() throws IOException {
    try (InputStream file = disk.open(FileLocation.DATABASE)) {
      return new Moment(file.readNBytes(HEAD_BYTES), databaseBytes());
    }
  }

  /**
   * Copies the database as it was at a moment. The copy counts once it is {@link #keep kept}.
   *
   * @return the checksum of the copy
   */
  int copy(Moment moment) throws IOException {
    boolean done = false;
    try {
      int crc32c = disk.copy(FileLocation.DATABASE, moment.head, moment.length, UNFINISHED);
      done = true;
      return crc32c;
    } finally {
      if (!done) {
        discard();
      }
    }
  }

  /**
   * Deletes a copy that will not be kept. One that has filled the disk must not hold on to the room
   * that the journal needs.
   */
  void discard() {
    try {
      disk.delete(UNFINISHED);
    } catch (IOException e) {
      log.warn("The unfinished copy {} could not be deleted", disk.place(UNFINISHED), e);
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
    if (disk.checksum(UNFINISHED) != crc32c) {
      throw new IOException("the copy of the database does not read as it was written");
    }
    disk.force(UNFINISHED);
    String name = String.format("pawl-copy-%d-%08x.mv.db", seq, crc32c);
    disk.rename(UNFINISHED, name);
    disk.forceFolder();
    for (Copy copy : all()) {
      if (!copy.name.equals(name)) {
        disk.delete(copy.name);
      }
    }
  }

  long databaseBytes() throws IOException {
    return disk.size(FileLocation.DATABASE);
  }
}
