package dev.pawl;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run that a batch is to create: which task, with which payload and options. Immutable, and
 * itself the key by which {@link MixedBatchResult#get(BatchItem)} finds its result, so two items
 * are never equal.
 *
 * @param <O> the task's output type
 */
public final class BatchItem<O extends @Nullable Object> {
  private final String taskId;
  private final @Nullable TaskRef<?, O> task;
  private final @Nullable Object payload;
  private final TriggerOptions options;

  private BatchItem(
      String taskId,
      @Nullable TaskRef<?, O> task,
      @Nullable Object payload,
      TriggerOptions options) {
    this.taskId = taskId;
    this.task = task;
    this.payload = payload;
    this.options = Objects.requireNonNull(options);
  }

  /** An item of a task. */
  public static <I extends @Nullable Object, O extends @Nullable Object> BatchItem<O> of(
      TaskRef<I, O> task, I payload) {
    return of(task, payload, TriggerOptions.options());
  }

  /** As {@link #of(TaskRef, Object)}, with options of its own, which win over the batch's. */
  public static <I extends @Nullable Object, O extends @Nullable Object> BatchItem<O> of(
      TaskRef<I, O> task, I payload, TriggerOptions options) {
    return new BatchItem<>(task.id(), task, payload, options);
  }

  /**
   * An item of a task that is known by its bare id only.
   *
   * @param payload a value of the task's payload type, or one whose encoding reads as that type
   */
  public static BatchItem<?> of(String taskId, @Nullable Object payload) {
    return of(taskId, payload, TriggerOptions.options());
  }

  /** As {@link #of(String, Object)}, with options of its own, which win over the batch's. */
  public static BatchItem<?> of(String taskId, @Nullable Object payload, TriggerOptions options) {
    return new BatchItem<Object>(Objects.requireNonNull(taskId), null, payload, options);
  }

  /** The task that the item triggers. */
  public String taskId() {
    return taskId;
  }

  /** The task with its types; null where the item was made from a bare id. */
  public @Nullable TaskRef<?, O> task() {
    return task;
  }

  /** What the task gets. */
  public @Nullable Object payload() {
    return payload;
  }

  /** Its own options. */
  public TriggerOptions options() {
    return options;
  }

  @Override
  public String toString() {
    return "BatchItem[" + taskId + "]";
  }
}
