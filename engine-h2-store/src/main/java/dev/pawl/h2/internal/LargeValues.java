package dev.pawl.h2.internal;

import dev.pawl.spi.Changes;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunRow;
import dev.pawl.spi.StoreException;
import dev.pawl.spi.StoredValue;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Cleaner;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The values of an open store that are kept apart from their rows, from the moment they are written
 * until they are deleted.
 *
 * <p>A value is <em>free</em> from the time it is written until a commit takes it. Nothing is
 * deleted but what the table of taken values does not have: whoever discards a value that was taken
 * after all does no harm. What is free and forgotten, because its writer's thread died or the
 * engine dropped its memory, is found in two ways: when the reference to it is unreachable, so that
 * no commit can take it any more; and by the next opening of the store.
 *
 * <p>Files are deleted on a thread of their own, after the commit that gave them up: a process that
 * dies in between leaves an orphan, never a row without its value.
 */
final class LargeValues implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LargeValues.class);
  private static final Cleaner CLEANER = Cleaner.create();
  private static final long IDLE_SECONDS = 5;
  private static final long CLOSING_SECONDS = 5;

  private final String name;
  private final ValueKeeper keeper;
  private final ReadPool readers;
  private final LongPredicate pending;
  private final Set<Long> free = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor deleter;

  /** Held while a file is deleted, and by whoever needs them all. */
  private final ReentrantLock deleting = new ReentrantLock();

  private volatile boolean closed;

  /**
   * Values of an open store.
   *
   * @param pending whether a value is taken by a commit that the database does not show yet
   */
  LargeValues(String name, ValueKeeper keeper, ReadPool readers, LongPredicate pending) {
    this.name = name;
    this.keeper = keeper;
    this.readers = readers;
    this.pending = pending;
    this.deleter =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "pawl-h2-values");
              thread.setDaemon(true);
              return thread;
            });
    deleter.allowCoreThreadTimeOut(true);
  }

  /**
   * Begins to look for what a former life has left. While that goes on, a commit may give up what
   * was not left.
   *
   * @param first makes sure that no such commit is lost whose value is deleted
   */
  void sweep(Forcing first) {
    Collection<Long> found;
    try {
      found = keeper.keys();
    } catch (IOException e) {
      log.warn("The large values of the store {} cannot be listed; orphans stay", name, e);
      return;
    }
    if (!found.isEmpty()) {
      submit(() -> deleteOrphans(found, first));
    }
  }

  private void deleteOrphans(Collection<Long> found, Forcing first) {
    List<Long> orphans = found.stream().filter(this::isOrphan).toList();
    if (!orphans.isEmpty()) {
      delete(orphans, first);
    }
  }

  private boolean isOrphan(long key) {
    try {
      // Whether it is free comes before the table is asked: a commit writes there first.
      return !closed && !free.contains(key) && !isTaken(key);
    } catch (RuntimeException e) {
      log.warn("A large value of the store {} stays until its next opening", name, e);
      return false;
    }
  }

  private boolean isTaken(long key) {
    return pending.test(key) // before the database is asked, where it goes from there
        || readers.read(statements -> LargeValueTable.contains(statements, key));
  }

  StoredValue write(byte[] value) {
    if (value.length == 0) {
      throw new IllegalArgumentException("a large value is not empty");
    }
    long key = 0;
    try {
      boolean written = false;
      while (!written) {
        key = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        free.add(key);
        written = keeper.write(key, value);
      }
    } catch (IOException e) {
      free.remove(key);
      throw new StoreException(
          "the store " + name + " cannot keep a value of " + value.length + " bytes: " + e, e);
    }
    StoredValue reference = StoredValue.large(key, value.length, StoredValue.checksum(value));
    long forgotten = key;
    CLEANER.register(reference, () -> discard(forgotten));
    return reference;
  }

  /** Whether a commit may take this value. */
  boolean isFree(long key) {
    return free.contains(key);
  }

  /**
   * A commit is stored, or may be. Called while its changes are reachable, and with them their
   * references.
   */
  void taken(Changes changes) {
    for (RunRow row : changes.runs()) {
      take(row.payload());
    }
    for (RunRow row : changes.runUpdates()) {
      take(row.payload());
    }
    for (ResultRow row : changes.results()) {
      StoredValue output = row.output();
      if (output != null) {
        take(output);
      }
    }
  }

  private void take(StoredValue value) {
    if (value.isLarge()) {
      free.remove(value.key());
    }
  }

  /**
   * Begins to delete values that rows have given up. Called once the database shows that: until
   * then a value is taken by what is in there.
   */
  void giveUp(Collection<Long> keys) {
    giveUp(keys, () -> {});
  }

  /**
   * The same, where what has given them up may still be lost.
   *
   * @param first makes sure that it is not
   */
  void giveUp(Collection<Long> keys, Forcing first) {
    if (!keys.isEmpty()) {
      List<Long> all = List.copyOf(keys);
      submit(() -> delete(all, first));
    }
  }

  /** Makes something durable. */
  interface Forcing {
    void force() throws IOException;
  }

  private void delete(List<Long> keys, Forcing first) {
    try {
      first.force();
    } catch (IOException e) {
      log.warn("Large values of the store {} stay until its next opening", name, e);
      return;
    }
    keys.forEach(this::deleteUnlessTaken);
  }

  void discard(StoredValue value) {
    discard(value.key());
  }

  private void discard(long key) {
    if (free.contains(key)) {
      submit(
          () -> {
            if (free.contains(key)) {
              deleteUnlessTaken(key);
              free.remove(key);
            }
          });
    }
  }

  InputStream open(StoredValue value) throws IOException {
    return keeper.open(value.key());
  }

  private void submit(Runnable work) {
    try {
      deleter.execute(work);
    } catch (RejectedExecutionException e) {
      log.debug("The store {} is closed; its next opening deletes what is left", name);
    }
  }

  /** Deletes no value until the same thread calls {@link #keepNoLonger}. */
  void keepAll() {
    deleting.lock();
  }

  /** Undoes {@link #keepAll}. */
  void keepNoLonger() {
    deleting.unlock();
  }

  /** What all values take; to be called while {@linkplain #keepAll none is deleted}. */
  long bytes() throws IOException {
    return keeper.bytes();
  }

  /** Copies all values; to be called while {@linkplain #keepAll none is deleted}. */
  void copyAll(BackupFolder to) throws IOException {
    keeper.copyAll(to);
  }

  private void deleteUnlessTaken(long key) {
    if (closed) {
      return;
    }
    deleting.lock();
    try {
      if (!isTaken(key)) {
        keeper.delete(key);
      }
    } catch (IOException | RuntimeException e) {
      log.warn("A large value of the store {} stays until its next opening", name, e);
    } finally {
      deleting.unlock();
    }
  }

  /** Deletes what is left to delete, for a few seconds at most; idempotent. */
  @Override
  public void close() {
    deleter.shutdown();
    boolean interrupted = Thread.interrupted();
    try {
      if (!deleter.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        closed = true; // the next opening deletes the rest
        deleter.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    closed = true;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
