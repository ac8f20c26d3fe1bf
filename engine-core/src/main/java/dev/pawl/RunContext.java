package dev.pawl;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The run that a body is an attempt of, and what only works inside a run: the second parameter of
 * every body.
 *
 * <p>Its methods may be called by the thread of the body and by threads that it started with {@link
 * #fork}. Other threads may call them too, but a wait there does not give the slot back.
 *
 * <p>Every trigger, wait and change of metadata is recorded in the commit that performs it. When a
 * body is run again after the process died, or the body was unloaded ({@link
 * Limits#parkedBodies(int)}), each recorded call returns what it returned before.
 *
 * <p>Once the run has ended, for example by a cancel, all triggering and waiting methods throw
 * {@link RunCanceledException} or {@link StaleAttemptException} and do nothing.
 */
public interface RunContext extends BatchTriggering {

  /**
   * The run that the calling thread belongs to.
   *
   * @throws NotInRunException if it belongs to none
   */
  static RunContext current() {
    RunContext current = currentOrNull();
    if (current == null) {
      throw new NotInRunException(
          "this thread belongs to no run; use the engine itself, for example"
              + " engine.tasks().trigger(…).await()");
    }
    return current;
  }

  /** The run that the calling thread belongs to, or null. */
  static @Nullable RunContext currentOrNull() {
    return dev.pawl.internal.exec.CurrentRun.get();
  }

  /** The run that the body belongs to. */
  String runId();

  /** Its task. */
  String taskId();

  /** The number of this attempt, from 1. */
  int attempt();

  /** How many attempts the run may use. */
  int maxAttempts();

  /** Its tags as they are now. */
  List<String> tags();

  /**
   * Adds tags to this run.
   *
   * @return whether one of them is new
   * @throws InvalidOptionException if the run would have more than {@link Limits#maxTags}, or one
   *     of them is empty or too long; none is added then
   */
  boolean addTags(String... tags);

  /** The metadata of this run, and the way to its parent's and its root's. */
  RunMetadata metadata();

  /** The run that triggered this one; null for a root run. */
  @Nullable String parentId();

  /** The first run of the lineage. */
  String rootId();

  /** 0 for a root run. */
  int depth();

  /** The time on the engine's clock. */
  Instant now();

  /** The engine. Waiting for a run through it from inside a run is a wait like any other. */
  Engine engine();

  /**
   * A key in the scope of this run, whatever the place where it is used: {@code
   * IdempotencyKey.of(parts).scope(RUN)}.
   */
  default IdempotencyKey idempotencyKey(String... parts) {
    return IdempotencyKey.of(parts).scope(IdempotencyKey.Scope.RUN);
  }

  /** Triggers a child run and does not wait for it. */
  <I extends @Nullable Object, O extends @Nullable Object> RunHandle<O> trigger(
      TaskRef<I, O> task, I payload);

  /** As {@link #trigger(TaskRef, Object)}, with options. */
  <I extends @Nullable Object, O extends @Nullable Object> RunHandle<O> trigger(
      TaskRef<I, O> task, I payload, TriggerOptions options);

  /**
   * Triggers a child run and waits until it has ended, however it ends. The slot of this run is
   * given back in the commit that creates the child, and taken again before this method returns.
   */
  <I extends @Nullable Object, O extends @Nullable Object> RunResult<O> triggerAndWait(
      TaskRef<I, O> task, I payload);

  /** As {@link #triggerAndWait(TaskRef, Object)}, with options. */
  <I extends @Nullable Object, O extends @Nullable Object> RunResult<O> triggerAndWait(
      TaskRef<I, O> task, I payload, TriggerOptions options);

  /**
   * Triggers a child run for each payload and waits until all have ended. The slot of this run is
   * given back in the commit that creates the last of them, and taken again before this method
   * returns.
   *
   * @return the results in the order of the payloads
   */
  default <I extends @Nullable Object, O extends @Nullable Object>
      BatchResult<O> batchTriggerAndWait(TaskRef<I, O> task, Iterable<? extends I> source) {
    return batchTriggerAndWait(task, source, BatchOptions.batchOptions());
  }

  /** As the form without options. */
  <I extends @Nullable Object, O extends @Nullable Object> BatchResult<O> batchTriggerAndWait(
      TaskRef<I, O> task, Iterable<? extends I> source, BatchOptions options);

  /** As with an {@link Iterable}. */
  default <I extends @Nullable Object, O extends @Nullable Object>
      BatchResult<O> batchTriggerAndWait(TaskRef<I, O> task, Iterator<? extends I> source) {
    return batchTriggerAndWait(task, Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}. */
  default <I extends @Nullable Object, O extends @Nullable Object>
      BatchResult<O> batchTriggerAndWait(
          TaskRef<I, O> task, Iterator<? extends I> source, BatchOptions options) {
    return batchTriggerAndWait(task, Source.of(source), options);
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default <I extends @Nullable Object, O extends @Nullable Object>
      BatchResult<O> batchTriggerAndWait(TaskRef<I, O> task, Stream<? extends I> source) {
    return batchTriggerAndWait(task, Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default <I extends @Nullable Object, O extends @Nullable Object>
      BatchResult<O> batchTriggerAndWait(
          TaskRef<I, O> task, Stream<? extends I> source, BatchOptions options) {
    return batchTriggerAndWait(task, Source.of(source), options);
  }

  /** As with payloads, for items with options of their own. */
  default <O extends @Nullable Object> BatchResult<O> batchTriggerAndWait(
      Iterable<BatchItem<O>> source) {
    return batchTriggerAndWait(source, BatchOptions.batchOptions());
  }

  /** As the form without options. */
  <O extends @Nullable Object> BatchResult<O> batchTriggerAndWait(
      Iterable<BatchItem<O>> source, BatchOptions options);

  /** As with an {@link Iterable}. */
  default <O extends @Nullable Object> BatchResult<O> batchTriggerAndWait(
      Iterator<BatchItem<O>> source) {
    return batchTriggerAndWait(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}. */
  default <O extends @Nullable Object> BatchResult<O> batchTriggerAndWait(
      Iterator<BatchItem<O>> source, BatchOptions options) {
    return batchTriggerAndWait(Source.of(source), options);
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default <O extends @Nullable Object> BatchResult<O> batchTriggerAndWait(
      Stream<BatchItem<O>> source) {
    return batchTriggerAndWait(Source.of(source), BatchOptions.batchOptions());
  }

  /** As with an {@link Iterable}; the stream is closed. */
  default <O extends @Nullable Object> BatchResult<O> batchTriggerAndWait(
      Stream<BatchItem<O>> source, BatchOptions options) {
    return batchTriggerAndWait(Source.of(source), options);
  }

  /** As {@link #batchTriggerAndWait(TaskRef, Iterable)}, with the same options for each item. */
  default <I extends @Nullable Object, O extends @Nullable Object>
      BatchResult<O> batchTriggerAndWait(
          TaskRef<I, O> task, Iterable<? extends I> source, TriggerOptions each) {
    return batchTriggerAndWait(task, source, BatchOptions.batchOptions().each(each));
  }

  /** Batches of several tasks. */
  RunBatches batch();

  /**
   * Starts a virtual thread that belongs to this run, so that several things can be waited for at
   * once. The run's slot is given back when every thread that belongs to it is parked in a wait.
   *
   * <p>A body that returns before its forks interrupts them and waits for them to end.
   */
  <T extends @Nullable Object> Fork<T> fork(Callable<T> code);

  /** Whether the run was cancelled or has timed out: whether this body is to end. */
  boolean isCancelled();

  /**
   * Throws if the run was cancelled or has timed out; for bodies that have no blocking call to be
   * interrupted in.
   *
   * @throws RunCanceledException if {@link #isCancelled()}
   */
  void throwIfCancelled();

  /**
   * Runs the action on a thread of its own when the run is cancelled or times out while this
   * attempt lasts; at once if it has.
   */
  void onCancel(Runnable action);
}
