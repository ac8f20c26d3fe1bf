package dev.pawl.h2;

import dev.pawl.h2.internal.FileLocation;
import dev.pawl.h2.internal.H2RunStore;
import dev.pawl.h2.internal.Location;
import dev.pawl.h2.internal.MemoryLocation;
import dev.pawl.h2.internal.Migrations;
import dev.pawl.h2.internal.Options;
import dev.pawl.h2.internal.ReadOnlyCopy;
import dev.pawl.h2.internal.RedoMode;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreProvider;
import java.nio.file.Path;

/**
 * A store in an H2 database: {@code Engine.builder().store(H2Store.file(Path.of("data/jobs")))}.
 * Immutable; a changed copy opens the same database.
 */
public final class H2Store implements StoreProvider {
  /** The default of {@link #readers(int)}. */
  public static final int DEFAULT_READERS = 2;

  /**
   * The most that {@link #readers(int)} takes: each costs a thread and a connection, and shares the
   * cores.
   */
  public static final int MAX_READERS = 32;

  /** What a call survives once the engine has acknowledged it. */
  public enum Durability {
    /** Nothing: the data is gone with the process. For tests. */
    MEMORY,
    /**
     * The end of the process at any instruction, {@code kill -9} included; not the end of the
     * operating system.
     */
    PROCESS,
    /** A power loss and the end of the operating system too. */
    POWER
  }

  private final Location location;
  private final Durability durability;
  private final int readers;
  private final boolean salvaging;

  private H2Store(Location location, Durability durability, int readers, boolean salvaging) {
    this.location = location;
    this.durability = durability;
    this.readers = readers;
    this.salvaging = salvaging;
  }

  /**
   * A store in files of its own in a folder, which is created when the store is opened. One engine
   * at a time can have it open. Whoever can read the folder can read every payload. An acknowledged
   * call survives a power loss; {@link #durability(Durability)} trades that for speed.
   *
   * <p>The files belong together: move and restore the whole folder while no engine has it open.
   * {@link dev.pawl.Engine#backup} makes a copy while one has.
   *
   * <p>Database, lock file and the folder {@code pawl.values} with the large values are one store:
   * it is moved or copied as a whole, while nobody has it open.
   *
   * @param folder the folder; on a local file system, without a semicolon, backslash or control
   *     character in its path
   */
  public static H2Store file(Path folder) {
    return new H2Store(new FileLocation(folder), Durability.POWER, DEFAULT_READERS, false);
  }

  /**
   * A store in the heap, empty and apart from every other. Closing it keeps its data, so that an
   * engine can be opened on it again, as after a restart; the data goes when this object and its
   * copies are no longer reachable.
   */
  public static H2Store inMemory() {
    return new H2Store(new MemoryLocation(), Durability.MEMORY, DEFAULT_READERS, false);
  }

  /**
   * How many threads answer reads, each with a connection of its own; commits are written by the
   * engine's own thread.
   *
   * @param readers 1 to {@link #MAX_READERS}; {@link #DEFAULT_READERS} if not called
   */
  public H2Store readers(int readers) {
    if (readers < 1 || readers > MAX_READERS) {
      throw new IllegalArgumentException(
          "readers must be 1 to " + MAX_READERS + ", not " + readers);
    }
    return new H2Store(location, durability, readers, salvaging);
  }

  /**
   * What an acknowledged call shall survive. It can differ from one opening to the next.
   *
   * @param durability {@code PROCESS} or {@code POWER} for a store in files, {@code POWER} if not
   *     called; only {@code MEMORY} for one in memory
   */
  public H2Store durability(Durability durability) {
    if ((durability == Durability.MEMORY) != (this.durability == Durability.MEMORY)) {
      throw new IllegalArgumentException(
          this + " cannot have the durability " + durability + ": use file(…) or inMemory()");
    }
    return new H2Store(location, durability, readers, salvaging);
  }

  /**
   * The same store, opened by all means: a journal that is damaged ends before the damage, and a
   * database that holds more than its journal is taken as it is. What comes after the damage is
   * given up, except what the database already holds; the journal's files are kept beside with the
   * suffix {@code .salvaged}. Not for everyday use: without it, a damage is refused, and nothing is
   * changed.
   */
  public H2Store salvaging() {
    return new H2Store(location, durability, readers, true);
  }

  /** What an acknowledged call survives in this store. */
  public Durability durability() {
    return durability;
  }

  /**
   * {@inheritDoc}
   *
   * @throws StoreException naming the store and the reason; a file that is no store, or of a newer
   *     version, is left as it was
   */
  @Override
  public RunStore open() {
    RedoMode redo =
        switch (durability) {
          case MEMORY -> RedoMode.NONE;
          case PROCESS -> RedoMode.WRITTEN;
          case POWER -> RedoMode.FORCED;
        };
    Options options = Options.pinned(readers, redo);
    return H2RunStore.open(
        location, toString(), salvaging ? options.salvaging() : options, Migrations.builtIn());
  }

  /**
   * {@inheritDoc}
   *
   * <p>Opening a store brings its database up to its journal. So that nothing is changed, that is
   * done to a copy of both in the folder for temporary files, which needs the room and is deleted
   * with the close. Large values are read where they are.
   *
   * @throws StoreException if there is no store, if it is in memory, or if an engine has it open:
   *     then look at a backup of it
   */
  @Override
  public RunStore openReadOnly() {
    if (!(location instanceof FileLocation file)) {
      throw new StoreException(
          this + " is in memory; only a store in files can be looked at", null);
    }
    return ReadOnlyCopy.open(file.folder(), toString(), readers);
  }

  /** {@code file:/data/jobs (POWER)} or {@code memory (MEMORY)}. */
  @Override
  public String toString() {
    return location.description() + " (" + durability + ")";
  }
}
