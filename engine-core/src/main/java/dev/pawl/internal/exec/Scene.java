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
   * Sets the scene on the calling thread. Where it throws, that is as if nothing had been set: code
   * is run with or without.
   *
   * @return puts back what was there before; run on the same thread
   */
  Runnable enter();
}
