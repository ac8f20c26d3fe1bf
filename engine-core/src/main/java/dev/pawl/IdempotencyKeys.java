package dev.pawl;

/** Frees idempotency keys. Any thread may call. */
public interface IdempotencyKeys {

  /**
   * Frees a key of a task in the {@code GLOBAL} scope, or in the scope that the key names; inside a
   * run the default scope is the run's. The run that it named goes on.
   *
   * @return how many keys were freed: 1, or 0 where none was bound
   */
  int reset(String taskId, IdempotencyKey key);

  /** As {@link #reset(String, IdempotencyKey)}, for a key of one part. */
  default int reset(String taskId, String key) {
    return reset(taskId, IdempotencyKey.of(key));
  }

  /** As {@link #reset(String, IdempotencyKey)}. */
  default int reset(TaskRef<?, ?> task, IdempotencyKey key) {
    return reset(task.id(), key);
  }
}
