package dev.pawl.samples.indexer;

import java.util.concurrent.atomic.AtomicBoolean;

/** Runs something when a signal such as Ctrl-C ends the process, until it is cancelled. */
final class OnSignal {
  private final AtomicBoolean begun = new AtomicBoolean();
  private final Thread hook;

  private OnSignal(Runnable action) {
    this.hook =
        new Thread(
            () -> {
              begun.set(true);
              action.run();
            },
            "on-signal");
  }

  /** From now on; the process ends when the action has returned. */
  static OnSignal run(Runnable action) {
    OnSignal onSignal = new OnSignal(action);
    Runtime.getRuntime().addShutdownHook(onSignal.hook);
    return onSignal;
  }

  /** Whether a signal has come. */
  boolean begun() {
    return begun.get();
  }

  /** No longer; without effect once it has begun. */
  void cancel() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending, and the action runs
    }
  }
}
