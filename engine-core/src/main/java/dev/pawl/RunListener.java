package dev.pawl;

/** Is told what happens to runs; registered with {@link Engine#onEvent}. */
@FunctionalInterface
public interface RunListener {
  /**
   * A run has changed its status. Called by one thread, for one event after the other. May call the
   * engine, may block, may throw: that is logged and counted, and the next event follows.
   */
  void onEvent(RunEvent event) throws Exception;
}
