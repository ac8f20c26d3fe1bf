package dev.pawl;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The id and types of a task without its code: enough to trigger it from a place that must not
 * depend on its implementation.
 *
 * @param id 1 to 128 letters, digits and {@code _ - . / :}
 */
public record TaskKey<I extends @Nullable Object, O extends @Nullable Object>(
    String id, TypeRef<I> inputType, TypeRef<O> outputType) implements TaskRef<I, O> {

  /**
   * Checks the id.
   *
   * @throws InvalidOptionException if the id is not a valid one
   */
  public TaskKey {
    Names.check("task id", id);
    Objects.requireNonNull(inputType, "inputType");
    Objects.requireNonNull(outputType, "outputType");
  }

  /**
   * A key of these types.
   *
   * @throws InvalidOptionException if the id is not a valid one
   */
  public static <I extends @Nullable Object, O extends @Nullable Object> TaskKey<I, O> of(
      String id, Class<I> input, Class<O> output) {
    return new TaskKey<>(id, TypeRef.of(input), TypeRef.of(output));
  }

  /**
   * A key of these types.
   *
   * @throws InvalidOptionException if the id is not a valid one
   */
  public static <I extends @Nullable Object, O extends @Nullable Object> TaskKey<I, O> of(
      String id, TypeRef<I> input, TypeRef<O> output) {
    return new TaskKey<>(id, input, output);
  }
}
