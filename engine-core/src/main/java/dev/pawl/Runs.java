package dev.pawl;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes runs. Any thread may call. Reads see every run whose trigger has returned, and
 * never wait for the engine's own work. Every method that takes an id throws {@link
 * NotFoundException} for one that names no run, and every method throws {@link
 * EngineClosedException} once the engine has closed.
 */
public interface Runs {

  /** The run as it is now. */
  Run<?> retrieve(String runId);

  /** The run as it is now. */
  <O extends @Nullable Object> Run<O> retrieve(RunHandle<O> handle);

  /** Waits until the run has ended; see {@link RunHandle#await(Duration)}. */
  RunResult<?> await(String runId, Duration timeout) throws InterruptedException;

  /** Cancels a run and all its children; no effect on one that has ended. */
  CancelResult cancel(String runId);

  /** As {@link #cancel(String)}, with options. */
  CancelResult cancel(String runId, CancelOptions options);

  /**
   * Moves a delayed run to another time, which decides its place in the queue too.
   *
   * @throws IllegalRunStateException if the run is not {@code DELAYED}
   * @throws InvalidOptionException if the instant is not in the future
   */
  void reschedule(String runId, Instant at);

  /** As {@link #reschedule(String, Instant)}, counted from now; by 100 years at most. */
  void reschedule(String runId, Duration delay);

  /**
   * As {@link #reschedule(String, Instant)}, with a duration or a date-time as {@link
   * TriggerOptions#delay(String)} reads them.
   */
  default void reschedule(String runId, String delay) {
    TriggerOptions parsed = TriggerOptions.options().delay(delay);
    Instant until = parsed.delayUntil();
    if (until == null) {
      reschedule(runId, Objects.requireNonNull(parsed.delay()));
    } else {
      reschedule(runId, until);
    }
  }

  /** One page of runs, newest first. */
  Page<Run<?>> list(RunQuery query);

  /** All runs that the query matches, newest first, read page by page as the stream is consumed. */
  Stream<Run<?>> stream(RunQuery query);

  /**
   * Triggers a new root run from an old one, whatever its status: same task, payload, metadata,
   * tags, queue and concurrency key; not its delay, ttl or priority. Also for a run whose payload
   * did not read: the stored bytes are taken over as they are. The new run has as many attempts as
   * its task gives now. Called inside a body it is not recorded: a body that is run again replays
   * again.
   */
  RunHandle<?> replay(String runId);
}
