package dev.pawl;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger returns: the run's id, what the trigger did, and ways to wait for the run.
 *
 * @param <O> the task's output type
 */
public interface RunHandle<O extends @Nullable Object> {
  /** The run's id. */
  String id();

  /** What the trigger did. */
  TriggerOutcome outcome();

  /** Whether an idempotency key named a run that existed already. */
  default boolean isCached() {
    return outcome() == TriggerOutcome.DEDUPLICATED;
  }

  /**
   * Whether an idempotency key named a run that was triggered with another payload than this
   * call's.
   */
  boolean payloadDiffers();

  /**
   * Waits until the run has ended, however it ends. Inside a run this is a wait like any other: it
   * is recorded, and it gives the slot back while it lasts.
   *
   * @throws EngineClosedException if the engine closes first
   * @throws InterruptedException if the calling thread is interrupted outside of a run; the awaited
   *     run goes on. Inside a run only a cancel or the closing of the engine end the wait early.
   */
  RunResult<O> await() throws InterruptedException;

  /**
   * As {@link #await()}, for at most {@code timeout} on the engine's clock.
   *
   * @throws AwaitTimeoutException if the run has not ended by then; it goes on, nothing is
   *     cancelled
   */
  RunResult<O> await(Duration timeout) throws InterruptedException;

  /**
   * Completes when the run has ended. Dependent stages run on virtual threads, never on one of the
   * engine's.
   */
  CompletionStage<RunResult<O>> completion();

  /** The run as it is now. */
  Run<O> retrieve();

  /** Cancels the run and its children; short for {@code engine.runs().cancel(id())}. */
  CancelResult cancel();
}
