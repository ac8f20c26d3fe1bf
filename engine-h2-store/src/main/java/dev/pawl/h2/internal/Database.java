package dev.pawl.h2.internal;

import dev.pawl.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.Driver;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open database that is opened again when H2 has closed it underneath: after an out-of-memory
 * error of whichever thread, a full disk, an I/O error. Owns the one connection that writes, and
 * makes those that read.
 *
 * <p>One connection writes, because two broke the atomicity of transactions across a kill. A
 * database that broke is shut down for good before its file is opened again.
 */
final class Database implements AutoCloseable {
  /** The user that owns the tables and writes. */
  static final String ADMIN = "PAWL";

  /** The user that may only select. */
  static final String READER = "PAWL_READER";

  private static final Logger log = LoggerFactory.getLogger(Database.class);
  private static final Driver DRIVER = new Driver();

  /** H2's row-level locking with multiple versions. */
  private static final int LOCK_MODE = 3;

  private final Location.Claim claim;
  private final Options options;
  private final ReentrantLock opening = new ReentrantLock();
  private @Nullable Writing current;
  private boolean closed;
  private Opened whenOpened = writing -> {};

  /** Is told of each opening, before anybody reads or writes. */
  interface Opened {
    void opened(Writing writing) throws SQLException;
  }

  Database(Location.Claim claim, Options options) {
    this.claim = claim;
    this.options = options;
  }

  /** Says who is told of openings from now on. */
  void whenOpened(Opened told) {
    opening.lock();
    try {
      whenOpened = told;
    } finally {
      opening.unlock();
    }
  }

  /** The connection that writes, of a database that was open a moment ago. */
  Writing writing() throws SQLException {
    opening.lock();
    try {
      if (closed) {
        throw new StoreException("the store is closed", null);
      }
      if (current == null || !current.isOpen()) {
        if (current != null) {
          log.warn("The database {} was closed underneath; opening it again", current.url);
          end(current);
        }
        current = null;
        current = told(open());
      }
      return current;
    } finally {
      opening.unlock();
    }
  }

  private Writing told(Writing opened) throws SQLException {
    boolean done = false;
    try {
      whenOpened.opened(opened);
      done = true;
      return opened;
    } finally {
      if (!done) {
        end(opened);
      }
    }
  }

  /** A new connection that can only read. */
  Connection reading() throws SQLException {
    opening.lock();
    try {
      return connect(writing().url, READER, ";IFEXISTS=TRUE");
    } finally {
      opening.unlock();
    }
  }

  /**
   * Gives up a connection whose transaction may or may not have been stored. Where a file holds the
   * answer, the database is shut down without writing anything more, so that the next {@link
   * #writing()} reads what is there.
   */
  void abandon(Writing writing) {
    opening.lock();
    try {
      // Before anything that may fail: this one must not be written to again.
      writing.abandoned = true;
      if (writing == current) {
        end(writing);
        current = null;
      }
    } finally {
      opening.unlock();
    }
  }

  private void end(Writing writing) {
    if (claim.outlivesClosing()) {
      writing.engine.shutdownImmediately();
    }
    closeQuietly(writing.connection);
    claim.closeLeftovers(writing.url);
  }

  /**
   * Closes a connection of a database that is broken or no longer needed, of which nothing is
   * expected.
   */
  static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException | RuntimeException | AssertionError | StackOverflowError e) {
      log.debug("A connection of a broken database could not be closed", e);
    }
  }

  private Writing open() throws SQLException {
    String url = claim.newUrl();
    Connection connection = null;
    Writing writing = null;
    try {
      connection =
          connect(
              url,
              ADMIN,
              claim.outlivesClosing() ? fileSettings(options, false) : memorySettings(false));
      connection.setAutoCommit(false);
      Writing opened = new Writing(url, connection, options.retentionMillis());
      if (claim.outlivesClosing()) {
        // Not part of the URL: there it would be written into the file, where it can also be found.
        opened.store.setRetentionTime(options.retentionMillis());
        requireSettings(opened);
      }
      writing = opened;
      return opened;
    } finally {
      if (writing == null) {
        if (connection != null) {
          closeQuietly(connection);
        }
        claim.closeLeftovers(url);
      }
    }
  }

  /**
   * The settings are asserted, not only set: some of H2's stick in the file, and one day a name may
   * change.
   */
  private void requireSettings(Writing opened) {
    require("WRITE_DELAY", opened.store.getAutoCommitDelay(), options.writeDelayMillis());
    require("RETENTION_TIME", opened.store.getRetentionTime(), options.retentionMillis());
    require("MAX_COMPACT_TIME", opened.engine.getSettings().maxCompactTime, 0);
    require("ANALYZE_AUTO", opened.engine.getSettings().analyzeAuto, 0);
    require("TRACE_LEVEL_FILE", opened.engine.getTraceSystem().getLevelFile(), 0);
    require("LOCK_MODE", opened.engine.getLockMode(), LOCK_MODE);
    String name = opened.store.getFileStore().getFileName();
    // A folder above may be called like a database.
    String file = FileLocation.DATABASE_SUFFIX;
    String path = name.endsWith(file) ? name.substring(0, name.length() - file.length()) : name;
    if (!opened.url.equals("jdbc:h2:" + path)) {
      throw new IllegalStateException(
          "H2 opened " + name + " on another file system than it was told");
    }
  }

  private static void require(String setting, int actual, int expected) {
    if (actual != expected) {
      throw new IllegalStateException(
          "H2 opened the database with " + setting + "=" + actual + " instead of " + expected);
    }
  }

  /**
   * Brings the database to the newest schema where it is older; nobody else may use it yet.
   *
   * <p>Its tables are not altered where they are: H2 makes a table with one more column by dropping
   * the old one and renaming a new one, and a kill between the two leaves neither.
   */
  void upgradeIfOlder(Migrations migrations) throws SQLException {
    opening.lock();
    try {
      if (migrations.areNeeded(writing().connection)) {
        closeCurrent();
        claim.upgrade(options, migrations);
      }
    } finally {
      opening.unlock();
    }
  }

  /** Closes the database; it cannot be opened again. */
  @Override
  public void close() {
    opening.lock();
    try {
      closed = true;
      closeCurrent();
    } finally {
      opening.unlock();
    }
  }

  private void closeCurrent() {
    if (current != null) {
      closeQuietly(current.connection);
      claim.closeLeftovers(current.url);
      current = null;
    }
  }

  /**
   * WRITE_DELAY=0: the commit is written by the thread that commits, and there is no background
   * thread that it could race with. MAX_COMPACT_TIME=0: a close does not rewrite the file, in which
   * a power loss would lose it. DB_CLOSE_ON_EXIT=FALSE: H2 does not close the database under the
   * engine when the process ends. ANALYZE_AUTO=0: H2 does not sample tables in the middle of a
   * commit, and plans stay what the tests have seen. OPTIMIZE_REUSE_RESULTS=FALSE: a prepared
   * statement does not keep its last rows, payloads and all.
   */
  static String fileSettings(Options options, boolean create) {
    return (create ? "" : ";IFEXISTS=TRUE")
        + ";WRITE_DELAY="
        + options.writeDelayMillis()
        + ";MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=0;TRACE_LEVEL_FILE=0"
        + ";ANALYZE_AUTO=0;OPTIMIZE_REUSE_RESULTS=FALSE";
  }

  static String memorySettings(boolean create) {
    return (create ? "" : ";IFEXISTS=TRUE") + ";ANALYZE_AUTO=0;OPTIMIZE_REUSE_RESULTS=FALSE";
  }

  /** Connects past the driver manager, which would ask every driver in the process. */
  static Connection connect(String url, String user, String settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", "");
    Connection connection = DRIVER.connect(url + settings, properties);
    if (connection == null) {
      throw new SQLException("H2 does not take " + url + " for one of its own");
    }
    return connection;
  }

  static MVStore storeOf(Connection connection) throws SQLException {
    return engineOf(connection).getStore().getMvStore();
  }

  private static org.h2.engine.Database engineOf(Connection connection) throws SQLException {
    SessionLocal session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
    return session.getDatabase();
  }

  /** The connection that writes, and what H2 has behind it. */
  static final class Writing {
    private final String url;
    final Connection connection;
    final Statements statements;
    private final org.h2.engine.Database engine;
    private final MVStore store;
    private final int retentionMillis;
    private volatile boolean abandoned;

    Writing(String url, Connection connection, int retentionMillis) throws SQLException {
      this.url = url;
      this.connection = connection;
      this.statements = new Statements(connection);
      this.engine = engineOf(connection);
      this.store = engine.getStore().getMvStore();
      this.retentionMillis = retentionMillis;
    }

    /** Whether the database is open; once false, it stays so. */
    boolean isOpen() {
      return !abandoned && !engine.isClosing() && !store.isClosed();
    }

    String url() {
      return url;
    }

    /**
     * Nothing of the file is written over from now on, but its first two blocks: what is new is
     * appended, so that the file can be read as it is now. Called between two transactions, when
     * the file ends with what is in use, since H2 cuts the rest off.
     */
    void onlyAppend() {
      store.setReuseSpace(false);
      store.setRetentionTime(Integer.MAX_VALUE); // nor does the file become shorter
    }

    /** Undoes {@link #onlyAppend}, between two transactions. */
    void reuseSpace() {
      store.setRetentionTime(retentionMillis);
      store.setReuseSpace(true);
    }

    MVStore store() {
      return store;
    }
  }
}
