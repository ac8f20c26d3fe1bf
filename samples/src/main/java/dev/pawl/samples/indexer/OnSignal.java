package dev.pawl.samples.indexer;

/** Runs something when a signal such as Ctrl-C ends the process, until it is cancelled. */
final class OnSignal {
  private final Thread hook;

  private OnSignal(Thread hook) {
    this.hook = hook;
  }

  /** From now on; the process ends when the action has returned. */
  static OnSignal run(Runnable action) {
    Thread hook = new Thread(action, "on-signal");
    Runtime.getRuntime().addShutdownHook(hook);
    return new OnSignal(hook);
  }

  /** No longer. */
  void cancel() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending, and the action runs
    }
  }
}
