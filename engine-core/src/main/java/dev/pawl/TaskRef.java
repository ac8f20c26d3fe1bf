package dev.pawl;

import org.jspecify.annotations.Nullable;

/**
 * What is needed to trigger a task: its id and its types. A {@link TaskKey} is only that; a {@link
 * Task} also has the code.
 *
 * @param <I> the payload type
 * @param <O> the output type
 */
public sealed interface TaskRef<I extends @Nullable Object, O extends @Nullable Object>
    permits Task, TaskKey {
  /** The task's id, unique in an engine. */
  String id();

  /** The type that payloads are encoded as. */
  TypeRef<I> inputType();

  /** The type that outputs are decoded as. */
  TypeRef<O> outputType();
}
