package dev.pawl.testing;

import dev.pawl.spi.StoreException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong under a {@link TestEngine}, and where: got by {@link TestEngine#faults()}. Faults
 * outlive a crash until they have happened, each happens once, and what an engine commits while it
 * recovers passes none. Any thread may call.
 *
 * <p>A fault counts every passing of its point from the moment it is set, by any run. Where one
 * commit passes a point several times, as a batch does, the fault happens at that commit.
 */
public final class Faults {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Fault> faults = new ArrayList<>();
  private final List<Hold> holds = new ArrayList<>();

  /** The hold that the engine stands at; null while it stands at none. */
  private @Nullable Hold present;

  private boolean crashed;

  /** What is set and has not happened. */
  private static final class Fault {
    final FaultPoint point;

    /** What a passing must be named; null for any. */
    final @Nullable String name;

    /** Null for a crash and for a hold. */
    final @Nullable StoreException failure;

    /** Null for a crash and for a failure. */
    final @Nullable Hold hold;

    int left;

    Fault(
        FaultPoint point,
        @Nullable String name,
        int nth,
        @Nullable StoreException failure,
        @Nullable Hold hold) {
      this.point = point;
      this.name = name;
      this.left = nth;
      this.failure = failure;
      this.hold = hold;
    }

    /** Whether this passing is the one. */
    boolean isMet(Moment moment) {
      return moment.point() == point
          && (name == null || moment.names().contains(name))
          && --left == 0;
    }
  }

  Faults() {}

  /**
   * Lets a commit fail: it throws {@code exception}, the caller that waits for it is told that the
   * outcome is not known, and the engine repeats it until it is stored. At a point that lies before
   * the commit nothing of it is stored until then; at any other all of it is, although it failed.
   *
   * @param nth 1 for the next passing of the point
   * @throws IllegalArgumentException if the exception says that nothing was stored while the point
   *     lies after the commit
   */
  public void failAt(FaultPoint point, int nth, StoreException exception) {
    if (!point.isBeforeCommit() && !exception.outcomeUnknown()) {
      throw new IllegalArgumentException(
          point
              + " lies after the commit is durable, where \"certainly not stored\" would be a lie;"
              + " create the exception with outcomeUnknown = true",
          exception);
    }
    add(new Fault(point, null, checked(nth), exception, null));
  }

  /**
   * Lets the process die: the engine's loop ends in the middle of the commit, nothing of it has an
   * effect, and the store is closed to the bodies that are left. Whoever waits for the engine gets
   * {@link dev.pawl.EngineClosedException}, and so does every later call; {@link
   * TestEngine#settle()} still waits for the bodies. The next life begins when the test calls
   * {@link TestEngine#crash()}.
   *
   * @param nth 1 for the next passing of the point
   */
  public void crashAt(FaultPoint point, int nth) {
    add(new Fault(point, null, checked(nth), null, null));
  }

  /**
   * Holds the engine at the next passing of a point by one run, or by any run of one task. What
   * asks the engine to write waits meanwhile, a trigger in the test thread included: let another
   * thread trigger, or hold at a point that a later commit passes. {@link TestEngine#settle()}
   * counts a held engine as one that acts. {@link TestEngine#crash()} lets it die where it stands.
   *
   * @param id the id of a run, of a task or, for the points of batches, of a batch
   */
  public Hold holdAt(FaultPoint point, String id) {
    Hold hold = new Hold(point + " of " + id);
    lock.lock();
    try {
      holds.add(hold);
    } finally {
      lock.unlock();
    }
    add(new Fault(point, id, 1, null, hold));
    return hold;
  }

  /** Forgets every fault that has not happened, and lets a held engine go on. */
  public void clear() {
    lock.lock();
    try {
      faults.clear();
      holds.forEach(Hold::drop);
      holds.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the process has died at a point and the next life has not begun. */
  public boolean hasCrashed() {
    lock.lock();
    try {
      return crashed;
    } finally {
      lock.unlock();
    }
  }

  /** How many faults are set that have not happened. */
  public int pending() {
    lock.lock();
    try {
      return faults.size();
    } finally {
      lock.unlock();
    }
  }

  private static int checked(int nth) {
    if (nth < 1) {
      throw new IllegalArgumentException("the next passing is number 1, not " + nth);
    }
    return nth;
  }

  private void add(Fault fault) {
    lock.lock();
    try {
      faults.add(fault);
    } finally {
      lock.unlock();
    }
  }

  /** The engine that stands at a hold dies there. */
  void dieAtHold() {
    lock.lock();
    try {
      if (present != null) {
        present.die();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A new life begins. */
  void reopened() {
    lock.lock();
    try {
      crashed = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The engine passes points, on its own thread. Does first what holds, then what crashes, then
   * what fails.
   *
   * @throws ProcessDied if the process dies here
   * @throws StoreException if the commit fails here
   */
  void pass(List<Moment> moments) {
    List<Fault> met = met(moments);
    for (Fault fault : met) {
      if (fault.hold != null) {
        stand(fault.hold);
      }
    }
    for (Fault fault : met) {
      if (fault.hold == null && fault.failure == null) {
        lock.lock();
        try {
          crashed = true;
        } finally {
          lock.unlock();
        }
        throw new ProcessDied("the process dies at " + fault.point);
      }
    }
    for (Fault fault : met) {
      if (fault.failure != null) {
        throw fault.failure;
      }
    }
  }

  private List<Fault> met(List<Moment> moments) {
    List<Fault> met = new ArrayList<>();
    lock.lock();
    try {
      for (Moment moment : moments) {
        for (Iterator<Fault> each = faults.iterator(); each.hasNext(); ) {
          Fault fault = each.next();
          if (fault.isMet(moment)) {
            met.add(fault);
            each.remove();
          }
        }
      }
    } finally {
      lock.unlock();
    }
    return met;
  }

  private void stand(Hold hold) {
    present(hold);
    try {
      hold.pass();
    } finally {
      present(null);
    }
  }

  private void present(@Nullable Hold hold) {
    lock.lock();
    try {
      present = hold;
    } finally {
      lock.unlock();
    }
  }
}
