package dev.pawl.h2.internal;

import dev.pawl.Health;
import dev.pawl.Health.Concern;
import dev.pawl.spi.StoreFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a store in files is: what it takes, what is free, and what does not go as it should. */
final class Gauge {
  private static final long MEGABYTE = 1024 * 1024;

  /** Less than this is little for any store: what may be pending, and a file of the journal. */
  private static final long LEAST_FREE = 64 * MEGABYTE;

  private final Path folder;
  private final JournaledOpening.Opened opened;

  Gauge(Path folder, JournaledOpening.Opened opened) {
    this.folder = folder;
    this.opened = opened;
  }

  /** The present figures; any thread may ask, and what cannot be found out is left open. */
  StoreFigures figures() {
    long data = bytesOfDatabase();
    long journal = opened.journal().bytes();
    long free = freeBytes();
    List<Concern> concerns = new ArrayList<>();
    if (free != StoreFigures.UNKNOWN && free < Math.max(LEAST_FREE, data)) {
      concerns.add(
          new Concern(
              Health.Kind.SPACE_LOW,
              megabytes(free)
                  + " are free in "
                  + folder
                  + "; the store writes a copy of its database now and then, which has "
                  + megabytes(data)
                  + ", and "
                  + megabytes(LEAST_FREE)
                  + " in any case: make room"));
    }
    String copying = opened.tidying().failure();
    if (copying != null) {
      concerns.add(
          new Concern(
              Health.Kind.JOURNAL_GROWS,
              "the journal has "
                  + megabytes(journal)
                  + " and grows until the database can be copied, which has failed: "
                  + copying));
    }
    String trouble = opened.pending().trouble();
    if (trouble != null) {
      concerns.add(
          new Concern(
              Health.Kind.DATABASE_BEHIND,
              "the database cannot be written, and is tried again: " + trouble));
    }
    return new StoreFigures(data, journal, free, concerns);
  }

  private long bytesOfDatabase() {
    try {
      return Files.size(folder.resolve(FileLocation.DATABASE));
    } catch (IOException e) {
      return StoreFigures.UNKNOWN;
    }
  }

  private long freeBytes() {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return StoreFigures.UNKNOWN;
    }
  }

  private static String megabytes(long bytes) {
    return (bytes + MEGABYTE - 1) / MEGABYTE + " MB";
  }
}
