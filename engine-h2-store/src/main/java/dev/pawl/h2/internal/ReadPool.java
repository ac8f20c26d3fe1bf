package dev.pawl.h2.internal;

import dev.pawl.spi.StoreException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that read. Callers hand their reads over and wait, whatever thread they are on: an
 * interrupt must never reach H2, and only threads that nobody else knows cannot be interrupted. A
 * caller that is interrupted meanwhile gets its answer and keeps the flag.
 *
 * <p>Each thread takes an idle connection, of which there are never fewer than running reads.
 * Threads and connections come into being with the first reads that need them.
 */
final class ReadPool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReadPool.class);

  /**
   * How many reads may wait or run at once; more callers wait before they hand over. Enough to keep
   * the threads busy.
   */
  private static final int MAX_READS = 256;

  private static final AtomicInteger THREADS = new AtomicInteger();

  private final Database database;
  private final String name;
  private final ThreadPoolExecutor threads;
  private final Semaphore places = new Semaphore(MAX_READS);
  private final ConcurrentLinkedQueue<Statements> idle = new ConcurrentLinkedQueue<>();

  ReadPool(Database database, String name, int readers) {
    this.database = database;
    this.name = name;
    this.threads =
        new ThreadPoolExecutor(
            readers, readers, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), ReadPool::thread);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "pawl-h2-reader-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  <T> T read(Reading<T> reading) {
    places.acquireUninterruptibly();
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      threads.execute(() -> answer(reading, answer));
    } catch (RejectedExecutionException e) {
      places.release();
      throw new StoreException("the store " + name + " is closed", e);
    } catch (OutOfMemoryError e) {
      places.release(); // otherwise each of these would leave one place less, until none is left
      throw e;
    }
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw rethrown(e);
    }
  }

  private <T> void answer(Reading<T> reading, CompletableFuture<T> answer) {
    try {
      answer.complete(readWithRetry(reading));
    } catch (Throwable e) { // whatever it is, it belongs to the caller, who waits
      answer.completeExceptionally(e);
    } finally {
      places.release();
    }
  }

  private <T> T readWithRetry(Reading<T> reading) {
    Patience patience = new Patience();
    while (true) {
      Statements statements = idle.poll();
      try {
        if (statements == null) {
          statements = new Statements(database.reading());
        }
        T found = reading.read(statements);
        idle.add(statements);
        return found;
      } catch (StoreException e) {
        throw e;
      } catch (SQLException | RuntimeException | Error e) {
        if (statements != null) {
          Database.closeQuietly(statements.connection());
        }
        if (isOurs(e) || !patience.pause()) {
          throw new StoreException("the store " + name + " cannot read: " + e.getMessage(), e);
        }
        log.debug("A read of the store {} failed and is tried again", name, e);
      }
    }
  }

  /** Whether rows do not read as what they should be: they would not the second time either. */
  private static boolean isOurs(Throwable e) {
    return e instanceof SQLException sql ? sql.getErrorCode() == 0 : e instanceof RuntimeException;
  }

  private static RuntimeException rethrown(CompletionException e) {
    if (e.getCause() instanceof StoreException cause) {
      // Thrown on the reader's thread: wrapped, so that the trace shows the caller's too.
      return new StoreException(String.valueOf(cause.getMessage()), cause, cause.outcomeUnknown());
    }
    return e;
  }

  /** Lets running and waiting reads end, then closes their connections; idempotent. */
  @Override
  public void close() {
    threads.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (Statements statements = idle.poll(); statements != null; statements = idle.poll()) {
      Database.closeQuietly(statements.connection());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
