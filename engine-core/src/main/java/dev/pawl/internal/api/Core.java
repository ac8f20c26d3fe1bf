package dev.pawl.internal.api;

import dev.pawl.InvalidOptionException;
import dev.pawl.Limits;
import dev.pawl.NotFoundException;
import dev.pawl.Queue;
import dev.pawl.RunResult;
import dev.pawl.Task;
import dev.pawl.TaskRef;
import dev.pawl.TriggerOptions;
import dev.pawl.TypeRef;
import dev.pawl.internal.loop.EngineClock;
import dev.pawl.internal.loop.Loop;
import dev.pawl.internal.loop.TriggerRequest;
import dev.pawl.spi.Micros;
import dev.pawl.spi.ResultRow;
import dev.pawl.spi.RunStore;
import dev.pawl.spi.StoredRun;
import dev.pawl.spi.StoredValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every part of the facade stands on, and the steps that they share. */
record Core(
    RunStore store,
    Loop loop,
    EngineClock clock,
    Registry registry,
    Values values,
    Limits limits,
    Duration defaultTtl) {

  /**
   * A trigger of a registered task, checked and resolved: what is not in the options comes from
   * task and engine.
   */
  TriggerRequest request(TaskRef<?, ?> ref, @Nullable Object payload, TriggerOptions options) {
    return request(ref, payload(ref, payload), options);
  }

  /**
   * As {@link #request(TaskRef, Object, TriggerOptions)}, with a payload that is encoded already.
   */
  TriggerRequest request(TaskRef<?, ?> ref, StoredValue payload, TriggerOptions options) {
    return request(registry.require(ref.id()), payload, options);
  }

  /** An encoded payload; the task need not be registered. */
  StoredValue payload(TaskRef<?, ?> ref, @Nullable Object payload) {
    return values.payload(ref.id(), ref.inputType(), payload);
  }

  /** As {@link #request(TaskRef, Object, TriggerOptions)}, by bare id. */
  TriggerRequest request(String taskId, @Nullable Object payload, TriggerOptions options) {
    Task<?, ?> task = registry.require(taskId);
    return request(task, values.untypedPayload(taskId, task.inputType(), payload), options);
  }

  private TriggerRequest request(Task<?, ?> task, StoredValue payload, TriggerOptions options) {
    checkTags(options.tags());
    Duration delay = options.delay();
    Integer maxAttempts = options.maxAttempts();
    Queue queue = options.queue();
    return new TriggerRequest(
        task.id(),
        payload,
        delay == null ? 0 : Micros.of(delay),
        delayUntil(options.delayUntil()),
        Micros.of(ttl(task, options)),
        maxAttempts == null ? registry.retryPolicy(task.id()).maxAttempts() : maxAttempts,
        Micros.of(options.priority()),
        queue == null ? task.queue() : queue,
        options.concurrencyKey(),
        options.tags(),
        values.metadata(options.metadata()),
        0);
  }

  private Duration ttl(Task<?, ?> task, TriggerOptions options) {
    Duration own = options.ttl();
    if (own != null) {
      return own;
    }
    return task.ttl().isZero() ? defaultTtl : task.ttl();
  }

  private static long delayUntil(@Nullable Instant until) {
    try {
      return Micros.of(until);
    } catch (ArithmeticException e) {
      throw new InvalidOptionException("delay " + until + " lies too far away", e);
    }
  }

  private void checkTags(List<String> tags) {
    if (tags.size() > limits.maxTags()) {
      throw new InvalidOptionException(
          "a run can have " + limits.maxTags() + " tags; this one would have " + tags.size());
    }
    for (String tag : tags) {
      if (tag.isEmpty() || tag.length() > limits.maxTagLength()) {
        throw new InvalidOptionException(
            "a tag must have 1 to "
                + limits.maxTagLength()
                + " characters; this one has "
                + tag.length());
      }
    }
  }

  /**
   * One run.
   *
   * @throws NotFoundException if there is no such run
   */
  StoredRun storedRun(long runId) {
    return store.run(runId).orElseThrow(() -> notFound(runId));
  }

  /** The result of a run that has ended. */
  ResultRow storedResult(long runId) {
    return store.result(runId).orElseThrow(() -> notFound(runId));
  }

  private static NotFoundException notFound(long runId) {
    return new NotFoundException(
        "there is no run "
            + Ids.run(runId)
            + " in this store; it may have been deleted by retention");
  }

  /** What a result says to a reader who knows the output type. */
  <O extends @Nullable Object> RunResult<O> result(
      ResultRow row, String taskId, TypeRef<O> outputType) {
    String runId = Ids.run(row.id());
    StoredValue output = row.output();
    if (output != null) {
      return new RunResult.Ok<>(
          runId, taskId, values.decode("the output of run " + runId, output, outputType));
    }
    return new RunResult.Failed<>(
        runId, taskId, row.status(), java.util.Objects.requireNonNull(row.error()));
  }

  /** The output type of a task, where this process knows it. */
  @SuppressWarnings("unchecked") // an output whose type is not known is shown as plain JSON
  <O extends @Nullable Object> TypeRef<O> outputType(String taskId) {
    Task<?, ?> task = registry.find(taskId);
    return (TypeRef<O>) (task == null ? TypeRef.of(Object.class) : task.outputType());
  }
}
