package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * Code that hears of the end of a run, after it is stored: {@link Hooks} says which ends.
 *
 * @param <O> the output type
 */
@FunctionalInterface
public interface EndHook<O extends @Nullable Object> {
  /**
   * Hears of it. What it throws is logged and counted, and changes nothing about the run.
   *
   * @param run the run as it has ended
   */
  void on(Run<O> run) throws Exception;
}
