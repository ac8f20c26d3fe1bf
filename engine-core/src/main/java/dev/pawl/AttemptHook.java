package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * Code that hears of something that an attempt does, on the thread of that attempt: {@link Hooks}
 * says when.
 *
 * @param <I> the payload type
 */
@FunctionalInterface
public interface AttemptHook<I extends @Nullable Object> {
  /** Hears of it. What it throws is logged and counted, and changes nothing about the run. */
  void on(I payload, RunContext run) throws Exception;
}
