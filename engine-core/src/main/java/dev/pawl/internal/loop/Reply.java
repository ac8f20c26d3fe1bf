package dev.pawl.internal.loop;

import dev.pawl.PawlException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a command: given by the loop once the commit that it stands on is durable, awaited
 * by one caller.
 *
 * @param <T> the answer
 */
public final class Reply<T extends @Nullable Object> {
  /** What a caller means who waits for ever. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final CompletableFuture<T> future = new CompletableFuture<>();

  /** Who counts the answers that were given and not yet heard; null where nobody does. */
  private volatile @Nullable AtomicInteger unheard;

  void complete(T value) {
    count(1);
    if (!future.complete(value)) {
      count(-1);
    }
  }

  void fail(PawlException reason) {
    count(1);
    if (!future.completeExceptionally(reason)) {
      count(-1);
    }
  }

  private void count(int more) {
    AtomicInteger counter = unheard;
    if (counter != null) {
      counter.addAndGet(more);
    }
  }

  /**
   * Counts the answer in {@code counter} when it is given. Called before anybody can answer;
   * whoever has heard the answer counts it out again.
   */
  void countIn(AtomicInteger counter) {
    unheard = counter;
  }

  /** Whether it was given, or failed. */
  boolean isDone() {
    return future.isDone();
  }

  /**
   * Waits without heeding interrupts, which stay pending: an interrupted caller would otherwise not
   * know whether its call took effect.
   */
  public T await() {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw unwrapped(e.getCause());
    }
  }

  /** As {@link #await()}, but an interrupt ends the waiting; for answers that nothing hangs on. */
  public T awaitInterruptibly() throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw unwrapped(e.getCause());
    }
  }

  /**
   * Waits for at most {@code timeout} of real time without heeding interrupts; false where that was
   * too short: the answer is of no use then, and the loop may forget whom it is for.
   */
  public boolean awaitWithin(Duration timeout) {
    long deadline = System.nanoTime() + nanos(timeout);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
          return true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException e) {
          return !future.cancel(false) && !future.isCompletedExceptionally();
        } catch (ExecutionException e) {
          throw unwrapped(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static long nanos(Duration timeout) {
    return timeout.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : timeout.toNanos();
  }

  /**
   * The answer as a future, for stages that depend on it. Those must be asynchronous: the loop
   * completes it.
   */
  public CompletableFuture<T> future() {
    return future;
  }

  private static RuntimeException unwrapped(@Nullable Throwable cause) {
    if (cause instanceof PawlException refused) {
      return refused;
    }
    return new IllegalStateException(
        "the loop failed a reply with something that is not its own", cause);
  }
}
