package dev.pawl.testing;

import dev.pawl.spi.Changes;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoreProvider;
import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reference store: it keeps everything in memory, applies commits whole, and refuses changes
 * that break what {@link Changes} promises.
 *
 * <p>This object takes the place of the file. What was committed outlives the session that
 * committed it, so that a test can stop an engine, or let it {@linkplain #crash() die}, and start
 * another one over the same data. It holds one open session at a time, as a file does.
 *
 * <p>Changes that break a promise are the engine's own fault: {@link RunStore#commit} answers them
 * with an {@link IllegalStateException} that names the row, and applies nothing.
 *
 * <p>Safe for use by many threads. One lock guards the data and the session: reads share it, a
 * commit has it alone. It is never waited for interruptibly, so an interrupt changes nothing here.
 */
public final class InMemoryStore implements StoreProvider {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final InMemoryTables tables = new InMemoryTables();
  private @Nullable InMemorySession open;
  private @Nullable Failure nextFailure;

  private record Failure(StoreException exception, boolean applyAnyway) {}

  /** An empty store. */
  public InMemoryStore() {}

  @Override
  public RunStore open() {
    return writing(
        () -> {
          if (open != null) {
            throw new StoreException(
                "the in-memory store is already open in this process;"
                    + " close the engine that opened it, or call crash(), before opening it again",
                null);
          }
          tables.values().discardAllFree();
          open = new InMemorySession(this);
          return open;
        });
  }

  /**
   * Takes the store away from whoever has it open, as the death of its process would: what was
   * committed stays, and every later call on the old session but {@code close} throws {@link
   * StoreException}. A commit that is under way is applied first. Does nothing where the store is
   * not open.
   */
  public void crash() {
    writing(
        () -> {
          if (open != null) {
            open.end("the in-memory store crashed under this session; open it again");
            open = null;
          }
          return null;
        });
  }

  /**
   * Lets the next commit fail, once; a second call before that commit replaces the first.
   *
   * @param exception what the commit throws
   * @param applyAnyway whether the changes are applied before it is thrown; only an exception whose
   *     outcome is unknown leaves that open
   * @throws IllegalArgumentException if the exception says that nothing was stored while {@code
   *     applyAnyway} stores it
   */
  public void failNextCommit(StoreException exception, boolean applyAnyway) {
    if (applyAnyway && !exception.outcomeUnknown()) {
      throw new IllegalArgumentException(
          "an exception that says \"certainly not stored\" would be a lie when the changes are"
              + " applied; create it with outcomeUnknown = true",
          exception);
    }
    writing(() -> nextFailure = new Failure(exception, applyAnyway));
  }

  void commit(InMemorySession session, Changes changes) {
    writing(
        () -> {
          session.requireOpen();
          Failure failure = nextFailure;
          nextFailure = null;
          if (failure != null && !failure.applyAnyway()) {
            throw failure.exception();
          }
          if (!session.isUnacknowledged(changes)) {
            InMemoryPromises.check(tables, changes);
            tables.apply(changes);
          }
          if (failure != null) {
            session.unacknowledged(changes);
            throw failure.exception();
          }
          session.unacknowledged(null);
          return null;
        });
  }

  <T> T read(InMemorySession session, Read<T> read) {
    Lock shared = lock.readLock();
    shared.lock();
    try {
      session.requireOpen();
      return read.from(tables);
    } finally {
      shared.unlock();
    }
  }

  <T extends @Nullable Object> T write(InMemorySession session, Function<InMemoryValues, T> write) {
    return writing(
        () -> {
          session.requireOpen();
          return write.apply(tables.values());
        });
  }

  InputStream openLarge(InMemorySession session, StoredValue value) throws IOException {
    Lock shared = lock.readLock();
    shared.lock();
    try {
      session.requireOpen();
      return tables.values().open(value);
    } finally {
      shared.unlock();
    }
  }

  /**
   * How many rows are kept of runs and of what stands under them, index entries included: zero
   * where retention has deleted everything.
   */
  public long rows() {
    return writing(tables::rows);
  }

  /** How many large values are kept, whether a row refers to them or not. */
  public int largeValues() {
    return writing(() -> tables.values().size());
  }

  /**
   * Flips one bit in the large value that a run's row refers to, as a bad disk would; for tests of
   * what an application does then.
   *
   * @param lose whether the value is lost altogether instead
   * @throws IllegalArgumentException if the value is not a large one
   */
  public void damageLarge(StoredValue value, boolean lose) {
    if (!value.isLarge()) {
      throw new IllegalArgumentException(value + " stands in its row");
    }
    writing(
        () -> {
          tables.values().damage(value, lose);
          return null;
        });
  }

  void close(InMemorySession session) {
    writing(
        () -> {
          if (open == session) {
            session.end("this session of the in-memory store was closed; open the store again");
            open = null;
          }
          return null;
        });
  }

  private <T extends @Nullable Object> T writing(Supplier<T> action) {
    Lock exclusive = lock.writeLock();
    exclusive.lock();
    try {
      return action.get();
    } finally {
      exclusive.unlock();
    }
  }

  /** One read of the tables, made while no commit changes them. */
  interface Read<T> {
    T from(InMemoryTables tables);
  }
}
