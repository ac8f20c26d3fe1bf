package dev.pawl.internal.loop;

import dev.pawl.EngineClosedException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What has been asked of the loop and not been done yet. Bounded: where it is full, the caller
 * waits. Any thread may put; the loop alone takes.
 */
final class Mailbox {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();
  private final ArrayDeque<Command> waiting;
  private final int capacity;
  private final boolean waits;

  /** How many threads are about to put something in. */
  private final AtomicInteger putting = new AtomicInteger();

  /** Whether {@link #take} need not wait; seen without the lock. */
  private volatile boolean filled;

  /** Whether a single command was taken last: where there are many, it pays to let them gather. */
  private boolean alone;

  private boolean poked;
  private boolean takerWaits;
  private boolean closed;

  /**
   * An empty one.
   *
   * @param waits whether {@link #take} waits for something to take, as it does wherever the loop
   *     has a thread of its own; otherwise no time ever passes in it
   */
  Mailbox(int capacity, boolean waits) {
    this.capacity = capacity;
    this.waits = waits;
    // All of its room at once: one that must grow loses what it holds where the heap is exhausted.
    this.waiting = new ArrayDeque<>(capacity);
  }

  /**
   * Puts a command in, waiting for room without heeding interrupts: whoever gets a reply knows that
   * the command was either taken or refused.
   *
   * @throws EngineClosedException if the loop takes nothing any more
   */
  void put(Command command) {
    putting.incrementAndGet();
    try {
      putUnderLock(command);
    } finally {
      putting.decrementAndGet();
    }
  }

  private void putUnderLock(Command command) {
    lock.lock();
    try {
      while (waiting.size() >= capacity && !closed) {
        notFull.awaitUninterruptibly();
      }
      if (closed) {
        throw new EngineClosedException("the engine is closed");
      }
      waiting.add(command);
      filled = true;
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Makes a waiting {@link #take} return, so that the loop looks at its clock anew. */
  void poke() {
    lock.lock();
    try {
      poked = true;
      filled = true;
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves up to {@code max} commands over; waits for the first of them for at most {@code
   * waitNanos}.
   */
  void take(List<Command> to, int max, long waitNanos) {
    if (waits && alone && waitNanos > 0) {
      lookOut();
    }
    lock.lock();
    try {
      long left = waits ? waitNanos : 0;
      takerWaits = true;
      while (waiting.isEmpty() && !poked && left > 0) {
        try {
          left = notEmpty.awaitNanos(left);
        } catch (InterruptedException e) {
          left = 0; // nobody interrupts the loop; if somebody did, it just takes another turn
        }
      }
      takerWaits = false;
      poked = false;
      for (int i = 0; i < max && !waiting.isEmpty(); i++) {
        to.add(waiting.peek()); // not polled before it is there: adding may find the heap exhausted
        waiting.poll();
      }
      filled = !waiting.isEmpty();
      alone = to.size() == 1;
      notFull.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void lookOut() {
    long end = Spin.end();
    while (!filled && Spin.isBefore(end)) {
      Thread.onSpinWait();
    }
  }

  /** How much has been asked that was not taken. */
  int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether nobody asks for anything, nothing has been asked that was not taken, and the loop waits
   * for something to be; or takes nothing any more.
   */
  boolean isQuiet() {
    lock.lock();
    try {
      return closed || (putting.get() == 0 && waiting.isEmpty() && !poked && takerWaits);
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more, and returns what is left. */
  List<Command> close() {
    lock.lock();
    try {
      closed = true;
      List<Command> left = List.copyOf(waiting);
      waiting.clear();
      notFull.signalAll();
      return left;
    } finally {
      lock.unlock();
    }
  }
}
