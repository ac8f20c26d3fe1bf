package dev.pawl.internal.lifecycle;

import dev.pawl.RunStatus;

/** Where a run stands, with what only matters there. Times are microseconds. */
public sealed interface RunState {
  /** A deadline that is never reached. */
  long NEVER = Long.MAX_VALUE;

  RunStatus status();

  Progress progress();

  /** Whether this state holds a slot of its queue. */
  default boolean holdsSlot() {
    return this instanceof Executing;
  }

  /**
   * Due later.
   *
   * @param dueAt when it is enqueued
   */
  record Delayed(long dueAt) implements RunState {
    @Override
    public RunStatus status() {
      return RunStatus.DELAYED;
    }

    @Override
    public Progress progress() {
      return Progress.NONE;
    }
  }

  /**
   * In its queue.
   *
   * @param repeat whether the next start repeats the attempt that started last, because it was
   *     handed back
   * @param expiresAt when it expires unless it was started; {@link #NEVER} once it was
   */
  record Queued(Progress progress, boolean repeat, long expiresAt) implements RunState {
    @Override
    public RunStatus status() {
      return RunStatus.QUEUED;
    }
  }

  /** Its body runs. */
  record Executing(Progress progress) implements RunState {
    @Override
    public RunStatus status() {
      return RunStatus.EXECUTING;
    }
  }

  /**
   * Backs off.
   *
   * @param dueAt when it is enqueued again
   */
  record Retrying(Progress progress, long dueAt) implements RunState {
    @Override
    public RunStatus status() {
      return RunStatus.RETRYING;
    }
  }

  /**
   * Parked.
   *
   * @param ready whether its wait is over and it stands in its queue to go on
   */
  record Waiting(Progress progress, boolean ready) implements RunState {
    @Override
    public RunStatus status() {
      return RunStatus.WAITING;
    }
  }

  /**
   * Ready to start or to go on, but its task is not registered.
   *
   * @param held what it is once the task is: {@code Queued}, or {@code Waiting} and ready
   */
  record PendingVersion(RunState held) implements RunState {
    @Override
    public RunStatus status() {
      return RunStatus.PENDING_VERSION;
    }

    @Override
    public Progress progress() {
      return held.progress();
    }
  }

  /** Ended, for good. */
  record Ended(RunStatus status, Progress progress, long finishedAt) implements RunState {
    public Ended {
      if (!status.isTerminal()) {
        throw new IllegalArgumentException(status + " is not terminal");
      }
    }
  }
}
