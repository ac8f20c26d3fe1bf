package dev.pawl.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A place where the engine stands still until the test lets it go on; made by {@link
 * Faults#holdAt}. Reads of runs go on meanwhile; whatever asks the engine to write waits.
 */
public final class Hold {
  /** How long either side waits for the other in real time before it gives up. */
  private static final Duration GUARD = Duration.ofSeconds(30);

  private final String what;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean died;
  private volatile boolean expired;

  Hold(String what) {
    this.what = what;
  }

  /**
   * Waits until the engine stands here.
   *
   * @throws AssertionError if it does not come within 30 seconds of real time
   */
  public void awaitReached() throws InterruptedException {
    if (!reached.await(GUARD.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the engine has not reached " + what + " within " + GUARD);
    }
  }

  /** Whether the engine has come here, also if it has gone on since. */
  public boolean isReached() {
    return reached.getCount() == 0;
  }

  /**
   * Lets the engine go on; if it has not come here yet, it will not stop.
   *
   * @throws AssertionError if it went on by itself, since it was held for longer than 30 seconds
   */
  public void release() {
    released.countDown();
    if (expired) {
      throw new AssertionError("the engine was held at " + what + " for longer than " + GUARD);
    }
  }

  /** The engine that stands here dies here. */
  void die() {
    died = true;
    released.countDown();
  }

  /** Lets go without complaint. */
  void drop() {
    released.countDown();
  }

  /** Called by the engine's own thread. */
  void pass() {
    reached.countDown();
    try {
      expired = !released.await(GUARD.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody interrupts the loop
    }
    if (died) {
      throw new ProcessDied("the process dies at " + what);
    }
  }
}
