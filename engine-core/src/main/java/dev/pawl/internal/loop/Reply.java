package dev.pawl.internal.loop;

import dev.pawl.PawlException;
import dev.pawl.spi.Micros;
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
  /**
   * How many platform threads wait for answers: where there are many, the cores have other things
   * to do.
   */
  private static final AtomicInteger awaiting = new AtomicInteger();

  private final CompletableFuture<T> future = new CompletableFuture<>();

  /** Where it is to be counted as given and not yet heard; null where it was, or is not to be. */
  private @Nullable AtomicInteger unheard;

  void complete(T value) {
    countIn();
    future.complete(value);
  }

  void fail(PawlException reason) {
    countIn();
    future.completeExceptionally(reason);
  }

  /** Only once, also where the loop answers again because it found the heap exhausted. */
  private void countIn() {
    AtomicInteger counter = unheard;
    if (counter != null) {
      unheard = null;
      counter.incrementAndGet();
    }
  }

  /**
   * Counts the answer in {@code counter} right before it is given. Called before the loop knows of
   * the reply; whoever has heard the answer counts it out again.
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
    if (Thread.currentThread().isVirtual()) {
      return join(); // it costs little to wake
    }
    boolean alone = awaiting.incrementAndGet() == 1;
    try {
      if (alone) {
        lookOut();
      }
      return join();
    } finally {
      awaiting.decrementAndGet();
    }
  }

  private void lookOut() {
    long end = Spin.end();
    while (!future.isDone() && Spin.isBefore(end)) {
      Thread.onSpinWait();
    }
  }

  private T join() {
    while (true) {
      try {
        return future.join();
      } catch (CompletionException e) {
        throw unwrapped(e.getCause());
      } catch (OutOfMemoryError e) {
        // The loop counts on whoever asked to wait for its answer; a thread of a body most of all.
        Thread.onSpinWait();
      }
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
   * too short.
   */
  public boolean awaitWithin(Duration timeout) {
    // Where there is no deadline it lies 292 years ahead, and the difference does not overflow.
    long deadline = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(Micros.timeout(timeout));
    boolean interrupted = false;
    try {
      while (true) {
        try {
          future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
          return true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException e) {
          return false;
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

  /** Nobody waits for the answer any more. */
  public void abandon() {
    future.cancel(false);
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
