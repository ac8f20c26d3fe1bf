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
  private static final int SHOWN_FRAMES = 24;

  /** Made while there is memory to make it of. */
  @SuppressWarnings("UnnecessaryLambda") // a reference to a method is made where it is first used
  private static final Runnable NOTHING_TO_LEAVE = () -> {};

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition oneLess = lock.newCondition();
  private final String name;
  private final Scene scene;
  private final Consumer<RunScope> onEnd;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final List<Runnable> onCancel = new ArrayList<>();
  private volatile @Nullable String cancelReason;
  private boolean interrupted;
  private boolean started;

  /** Whether a lane was given the body and no thread of the lane has begun it. */
  private boolean handedOver;

  /** The thread of a lane that began the body; set once. */
  private volatile @Nullable Thread laneThread;

  /** Held to interrupt that thread, so that it does not leave for other work meanwhile. */
  private final ReentrantLock laneLock = new ReentrantLock();

  private boolean onLane;

  /** Since when that thread was seen parked at each look; 0 where it was not. */
  private final ParkWatch laneWatch = new ParkWatch();

  private boolean ending;

  /** Whether its run goes on without it. */
  private volatile boolean unloaded;

  /** Whether the body waits for its forks to end. */
  private volatile boolean joining;

  /**
   * An attempt without threads yet.
   *
   * @param name what its threads are called
   * @param scene what its threads find around them
   * @param onEnd called when the last of its threads has ended
   */
  public RunScope(String name, Scene scene, Consumer<RunScope> onEnd) {
    this.name = name;
    this.scene = scene;
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
      if (unloaded) {
        throw new StaleAttemptException("the run goes on without this body");
      }
      threads.add(thread);
      started = true;
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

  /**
   * Makes the body ready to be run by a thread that is not this attempt's own, once. That thread
   * belongs to the attempt while it runs it, and no longer: an interrupt that is meant for the body
   * never reaches what the thread does afterwards.
   */
  Runnable prepare(RunContext context, Runnable code) {
    lock.lock();
    try {
      handedOver = true;
      started = true;
    } finally {
      lock.unlock();
    }
    return () -> runOnLane(context, code);
  }

  /**
   * Takes the body back from its lane, so that it is never entered; false where a thread of the
   * lane has begun it.
   */
  public boolean withdraw() {
    lock.lock();
    try {
      boolean was = handedOver;
      handedOver = false;
      return was;
    } finally {
      lock.unlock();
    }
  }

  private void runOnLane(RunContext context, Runnable code) {
    Thread thread = Thread.currentThread();
    lock.lock();
    try {
      if (!handedOver) {
        return; // a lane that runs it twice, or after it has refused it
      }
      handedOver = false;
      laneThread = thread;
      threads.add(thread);
      isOnLane(true);
      if (interrupted) {
        thread.interrupt();
      }
    } finally {
      lock.unlock();
    }
    try {
      run(context, code);
    } finally {
      isOnLane(false);
      Thread.interrupted(); // was meant for the body, which is over
    }
  }

  private void isOnLane(boolean is) {
    laneLock.lock();
    try {
      onLane = is;
    } finally {
      laneLock.unlock();
    }
  }

  /** Interrupts a thread that belongs to this attempt, or did a moment ago. */
  private void interrupt(Thread thread) {
    if (thread != laneThread) {
      thread.interrupt(); // made for this attempt, and ends with it
      return;
    }
    laneLock.lock();
    try {
      if (onLane) {
        thread.interrupt();
      }
    } finally {
      laneLock.unlock();
    }
  }

  private void run(RunContext context, Runnable code) {
    enter(context);
    try {
      inScene(code);
    } finally {
      CurrentRun.clear();
      leave(Thread.currentThread());
    }
  }

  private void inScene(Runnable code) {
    Runnable exit = entered();
    try {
      code.run();
    } finally {
      left(exit);
    }
  }

  /**
   * Also where the heap is exhausted, or a class of the logger's could not be initialized for that:
   * a body that is never entered never ends either, and what is missing is a word in the log.
   */
  private Runnable entered() {
    try {
      return scene.enter();
    } catch (Throwable e) {
      return NOTHING_TO_LEAVE;
    }
  }

  @SuppressWarnings("EmptyCatch") // the thread is a lane's, which must not hear of it
  private static void left(Runnable exit) {
    try {
      exit.run();
    } catch (Throwable e) {
      // As above.
    }
  }

  /** Also where the heap is exhausted: a body that is never entered never ends either. */
  private static void enter(RunContext context) {
    while (true) {
      try {
        CurrentRun.set(context);
        return; // without a look at what it gives: that too allocates, on a thread that is new
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
   *
   * @param from as for {@link ParkWatch#isSurelyParked}
   */
  public boolean isParked(long from) {
    int seen = 0;
    for (Thread thread : threads) {
      seen++;
      if (!isParked(thread, from)) {
        return false;
      }
    }
    // Where there is none, the last of them has still to say that it has ended; where a body that
    // waits for its forks is alone, the last of those has just gone.
    return seen > (joining ? 1 : 0);
  }

  private boolean isParked(Thread thread, long from) {
    boolean parked = isParked(thread.getState());
    if (thread != laneThread) {
      return parked;
    }
    return laneWatch.isSurelyParked(parked, from);
  }

  /** Whether a thread in this state waits for something without a time limit. */
  public static boolean isParked(Thread.State state) {
    return switch (state) {
      case WAITING, TERMINATED -> true;
      // A virtual thread counts as blocked until a thread of the JVM's own has seen that the
      // monitor is free, which on a busy machine comes long after it is.
      case NEW, RUNNABLE, TIMED_WAITING, BLOCKED -> false;
    };
  }

  /** What its threads are called. */
  public String name() {
    return name;
  }

  /** Its name, and where its threads stand. */
  public String describe() {
    StringBuilder text = new StringBuilder(name);
    if (threads.isEmpty()) {
      text.append("\n  waits for a thread of its lane");
    }
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
    toInterrupt.forEach(this::interrupt);
  }

  /** Its run goes on without it: nothing is forked any more, and no hook asked what to do. */
  public void unload() {
    unloaded = true;
  }

  /** Whether its run goes on without it. */
  public boolean isUnloaded() {
    return unloaded;
  }

  /**
   * Interrupts the threads that the body forked, and waits for them to end. Those of a body that
   * was unloaded are on their way out as it is, and what they do there should succeed.
   */
  public void endForks() {
    lock.lock();
    try {
      if (!unloaded) {
        threads.stream()
            .filter(thread -> thread != Thread.currentThread())
            .forEach(Thread::interrupt);
      }
      joining = true;
      while (threads.size() > 1) {
        oneLess.awaitUninterruptibly();
      }
    } finally {
      joining = false;
      lock.unlock();
    }
  }

  /** Whether it was interrupted, so that no body should be entered any more. */
  public boolean isInterrupted() {
    lock.lock();
    try {
      return interrupted;
    } finally {
      lock.unlock();
    }
  }

  /** Whether no thread is left. */
  public boolean isOver() {
    lock.lock();
    try {
      return threads.isEmpty() && started && !handedOver;
    } finally {
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

  /**
   * The run has ended while the body runs: raises the flag, runs the actions, interrupts the
   * threads.
   *
   * @param reason in words that may follow "run_7 "
   */
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

  /** Why the run has ended, in words that may follow "run_7 "; null while it has not. */
  public @Nullable String cancelReason() {
    return cancelReason;
  }

  /** Runs an action when the run ends under its body; at once where it has. */
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
                inScene(action);
              } catch (Throwable e) {
                log.warn("an onCancel action of {} has thrown", name, OneLine.of(e));
              }
            });
  }
}
