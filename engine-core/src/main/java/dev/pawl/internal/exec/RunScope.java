package dev.pawl.internal.exec;

import dev.pawl.RunContext;
import dev.pawl.StaleAttemptException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one attempt: the body's and those it forked, with the flag and the actions of its
 * cancellation. Any thread may call.
 */
public final class RunScope {
  private static final Logger log = LoggerFactory.getLogger("dev.pawl.engine");
  private static final int SHOWN_FRAMES = 8;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition oneLess = lock.newCondition();
  private final String name;
  private final Consumer<RunScope> onEnd;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final List<Runnable> onCancel = new ArrayList<>();
  private volatile @Nullable String cancelReason;
  private boolean interrupted;
  private boolean ending;

  /** Whether the body waits for its forks to end. */
  private volatile boolean joining;

  /**
   * An attempt without threads yet.
   *
   * @param name what its threads are called
   * @param onEnd called when the last of its threads has ended
   */
  public RunScope(String name, Consumer<RunScope> onEnd) {
    this.name = name;
    this.onEnd = onEnd;
  }

  /**
   * Starts a virtual thread of this attempt.
   *
   * @param context what {@link CurrentRun} gives there
   * @throws StaleAttemptException if the body has returned already
   */
  public Thread start(RunContext context, Runnable code) {
    Thread thread = Thread.ofVirtual().name(name).unstarted(() -> run(context, code));
    lock.lock();
    try {
      if (ending) {
        throw new StaleAttemptException("the body of this run has returned already");
      }
      threads.add(thread);
      if (interrupted) {
        thread.interrupt();
      }
    } finally {
      lock.unlock();
    }
    try {
      thread.start();
    } catch (Throwable e) {
      leave(thread);
      throw e;
    }
    return thread;
  }

  private void run(RunContext context, Runnable code) {
    enter(context);
    try {
      code.run();
    } finally {
      CurrentRun.clear();
      leave(Thread.currentThread());
    }
  }

  /** Also where the heap is exhausted: a body that is never entered never ends either. */
  private static void enter(RunContext context) {
    while (CurrentRun.get() != context) {
      try {
        CurrentRun.set(context);
      } catch (OutOfMemoryError e) {
        Thread.onSpinWait();
      }
    }
  }

  private void leave(Thread thread) {
    boolean last;
    lock.lock();
    try {
      threads.remove(thread);
      last = threads.isEmpty();
      oneLess.signalAll();
    } finally {
      lock.unlock();
    }
    if (last) {
      onEnd.accept(this);
    }
  }

  /**
   * Whether each of its threads waits for something without a time limit. Takes no lock: a thread
   * that had to wait for that lock would look parked for it.
   */
  public boolean isParked() {
    int seen = 0;
    for (Thread thread : threads) {
      seen++;
      if (!isParked(thread.getState())) {
        return false;
      }
    }
    // Where there is none, the last of them has still to say that it has ended; where a body that
    // waits for its forks is alone, the last of those has just gone.
    return seen > (joining ? 1 : 0);
  }

  private static boolean isParked(Thread.State state) {
    return switch (state) {
      case WAITING, TERMINATED -> true;
      // A virtual thread counts as blocked until a thread of the JVM's own has seen that the
      // monitor is free, which on a busy machine comes long after it is.
      case NEW, RUNNABLE, TIMED_WAITING, BLOCKED -> false;
    };
  }

  /** Its name, and where its threads stand. */
  public String describe() {
    StringBuilder text = new StringBuilder(name);
    for (Thread thread : threads) {
      text.append("\n  ").append(thread.getState());
      Arrays.stream(thread.getStackTrace())
          .limit(SHOWN_FRAMES)
          .forEach(frame -> text.append("\n    at ").append(frame));
    }
    return text.toString();
  }

  /** Interrupts all threads, and those that are started from now on. */
  public void interrupt() {
    List<Thread> toInterrupt;
    lock.lock();
    try {
      interrupted = true;
      toInterrupt = List.copyOf(threads);
    } finally {
      lock.unlock();
    }
    toInterrupt.forEach(Thread::interrupt);
  }

  /** Interrupts the threads that the body forked, and waits for them to end. */
  public void endForks() {
    lock.lock();
    try {
      threads.stream()
          .filter(thread -> thread != Thread.currentThread())
          .forEach(Thread::interrupt);
      joining = true;
      while (threads.size() > 1) {
        oneLess.awaitUninterruptibly();
      }
    } finally {
      joining = false;
      lock.unlock();
    }
  }

  /** Lets nothing be forked any more, and tells whether there are forks that have not ended. */
  public boolean stopForking() {
    lock.lock();
    try {
      ending = true;
      return threads.size() > 1;
    } finally {
      lock.unlock();
    }
  }

  /** The run was cancelled: raises the flag, runs the actions, interrupts the threads. */
  public void cancel(String reason) {
    List<Runnable> actions;
    lock.lock();
    try {
      cancelReason = reason;
      actions = List.copyOf(onCancel);
      onCancel.clear();
    } finally {
      lock.unlock();
    }
    actions.forEach(this::onOwnThread);
    interrupt();
  }

  /** Why the run was cancelled; null while it was not. */
  public @Nullable String cancelReason() {
    return cancelReason;
  }

  /** Runs an action when the run is cancelled; at once where it was. */
  public void onCancel(Runnable action) {
    lock.lock();
    try {
      if (cancelReason == null) {
        onCancel.add(action);
        return;
      }
    } finally {
      lock.unlock();
    }
    onOwnThread(action);
  }

  private void onOwnThread(Runnable action) {
    Thread.ofVirtual()
        .name(name + " onCancel")
        .start(
            () -> {
              try {
                action.run();
              } catch (Throwable e) {
                log.warn("an onCancel action of {} has thrown", name, e);
              }
            });
  }
}
