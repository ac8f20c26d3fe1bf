package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.Disk;
import dev.pawl.h2.internal.redo.Found;
import dev.pawl.h2.internal.redo.RedoJournal;
import dev.pawl.spi.StoreException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Supplier;
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a database that has a journal.
 *
 * <p>H2 does not force what it writes, and cannot tell after a power loss whether its file is
 * whole. So the file is believed only if it was forced by a close, or if the operating system has
 * kept running since: then everything that was written is there. Otherwise, and where the file does
 * not open, the database is made again from its last good copy (at first, from nothing) and the
 * journal, which between them hold every group.
 */
final class JournaledOpening {
  private static final Logger log = LoggerFactory.getLogger(JournaledOpening.class);

  /** What is larger is not read at each closing and opening, which would take seconds. */
  private static final long LARGEST_CHECKED = 1L << 30;

  private final Location.Claim claim;
  private final Disk disk;
  private final Supplier<UUID> boot;
  private final String name;
  private final Options options;
  private final Migrations migrations;
  private final Copies copies;

  JournaledOpening(
      Location.Claim claim, Disk disk, String name, Options options, Migrations migrations) {
    this(claim, disk, claim::boot, name, options, migrations);
  }

  /** With a start of the operating system that a test tells. */
  JournaledOpening(
      Location.Claim claim,
      Disk disk,
      Supplier<UUID> boot,
      String name,
      Options options,
      Migrations migrations) {
    this.claim = claim;
    this.disk = disk;
    this.boot = boot;
    this.name = name;
    this.options = options;
    this.migrations = migrations;
    this.copies = new Copies(disk);
  }

  /** What is open. */
  record Opened(
      Disk disk,
      Database database,
      RedoJournal journal,
      Pending pending,
      Applier applier,
      Tidying tidying,
      JournaledWriter writer) {}

  /** Opens; the applier is not started yet. */
  Opened open() throws SQLException, IOException {
    Found found = find();
    long restartAfter = 0;
    if (!found.isEmpty()) {
      restartAfter = rebuildIfNeeded(found);
    }
    Database opened = tryToOpen(found);
    boolean done = false;
    try {
      State state = stateOf(opened, found);
      if (!found.isEmpty() && state.seq + 1 < found.firstSeq()) {
        opened.close();
        rebuild(found, "it is older than its journal");
        opened = tryToOpen(found);
        state = stateOf(opened, found);
      }
      UUID store = state.store.orElseGet(() -> found.isEmpty() ? UUID.randomUUID() : found.store());
      Opened all = connect(opened, begin(found, state, store, restartAfter), store);
      done = true;
      return all;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  /**
   * The journal; that of a new store is made before its database, because H2 writes while it opens,
   * and what a power loss leaves of that has to be made again from something.
   */
  private Found find() throws IOException {
    Found found = Found.in(disk, boot.get(), options.salvage());
    if (!isNew(found)) {
      return found;
    }
    RedoJournal.prepare(found, settings(UUID.randomUUID()));
    return Found.in(disk, boot.get(), false);
  }

  /** Whether nothing of a store is there. */
  private boolean isNew(Found found) throws IOException {
    return found.isEmpty()
        && disk.isMissing(FileLocation.DATABASE)
        && copies.newest().isEmpty()
        && !options.salvage();
  }

  private RedoJournal.Settings settings(UUID store) {
    return new RedoJournal.Settings(
        store, boot.get(), options.redo() == RedoMode.FORCED, options.bounds().segmentBytes());
  }

  private long rebuildIfNeeded(Found found) {
    if (disk.isMissing(FileLocation.DATABASE)) {
      return rebuild(found, "it is missing");
    }
    if (claim.isDamaged()) {
      setAside();
      return rebuild(found, "it does not begin as a database does");
    }
    if (options.salvage()) {
      return 0;
    }
    if (found.wasClosed()) {
      return isAsItWasClosed(found) ? 0 : rebuildAltered(found);
    }
    if (found.sameBoot()) {
      return 0;
    }
    if (found.wasForced()) {
      requireNotShort(found);
    }
    return rebuild(found, "it was not closed before the system was started again");
  }

  /** The checksum of the database; empty where it is too large to be read each time. */
  static OptionalInt checksum(Disk disk) throws IOException {
    return disk.size(FileLocation.DATABASE) <= LARGEST_CHECKED
        ? OptionalInt.of(disk.checksum(FileLocation.DATABASE))
        : OptionalInt.empty();
  }

  private boolean isAsItWasClosed(Found found) {
    OptionalInt closed = found.databaseWhenClosed();
    try {
      return closed.isEmpty() || disk.checksum(FileLocation.DATABASE) == closed.getAsInt();
    } catch (IOException e) {
      throw new StoreException(database() + " cannot be read: " + e, e);
    }
  }

  /** It was damaged, or exchanged: what belongs to another store must not be replaced. */
  private long rebuildAltered(Found found) {
    log.warn("The database {} is not as it was closed", database());
    try {
      requireNotAhead(stateOnce(found), found);
    } catch (StoreException e) {
      throw e;
    } catch (SQLException | RuntimeException e) {
      log.debug("The database {} does not open, and is made again", database(), e);
    }
    setAside();
    return rebuild(found, "it is not as it was closed");
  }

  /**
   * Not even a database that cannot be believed got a group before the journal had been forced: if
   * it holds one that the journal does not, the journal has been cut.
   */
  private void requireNotShort(Found found) {
    State state;
    try {
      state = stateOnce(found);
    } catch (SQLException | RuntimeException e) {
      log.debug("The database {} does not open, and is made again", database(), e);
      return;
    }
    requireNotAhead(state, found);
  }

  private State stateOnce(Found found) throws SQLException {
    try (Database opened = openOnce()) {
      return stateOf(opened, found);
    }
  }

  private void requireNotAhead(State state, Found found) {
    if (state.seq > found.lastSeq()) {
      throw ahead(state.seq, found, found.lastSeq());
    }
  }

  private String database() {
    return disk.place(FileLocation.DATABASE);
  }

  /** Opens the database, or makes it again if H2 cannot open it. */
  private Database tryToOpen(Found found) throws SQLException {
    try {
      return openOnce();
    } catch (StoreException e) {
      throw e; // it is not ours, or in use, or of a newer version
    } catch (SQLException | RuntimeException e) {
      if (found.isEmpty() || isInUse(e)) {
        throw e;
      }
      setAside();
      rebuild(found, "it does not open: " + e.getMessage());
      return openOnce();
    }
  }

  /** Whether another program has the file open, which is no reason to replace it. */
  private static boolean isInUse(Exception e) {
    return e instanceof SQLException sql && sql.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1;
  }

  private Database openOnce() throws SQLException {
    claim.prepare(options, migrations);
    Database opened = new Database(claim, options);
    boolean done = false;
    try {
      EngineStateTable.commitSeq(opened.writing().statements);
      done = true;
      return opened;
    } catch (AssertionError | StackOverflowError e) {
      // Pages of a torn file may name each other, and H2 asserts what it has not written so.
      throw new SQLException("H2 fails on it: " + e, e);
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  /** The damaged file is kept for whoever wants to know what became of it. */
  private void setAside() {
    try {
      disk.copy(FileLocation.DATABASE, "pawl-damaged.mv.db");
    } catch (IOException e) {
      log.warn("The damaged database {} could not be set aside", database(), e);
    }
  }

  /**
   * Makes the database again, up to a group from which the journal leads on.
   *
   * @return the group that it ends with where that is later than the last of the journal, otherwise
   *     0
   */
  private long rebuild(Found found, String why) {
    try {
      Optional<Copies.Copy> copy = copies.newest();
      boolean fromCopy = copy.isPresent() && copies.isIntact(copy.get());
      if (fromCopy && copy.get().seq() + 1 >= found.firstSeq()) {
        log.info(
            "The database {} is made again from {} and its journal, because {}",
            database(),
            disk.place(copy.get().name()),
            why);
        claim.rebuild(copy.get().name(), found.store(), options, migrations);
        return copy.get().seq() > found.lastSeq() ? copy.get().seq() : 0;
      }
      if (found.firstSeq() == 1) {
        if (found.lastSeq() > 0) {
          log.info("The database {} is made again from its journal, because {}", database(), why);
        }
        claim.rebuild(null, found.store(), options, migrations);
        return 0;
      }
      throw new StoreException(
          "the database "
              + database()
              + " cannot be made again from its journal ("
              + why
              + "): "
              + missing(copy, fromCopy, found)
              + ". Put the folder back from a backup, or open the store once with"
              + " H2Store.salvaging()",
          null);
    } catch (IOException e) {
      throw new StoreException("the copy of " + database() + " cannot be read: " + e, e);
    }
  }

  private String missing(Optional<Copies.Copy> copy, boolean intact, Found found) {
    if (copy.isEmpty()) {
      return "its copy is missing";
    }
    String place = disk.place(copy.get().name());
    return intact
        ? "the groups between " + place + " and its group " + found.firstSeq() + " are missing"
        : place + " is damaged";
  }

  /** Which store a database is, and the group that it ends with. */
  private record State(Optional<UUID> store, long seq) {}

  /** Reads it; refuses a database that is not that of the journal. */
  private State stateOf(Database opened, Found found) throws SQLException {
    Database.Writing writing = opened.writing();
    State state =
        new State(
            EngineStateTable.store(writing.statements),
            EngineStateTable.commitSeq(writing.statements));
    writing.connection.rollback();
    if (!found.isEmpty() && !found.store().equals(state.store.orElse(found.store()))) {
      throw new StoreException(
          "the journal in "
              + disk.place("")
              + " belongs to the store "
              + found.store()
              + ", but the database is that of "
              + state.store.orElseThrow()
              + "; nothing was changed: put the files together that belong together",
          null);
    }
    return state;
  }

  private RedoJournal begin(Found found, State state, UUID store, long restartAfter)
      throws IOException {
    RedoJournal.Settings settings = settings(store);
    if (found.isEmpty() && state.store.isEmpty()) {
      // It was written without a journal, and none is missing. The copy comes first, then the
      // journal, then the id in the database: wherever this is cut off, it leads on from there.
      copies.keep(state.seq, copies.copy(copies.now()));
      return RedoJournal.beginAnew(found, settings, state.seq);
    }
    long last = found.isEmpty() ? 0 : Math.max(found.lastSeq(), restartAfter);
    if (state.seq > last && !options.salvage()) {
      throw ahead(state.seq, found, last);
    }
    if (options.salvage()) {
      setJournalAside();
    }
    return restartAfter > 0 || state.seq > last
        ? RedoJournal.beginAnew(found, settings, Math.max(state.seq, restartAfter))
        : RedoJournal.open(found, settings);
  }

  private StoreException ahead(long seq, Found found, long last) {
    return new StoreException(
        "the database "
            + database()
            + " holds group "
            + seq
            + ", but its journal "
            + (found.isEmpty() ? "is missing" : "ends with group " + last)
            + "; nothing was changed: put the whole folder back as it was, or open the store once"
            + " with H2Store.salvaging(), which goes on with what the database holds",
        null);
  }

  private void setJournalAside() throws IOException {
    List<String> names = disk.names().stream().filter(file -> file.endsWith(".redo")).toList();
    for (String file : names) {
      disk.copy(file, file + ".salvaged");
    }
  }

  private Opened connect(Database opened, RedoJournal journal, UUID store)
      throws SQLException, IOException {
    Pending pending = new Pending(name, options.bounds(), journal.lastSeq());
    Tidying tidying = new Tidying(opened, copies, journal, options.bounds(), pending);
    Applier applier = new Applier(opened, journal, pending, name, tidying::tidyIfNeeded);
    JournaledWriter writer = new JournaledWriter(journal, pending, new LookUps(opened), name);
    boolean done = false;
    try {
      opened.upgradeIfOlder(migrations);
      Database.Writing writing = opened.writing();
      if (EngineStateTable.store(writing.statements).isEmpty()) {
        EngineStateTable.setStore(writing.statements, store);
        writing.connection.commit();
      }
      applier.catchUp();
      copies.discard(); // what a process has left that was killed while it copied
      if (!isCovered(journal)) {
        tidying.tidyNow(journal.lastSeq());
      }
      done = true;
      return new Opened(disk, opened, journal, pending, applier, tidying, writer);
    } finally {
      if (!done) {
        journal.close();
      }
    }
  }

  /** Whether copy and journal hold everything between them. */
  private boolean isCovered(RedoJournal journal) throws IOException {
    if (journal.firstSeq() == 1) {
      return true;
    }
    Copies.@Nullable Copy copy = copies.newest().orElse(null);
    return copy != null && copy.seq() + 1 >= journal.firstSeq();
  }
}
