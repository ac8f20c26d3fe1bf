package dev.pawl.h2.internal;

import dev.pawl.h2.internal.redo.Disk;
import dev.pawl.spi.StoreException;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database in the heap, which lives as long as this object is reachable: H2 drops a database in
 * memory with its last connection, so one is held open between two engines, until the garbage
 * collector finds that nobody can open the location again.
 */
public final class MemoryLocation implements Location {
  private static final Logger log = LoggerFactory.getLogger(MemoryLocation.class);
  private static final Cleaner CLEANER = Cleaner.create();

  private final String url = "jdbc:h2:mem:pawl-" + UUID.randomUUID();
  private final ValueKeeper values = new ValueMap();
  private final AtomicBoolean claimed = new AtomicBoolean();
  private @Nullable KeptConnection kept;

  @Override
  public Claim claim() {
    if (!claimed.compareAndSet(false, true)) {
      throw new StoreException(
          "this in-memory store is already open in another engine; close that engine first, or give"
              + " each engine a store of its own",
          null);
    }
    return new MemoryClaim();
  }

  @Override
  public String description() {
    return "memory";
  }

  private final class MemoryClaim implements Claim {

    @Override
    public void prepare(Options options, Migrations migrations) {
      if (kept != null) {
        return;
      }
      try {
        Connection connection =
            Database.connect(url, Database.ADMIN, Database.memorySettings(true));
        KeptConnection keeping = new KeptConnection(connection);
        CLEANER.register(MemoryLocation.this, keeping);
        migrations.create(connection);
        kept = keeping;
      } catch (SQLException e) {
        throw new StoreException("no in-memory database could be made: " + e.getMessage(), e);
      }
    }

    @Override
    public boolean isDamaged() {
      return false;
    }

    @Override
    public @Nullable Disk disk() {
      return null;
    }

    @Override
    public @Nullable Path folder() {
      return null;
    }

    @Override
    public UUID boot() {
      return Boot.UNKNOWN;
    }

    @Override
    public void rebuild(@Nullable String copy, UUID store, Options options, Migrations migrations) {
      throw new IllegalStateException("a database in memory has no journal");
    }

    @Override
    public void upgrade(Options options, Migrations migrations) {
      throw new IllegalStateException("a database in memory is never older than its engine");
    }

    @Override
    public String newUrl() {
      return url;
    }

    @Override
    public ValueKeeper values() {
      return values;
    }

    @Override
    public boolean outlivesClosing() {
      return false;
    }

    @Override
    public void closeLeftovers(String closed) {}

    @Override
    public void close() {
      claimed.set(false);
    }
  }

  /** Closes the connection; refers to nothing that would keep the location reachable. */
  private record KeptConnection(Connection connection) implements Runnable {
    @Override
    public void run() {
      try {
        connection.close();
      } catch (SQLException e) {
        log.warn("An in-memory store that nobody uses any more could not be closed", e);
      }
    }
  }
}
