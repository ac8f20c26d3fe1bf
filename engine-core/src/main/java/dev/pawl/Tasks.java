package dev.pawl;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Triggers tasks. Any thread may call; a call returns when the run is as durable as the store
 * promises. Called inside a run, the new run is that run's child, as with {@link
 * RunContext#trigger}.
 *
 * <p>Every method throws {@link UnknownTaskException} for a task that is not registered, {@link
 * InvalidPayloadException} or {@link PayloadTooLargeException} for a payload that cannot be stored,
 * {@link InvalidOptionException} and {@link LimitExceededException} for options that cannot be met,
 * {@link EngineClosedException} and {@link StoreUnavailableException}; nothing is stored then.
 * {@link OutcomeUnknownException} alone leaves open whether the run exists.
 */
public interface Tasks {

  /** Triggers a run. */
  <I extends @Nullable Object, O extends @Nullable Object> RunHandle<O> trigger(
      TaskRef<I, O> task, I payload);

  /** As {@link #trigger(TaskRef, Object)}, with options. */
  <I extends @Nullable Object, O extends @Nullable Object> RunHandle<O> trigger(
      TaskRef<I, O> task, I payload, TriggerOptions options);

  /**
   * Triggers a run by the bare id of a task.
   *
   * @param payload a value of the task's payload type, or one whose encoding reads as that type
   */
  RunHandle<?> trigger(String taskId, @Nullable Object payload);

  /** As {@link #trigger(String, Object)}, with options. */
  RunHandle<?> trigger(String taskId, @Nullable Object payload, TriggerOptions options);

  /**
   * Triggers a run and waits until it has ended, however it ends.
   *
   * @throws AwaitTimeoutException if it has not ended in time; it goes on
   * @throws InvalidOptionException if the timeout is negative; nothing is triggered then
   * @throws InterruptedException as {@link RunHandle#await()} does; the run goes on
   */
  <I extends @Nullable Object, O extends @Nullable Object> Run<O> triggerAndPoll(
      TaskRef<I, O> task, I payload, Duration timeout) throws InterruptedException;

  /** As {@link #triggerAndPoll(TaskRef, Object, Duration)}, with options. */
  <I extends @Nullable Object, O extends @Nullable Object> Run<O> triggerAndPoll(
      TaskRef<I, O> task, I payload, TriggerOptions options, Duration timeout)
      throws InterruptedException;

  /** As {@link #triggerAndPoll(TaskRef, Object, Duration)}, by the bare id of a task. */
  Run<?> triggerAndPoll(String taskId, @Nullable Object payload, Duration timeout)
      throws InterruptedException;

  /** As {@link #triggerAndPoll(String, Object, Duration)}, with options. */
  Run<?> triggerAndPoll(
      String taskId, @Nullable Object payload, TriggerOptions options, Duration timeout)
      throws InterruptedException;
}
