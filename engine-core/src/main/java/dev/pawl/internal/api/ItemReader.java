package dev.pawl.internal.api;

import dev.pawl.BatchItem;
import dev.pawl.BatchOptions;
import dev.pawl.IdempotencyKey;
import dev.pawl.InvalidPayloadException;
import dev.pawl.TaskRef;
import dev.pawl.TriggerOptions;
import dev.pawl.internal.loop.Attempt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the elements of a batch's source as triggers, with the options that the batch gives. */
@FunctionalInterface
interface ItemReader {
  /**
   * Reads one element.
   *
   * @throws dev.pawl.PawlException if it cannot be triggered
   */
  Requests.Draft read(int index, @Nullable Object element);

  /** Elements are payloads of a task. */
  static ItemReader payloads(
      Requests requests, TaskRef<?, ?> task, BatchOptions options, @Nullable Attempt caller) {
    return (index, element) ->
        requests.draft(task, element, of(index, TriggerOptions.options(), options, caller), caller);
  }

  /** Elements are payloads of a task that is known by its id. */
  static ItemReader payloads(
      Requests requests, String taskId, BatchOptions options, @Nullable Attempt caller) {
    return (index, element) ->
        requests.draft(
            taskId, element, of(index, TriggerOptions.options(), options, caller), caller);
  }

  /** Elements are items. */
  static ItemReader items(Requests requests, BatchOptions options, @Nullable Attempt caller) {
    return (index, element) -> {
      if (!(element instanceof BatchItem<?> item)) {
        throw new InvalidPayloadException(
            element == null ? "the item is null" : "this is no item: " + element.getClass(), null);
      }
      TriggerOptions merged = of(index, item.options(), options, caller);
      TaskRef<?, ?> task = item.task();
      return task == null
          ? requests.draft(item.taskId(), item.payload(), merged, caller)
          : requests.draft(task, item.payload(), merged, caller);
    };
  }

  private static TriggerOptions of(
      int index, TriggerOptions own, BatchOptions options, @Nullable Attempt caller) {
    TriggerOptions merged = own.orElse(options.each());
    IdempotencyKey key = options.idempotencyKey();
    if (key == null) {
      return merged;
    }
    List<String> parts = new ArrayList<>(key.parts());
    parts.add(Integer.toString(index));
    return merged.orElse(
        TriggerOptions.options()
            .idempotencyKey(
                IdempotencyKey.of(parts.toArray(new String[0])).scope(Keys.scope(key, caller)))
            .idempotencyKeyTtl(options.idempotencyKeyTtl()));
  }
}
