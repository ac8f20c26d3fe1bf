package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.Disk;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a database is, and what must be done before and after it is open. */
public sealed interface Location permits FileLocation, MemoryLocation {

  /**
   * Makes the database this engine's and nobody else's, until the claim is closed.
   *
   * @throws dev.pawl.spi.StoreException when another engine has it, or it cannot be what it should
   *     be
   */
  Claim claim();

  /** How the location stands in messages: {@code file:/data/jobs}. */
  String description();

  /** A database that is this engine's. */
  interface Claim extends AutoCloseable {

    /**
     * Makes sure that there is a database of this library, of a schema version that it knows.
     *
     * @throws dev.pawl.spi.StoreException when there is something else, which is then left as it
     *     was
     */
    void prepare(Options options, Migrations migrations);

    /** Whether there is something that cannot be a database any more, whatever it was once. */
    boolean isDamaged();

    /** The folder of the database, in which its journal stands too; null where there is none. */
    @Nullable Disk disk();

    /** Where that folder is in the file system; null where there is none. */
    @Nullable Path folder();

    /** The present start of the operating system, as {@link Boot} tells it of the database. */
    UUID boot();

    /**
     * Makes a database anew: from a copy of it, or empty. The one that is there is replaced in one
     * step.
     *
     * @param copy the name of a file to begin with; null to begin with an empty database
     * @param store the id that an empty one gets
     */
    void rebuild(@Nullable String copy, UUID store, Options options, Migrations migrations);

    /**
     * Brings the database, which must not be open, to the newest schema. This is done to a copy
     * that takes its place in one step: wherever it is cut off, the one that was there is as it
     * was.
     */
    void upgrade(Options options, Migrations migrations);

    /** The JDBC URL for a new opening of the database, without settings. */
    String newUrl();

    /** Where values are kept that are too large for their rows. */
    ValueKeeper values();

    /** Whether what was committed is still there once the database was closed. */
    boolean outlivesClosing();

    /** Closes what an opening that broke has left open; nothing may use it any more. */
    void closeLeftovers(String url);

    /** Gives the database back. */
    @Override
    void close();
  }
}
