package dev.pawl;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of one run: a JSON object that the run, its children and anybody outside can read
 * and change while the run lives, and for an hour after its end ({@link Limits#labelsAfterEnd}).
 *
 * <p>Each call is one commit: it returns when the change is stored, and any reader sees it from
 * then on. Changes are applied one after the other, in the order in which the engine takes them, so
 * that a thousand children may increment one counter of their parent and none is lost. A call is
 * applied whole or not at all.
 *
 * <p>Changes that are made inside a run are recorded like its triggers: when its body is run again
 * after the process died, those that were made are not made twice. A retry after an ordinary
 * failure runs from the top and makes them again. Each counts towards {@link
 * Limits#maxChildrenPerRun}.
 *
 * <p>Every changing method throws {@link InvalidOptionException} for a value that cannot be written
 * as JSON, for a path that cannot be applied, and where the metadata would become larger than
 * {@link Limits#maxMetadataBytes}; {@link IllegalRunStateException} where the run ended too long
 * ago; {@link StaleAttemptException} or {@link RunCanceledException} where it is called by a body
 * whose attempt is over; {@link NotFoundException} where the run was deleted. Nothing is changed
 * then.
 */
public interface Metadata {
  /** All of it as it is now; empty where there is none. A copy. */
  Map<String, Object> current();

  /**
   * One value as it is now; null where there is none.
   *
   * @param key a key or a path, as {@link MetadataOperation} says
   */
  @Nullable Object get(String key);

  /** Applies several changes in their order, as one. */
  void apply(List<MetadataOperation> operations);

  /** As {@link #apply(List)}. */
  default void apply(MetadataOperation... operations) {
    apply(List.of(operations));
  }

  /** See {@link MetadataOperation#set}. */
  default void set(String key, @Nullable Object value) {
    apply(MetadataOperation.set(key, value));
  }

  /** See {@link MetadataOperation#delete}. */
  default void delete(String key) {
    apply(MetadataOperation.delete(key));
  }

  /** Adds 1; see {@link MetadataOperation#increment}. */
  default void increment(String key) {
    increment(key, 1);
  }

  /** See {@link MetadataOperation#increment}. */
  default void increment(String key, Number by) {
    apply(MetadataOperation.increment(key, by));
  }

  /** Subtracts 1; see {@link MetadataOperation#decrement}. */
  default void decrement(String key) {
    decrement(key, 1);
  }

  /** See {@link MetadataOperation#decrement}. */
  default void decrement(String key, Number by) {
    apply(MetadataOperation.decrement(key, by));
  }

  /** See {@link MetadataOperation#append}. */
  default void append(String key, @Nullable Object value) {
    apply(MetadataOperation.append(key, value));
  }

  /** See {@link MetadataOperation#remove}. */
  default void remove(String key, @Nullable Object value) {
    apply(MetadataOperation.remove(key, value));
  }

  /** See {@link MetadataOperation#replace}. */
  default void replace(Map<String, ?> metadata) {
    apply(MetadataOperation.replace(metadata));
  }
}
