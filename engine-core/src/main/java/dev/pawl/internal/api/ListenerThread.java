package dev.pawl.internal.api;

import dev.pawl.EventSubscription;
import dev.pawl.RunEvent;
import dev.pawl.RunListener;
import dev.pawl.internal.exec.OneLine;
import dev.pawl.internal.exec.ParkWatch;
import dev.pawl.internal.loop.Events;
import dev.pawl.internal.loop.Ids;
import dev.pawl.spi.Micros;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener with its queue and its thread. The loop puts in and never waits: where the queue is
 * full, the event is dropped and counted. The thread is a platform thread, so that bodies which
 * spin on all carriers of virtual threads cannot keep anybody from hearing of it.
 */
final class ListenerThread implements Events.Sink, EventSubscription {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");

  private final RunListener listener;
  private final int capacity;
  private final Consumer<ListenerThread> onClose;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ParkWatch watch = new ParkWatch();

  // Guarded by the lock.
  private final ArrayDeque<Events.Change> waiting = new ArrayDeque<>();
  private boolean delivering;
  private boolean ending;
  private boolean behind;
  private long delivered;
  private long dropped;
  private long failures;

  /**
   * Not started yet.
   *
   * @param capacity how many events may wait
   * @param onClose called when the subscription is closed
   */
  ListenerThread(
      RunListener listener, int capacity, String name, Consumer<ListenerThread> onClose) {
    this.listener = listener;
    this.capacity = capacity;
    this.onClose = onClose;
    this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  @Override
  public void accept(Events.Change change) {
    boolean fallsBehind = false;
    lock.lock();
    try {
      if (ending) {
        return;
      }
      if (waiting.size() < capacity) {
        waiting.add(change);
        changed.signalAll();
      } else {
        fallsBehind = !behind;
        behind = true;
        dropped++;
      }
    } finally {
      lock.unlock();
    }
    if (fallsBehind) {
      log.warn(
          "{} ({}) is too slow: {} events wait for it, and further ones are dropped until it has"
              + " caught up",
          thread.getName(),
          listener,
          capacity);
    }
  }

  private void run() {
    for (Events.Change change = next(); change != null; change = next()) {
      boolean failed = false;
      try {
        listener.onEvent(event(change));
      } catch (Throwable e) {
        failed = true;
        report(e);
      }
      delivered(failed);
    }
  }

  @SuppressWarnings("EmptyCatch") // the logger fails where the listener did; the next event follows
  private void report(Throwable e) {
    try {
      log.warn("{} ({}) has thrown", thread.getName(), listener, OneLine.of(e));
    } catch (Throwable alsoFailed) {
      // It is counted all the same.
    }
  }

  /** The next change; null where none will come. */
  private Events.@Nullable Change next() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !ending) {
        changed.awaitUninterruptibly();
      }
      Events.Change change = waiting.poll();
      delivering = change != null;
      return change;
    } finally {
      lock.unlock();
    }
  }

  private void delivered(boolean failed) {
    lock.lock();
    try {
      delivering = false;
      delivered++;
      failures += failed ? 1 : 0;
      behind &= !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private static RunEvent event(Events.Change change) {
    return new RunEvent(
        change.seq(),
        Micros.instant(change.at()),
        Ids.run(change.runId()),
        change.taskId(),
        change.from(),
        change.to(),
        change.attempt());
  }

  /** Whether it has nothing to do, or waits for something without a time limit in the midst. */
  boolean isSettled(long from) {
    lock.lock();
    try {
      Thread.State state = thread.getState();
      return delivering
          ? watch.isSurelyParked(state == Thread.State.WAITING, from)
          : state == Thread.State.TERMINATED
              || (state == Thread.State.WAITING && waiting.isEmpty());
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more comes: ends when what waits is delivered. */
  void endWhenDelivered() {
    lock.lock();
    try {
      ending = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for its end; gives it up at the deadline. */
  void awaitEnd(long deadlineNanos) {
    if (Thread.currentThread() == thread) {
      return; // it closes the engine itself, and cannot wait for that
    }
    boolean interrupted = false;
    for (long left = deadlineNanos - System.nanoTime();
        thread.isAlive() && left > 0;
        left = deadlineNanos - System.nanoTime()) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(thread, left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      int lost = giveUp();
      thread.interrupt();
      log.warn(
          "{} ({}) has not taken its last events before the engine was closed; {} are lost",
          thread.getName(),
          listener,
          lost);
    }
  }

  private int giveUp() {
    lock.lock();
    try {
      int lost = waiting.size();
      ending = true;
      waiting.clear();
      changed.signalAll();
      return lost;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long delivered() {
    return locked(() -> delivered);
  }

  @Override
  public long dropped() {
    return locked(() -> dropped);
  }

  @Override
  public long failures() {
    return locked(() -> failures);
  }

  private long locked(java.util.function.LongSupplier figure) {
    lock.lock();
    try {
      return figure.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    onClose.accept(this);
    giveUp();
  }
}
