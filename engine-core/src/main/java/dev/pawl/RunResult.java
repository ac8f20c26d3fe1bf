package dev.pawl;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended, as a value: a run that failed never throws until {@link #unwrap()} is called.
 *
 * @param <O> the task's output type
 */
public sealed interface RunResult<O extends @Nullable Object> {
  /** The run. */
  String runId();

  /** The run's task. */
  String taskId();

  /** Whether the run completed. */
  boolean ok();

  /**
   * The output of a completed run.
   *
   * @throws SubtaskUnwrapException if the run ended in any other way; it carries run id, task id
   *     and error
   */
  O unwrap();

  /**
   * A completed run.
   *
   * @param output what its body returned, decoded anew for each reader
   */
  record Ok<O extends @Nullable Object>(String runId, String taskId, O output)
      implements RunResult<O> {
    @Override
    public boolean ok() {
      return true;
    }

    @Override
    public O unwrap() {
      return output;
    }
  }

  /**
   * A run that ended in any other way.
   *
   * @param status one of the six terminal statuses other than {@code COMPLETED}
   * @param error why
   */
  record Failed<O extends @Nullable Object>(
      String runId, String taskId, RunStatus status, RunError error) implements RunResult<O> {
    /** Checks that there is an error. */
    public Failed {
      Objects.requireNonNull(error);
    }

    @Override
    public boolean ok() {
      return false;
    }

    @Override
    public O unwrap() {
      throw new SubtaskUnwrapException(runId, taskId, status, error);
    }
  }
}
