package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.Disk;
import dev.pawl.h2.internal.redo.FileDisk;
import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Function;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder with a database file, a lock file, and a folder for large values. H2 sees the file only
 * after it was found to be a store of this library and of a known version, because H2 writes to
 * whatever it can open, and its failed opens are hard to undo.
 */
public final class FileLocation implements Location {
  /** How the names of H2's database files end. */
  static final String DATABASE_SUFFIX = ".mv.db";

  private static final Logger log = LoggerFactory.getLogger(FileLocation.class);
  private static final String URL_BEGIN = "jdbc:h2:";
  private static final String NAME = "pawl";

  /** The name of the database file. */
  static final String DATABASE = NAME + DATABASE_SUFFIX;

  private static final String NEW_NAME = "pawl-new";

  /** The folder of the values that are too large for their rows. */
  private static final String VALUES = "pawl.values";

  /**
   * H2 begins a file with two equal blocks of this size, each of which begins with {@link #HEADER}.
   */
  private static final int BLOCK = 4096;

  private static final byte[] HEADER = "H:2,".getBytes(StandardCharsets.US_ASCII);

  private final Path given;
  private final Function<Path, Disk> disks;

  /** The folder of the store that has the large values. */
  private final @Nullable Path values;

  /** A store with all of its files in a folder. */
  public FileLocation(Path folder) {
    this(folder, FileDisk::new);
  }

  /** A store whose large values are those of the store in another folder, to be read there. */
  FileLocation(Path folder, Path values) {
    this.given = folder;
    this.disks = FileDisk::new;
    this.values = values;
  }

  /**
   * With the disk of a test, which has all files but that of the lock.
   *
   * @param disks what the store has instead of a folder, by the folder's real path
   */
  FileLocation(Path folder, Function<Path, Disk> disks) {
    this.given = folder;
    this.disks = disks;
    this.values = null;
  }

  /** The folder, as it was given. */
  public Path folder() {
    return given;
  }

  @Override
  public String description() {
    return "file:" + given.toAbsolutePath().normalize();
  }

  @Override
  public Claim claim() {
    requireNameable(given.toAbsolutePath());
    Path folder = realFolder();
    requireNameable(folder);
    Disk disk = disks.apply(folder);
    return new FileClaim(
        folder, disk, values == null ? disk : new FileDisk(values), StoreLock.take(folder));
  }

  /**
   * Refuses what could be read as anything but a path once it stands in a JDBC URL: a semicolon
   * begins a setting, and a setting can run code; H2 takes a backslash for a slash.
   */
  private static void requireNameable(Path folder) {
    String name = folder.toString();
    boolean foreignBackslash =
        folder.getFileSystem().getSeparator().equals("/") && name.contains("\\");
    if (name.indexOf(';') >= 0
        || foreignBackslash
        || name.chars().anyMatch(Character::isISOControl)
        || !folder.getFileSystem().equals(FileSystems.getDefault())) {
      throw new StoreException(
          "the path \""
              + name.replaceAll("\\p{Cntrl}", "?")
              + "\" cannot be the folder of a store: it must be on the default file system and have"
              + " no semicolon, no control character"
              + (foreignBackslash ? " and no backslash" : "")
              + " in it; use another folder",
          null);
    }
  }

  private Path realFolder() {
    try {
      if (Files.exists(given) && !Files.isDirectory(given)) {
        throw new StoreException(
            given + " is a file; a store needs a folder, in which it keeps its files", null);
      }
      OwnFolder.createIfMissing(given);
      return given.toRealPath();
    } catch (IOException e) {
      throw new StoreException("the folder " + given + " cannot be created: " + e, e);
    }
  }

  /** Makes a database that is not in use yet. */
  private interface Making {
    void make(String file) throws IOException, SQLException;
  }

  private static final class FileClaim implements Claim {
    private final Path folder;
    private final Disk disk;
    private final Disk values;
    private final StoreLock lock;
    private final String file;

    FileClaim(Path folder, Disk disk, Disk values, StoreLock lock) {
      this.folder = folder;
      this.disk = disk;
      this.values = values;
      this.lock = lock;
      this.file = disk.place(DATABASE);
      StoreFilePath.register();
    }

    @Override
    public void prepare(Options options, Migrations migrations) {
      if (disk.isMissing(DATABASE)) {
        create(options, migrations);
      }
      requireAccess();
      requireDatabaseFile();
      migrations.requireKnown(file, mark());
    }

    /**
     * Makes the database under another name, so that the real one never names something half made.
     */
    private void create(Options options, Migrations migrations) {
      rebuild(null, UUID.randomUUID(), options, migrations);
    }

    @Override
    public boolean isDamaged() {
      if (!disk.isFile(DATABASE) || !disk.isAccessible(DATABASE)) {
        return false;
      }
      try {
        requireDatabaseFile();
        return !Migrations.isOurs(mark()); // what holds no data has no mark either
      } catch (StoreException e) {
        return true;
      }
    }

    @Override
    public @Nullable Disk disk() {
      return disk;
    }

    @Override
    public @Nullable Path folder() {
      return folder;
    }

    @Override
    public UUID boot() {
      return Boot.of(folder.resolve(DATABASE));
    }

    @Override
    public void rebuild(@Nullable String copy, UUID store, Options options, Migrations migrations) {
      replace(
          unfinished -> {
            if (copy == null) {
              createEmpty(store, options, migrations);
            } else {
              disk.copy(copy, unfinished);
            }
          });
    }

    @Override
    public void upgrade(Options options, Migrations migrations) {
      replace(
          unfinished -> {
            disk.copy(DATABASE, unfinished);
            upgradeUnfinished(options, migrations);
          });
    }

    /**
     * Puts another database in the place of the one that is there, in one step. It is forced before
     * it gets its name, so that a power loss finds the one or the other.
     */
    private void replace(Making making) {
      String unfinished = NEW_NAME + DATABASE_SUFFIX;
      boolean done = false;
      try {
        disk.delete(unfinished);
        making.make(unfinished);
        disk.force(unfinished);
        disk.rename(unfinished, DATABASE);
        disk.forceFolder();
        done = true;
      } catch (IOException | SQLException e) {
        throw new StoreException(
            "no database could be made in " + folder + ": " + e.getMessage(), e);
      } finally {
        if (!done) {
          discard(unfinished);
        }
      }
    }

    /** What will not be used must not hold on to the room of the disk. */
    private void discard(String unfinished) {
      try {
        disk.delete(unfinished);
      } catch (IOException e) {
        log.warn("The unfinished database {} could not be deleted", disk.place(unfinished), e);
      }
    }

    private void createEmpty(UUID store, Options options, Migrations migrations)
        throws SQLException {
      inUnfinished(
          Database.fileSettings(options, true),
          connection -> {
            migrations.create(connection);
            EngineStateTable.setStore(new Statements(connection), store);
          });
    }

    private void upgradeUnfinished(Options options, Migrations migrations) throws SQLException {
      inUnfinished(
          Database.fileSettings(options, false),
          connection -> {
            Database.storeOf(connection).setRetentionTime(options.retentionMillis());
            migrations.upgrade(connection);
          });
    }

    private void inUnfinished(String settings, Migrations.Step step) throws SQLException {
      String url = url(NEW_NAME);
      try (Connection connection = Database.connect(url, Database.ADMIN, settings)) {
        step.run(connection);
      } finally {
        closeLeftovers(url);
      }
    }

    private void requireAccess() {
      if (!disk.isFile(DATABASE)) {
        throw notAStore("it is not a file", null);
      }
      if (!disk.isAccessible(DATABASE)) {
        throw new StoreException(
            file + " cannot be read and written by this process; change its permissions", null);
      }
    }

    private void requireDatabaseFile() {
      byte[] begin;
      try (InputStream in = disk.open(DATABASE)) {
        begin = in.readNBytes(2 * BLOCK);
      } catch (IOException e) {
        throw new StoreException(file + " cannot be read: " + e.getMessage(), e);
      }
      if (begin.length < 2 * BLOCK) {
        throw notAStore("it has only " + begin.length + " bytes", null);
      }
      // H2 writes one of the two before the other, so one may be torn.
      if (!hasHeader(begin, 0) && !hasHeader(begin, BLOCK)) {
        throw notAStore("it does not begin as a database does", null);
      }
    }

    private static boolean hasHeader(byte[] begin, int at) {
      return Arrays.equals(begin, at, at + HEADER.length, HEADER, 0, HEADER.length);
    }

    /**
     * The number that {@link Migrations} has left in the file, read without changing a byte of it.
     */
    private int mark() {
      String name = StoreFilePath.newName(disk.h2Name(DATABASE));
      try (MVStore store =
          new MVStore.Builder().fileName(name).readOnly().autoCommitDisabled().open()) {
        return store.getStoreVersion();
      } catch (RuntimeException | AssertionError | StackOverflowError e) {
        // Pages of a torn file may name each other, and H2 asserts what it has not written so.
        throw notAStore(String.valueOf(e.getMessage()), e);
      } finally {
        closeFile(name);
      }
    }

    private StoreException notAStore(String reason, @Nullable Throwable cause) {
      return new StoreException(
          file
              + " is not a store, or is damaged: "
              + reason
              + "; it was left as it is: use another folder, or move the file away to begin anew",
          cause);
    }

    @Override
    public String newUrl() {
      return url(NAME);
    }

    private String url(String name) {
      return URL_BEGIN + StoreFilePath.newName(disk.h2Name(name));
    }

    @Override
    public ValueKeeper values() {
      return new ValueFolder(values, VALUES);
    }

    @Override
    public boolean outlivesClosing() {
      return true;
    }

    @Override
    public void closeLeftovers(String url) {
      closeFile(url.substring(URL_BEGIN.length()) + DATABASE_SUFFIX);
    }

    private void closeFile(String name) {
      try {
        StoreFilePath.closeAll(name);
      } catch (IOException e) {
        log.warn("A file of the store {} could not be closed", folder, e);
      }
    }

    @Override
    public void close() {
      lock.close();
    }
  }
}
