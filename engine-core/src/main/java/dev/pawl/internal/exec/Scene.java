package dev.pawl.internal.exec;

/**
 * What the threads of an attempt find around them: log entries say which run they belong to, and
 * observations that they make are part of the attempt's.
 */
@FunctionalInterface
public interface Scene {
  /** Nothing. */
  Scene NOTHING = () -> () -> {};

  /**
   * Sets the scene on the calling thread. Does not throw.
   *
   * @return puts back what was there before; run on the same thread
   */
  Runnable enter();
}
