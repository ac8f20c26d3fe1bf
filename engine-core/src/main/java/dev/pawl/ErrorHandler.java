package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * Code that decides what is made of something that a body threw: {@link Hooks#catchError}.
 *
 * @param <I> the payload type
 */
@FunctionalInterface
public interface ErrorHandler<I extends @Nullable Object> {
  /**
   * Decides. Where it throws itself, that is logged and counted, and the attempt fails as if there
   * were no handler.
   *
   * @param error what the body threw
   */
  ErrorDecision on(I payload, Throwable error, RunContext run) throws Exception;
}
