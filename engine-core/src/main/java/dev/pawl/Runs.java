package dev.pawl;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

  /**
   * The run as it is now, with its output of the task's type.
   *
   * @throws InvalidOptionException if it is a run of another task
   */
  <O extends @Nullable Object> Run<O> retrieve(String runId, TaskRef<?, O> task);

  /** A handle of a run that exists; its {@link RunHandle#outcome} is {@code CREATED}. */
  RunHandle<?> handle(String runId);

  /**
   * As {@link #handle(String)}, with results of the task's type.
   *
   * @throws InvalidOptionException if it is a run of another task
   */
  <O extends @Nullable Object> RunHandle<O> handle(String runId, TaskRef<?, O> task);

  /** Waits until the run has ended; see {@link RunHandle#await(Duration)}. */
  RunResult<?> await(String runId, Duration timeout) throws InterruptedException;

  /**
   * Writes runs as lines of JSON, newest first: one object a run, with all that is stored of it,
   * payload, output and attempts included. Runs that come while it writes are left out or not.
   * Keeps a few runs in memory at a time; neither closes nor flushes the stream.
   *
   * @return how many were written
   * @throws IOException what the stream throws
   */
  long export(RunQuery query, OutputStream out) throws IOException;

  /**
   * The encoded payload of a run, read from the store as the stream is. It is compared with its
   * checksum: where the store has damaged it, a read throws {@link UnreadableValueException}, at
   * the end of the stream at the latest, so act on nothing before that. To be closed by the caller.
   *
   * @throws UnreadableValueException if it is missing in the store
   */
  InputStream openPayload(String runId);

  /**
   * The encoded output of a completed run; otherwise as {@link #openPayload}.
   *
   * @throws IllegalRunStateException if the run is not {@code COMPLETED}
   */
  InputStream openOutput(String runId);

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

  /**
   * All runs that the query matches, newest first, read page by page as the stream is consumed. The
   * query's own limit and cursor do not count.
   */
  Stream<Run<?>> stream(RunQuery query);

  /** How many runs the query matches; costs a look at each of them. */
  long count(RunQuery query);

  /**
   * Adds tags to a run, also for an hour after its end ({@link Limits#labelsAfterEnd}).
   *
   * @return whether one of them is new
   * @throws InvalidOptionException if the run would have more than {@link Limits#maxTags}, or one
   *     of them is empty or too long; none is added then
   * @throws IllegalRunStateException if the run ended too long ago
   */
  boolean addTags(String runId, String... tags);

  /** The metadata of a run, to be read and changed. Asks for nothing yet. */
  Metadata metadata(String runId);

  /**
   * Why a run is not running now: what it waits for, what is ahead of it, and when something will
   * change. For a run that has ended, how it ended.
   */
  Explanation explain(String runId);

  /**
   * Cancels all runs that the query matches and that have not ended, as {@link #cancel(String)}
   * would one after the other. The query's own limit and cursor do not count.
   */
  BulkAction cancelAll(RunQuery query);

  /** As {@link #cancelAll(RunQuery)}, with options for each of them. */
  BulkAction cancelAll(RunQuery query, CancelOptions options);

  /**
   * Replays all runs that the query matches, as {@link #replay(String)} would one after the other.
   * The query's own limit and cursor do not count.
   */
  BulkAction replayAll(RunQuery query);

  /** As {@link #replayAll(RunQuery)}, with options for each of them. */
  BulkAction replayAll(RunQuery query, TriggerOptions options);

  /**
   * Triggers a new root run from an old one, whatever its status: same task, payload, queue,
   * concurrency key, machine and region, and the tags and metadata that it was triggered with,
   * whatever has become of them since. Not its delay, ttl, idempotency key, debounce or priority.
   * Attempts, ttl and maxDuration are those that its task gives now. Also for a run whose payload
   * did not read: the stored bytes are taken over as they are. Called inside a body it is not
   * recorded: a body that is run again replays again.
   *
   * @throws UnknownTaskException if its task is not registered
   */
  RunHandle<?> replay(String runId);

  /** As {@link #replay(String)}; what the options give replaces what would be taken over. */
  RunHandle<?> replay(String runId, TriggerOptions options);
}
