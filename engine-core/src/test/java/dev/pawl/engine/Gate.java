package dev.pawl.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A door that bodies wait at until the test opens it. */
final class Gate {
  private static final Duration GUARD = Duration.ofSeconds(20);
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  /** Called by a body: says that it is here, and waits. */
  void pass() throws InterruptedException {
    reached.countDown();
    open.await();
  }

  /** As {@link #pass}, deaf to interrupts. */
  void passIgnoringInterrupts() {
    reached.countDown();
    while (true) {
      try {
        open.await();
        return;
      } catch (InterruptedException e) {
        // This is a body that does not listen.
      }
    }
  }

  /** Called by the test: waits until a body is here. */
  void awaitReached() throws InterruptedException {
    if (!reached.await(GUARD.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("nobody came to the gate");
    }
  }

  void open() {
    open.countDown();
  }
}
