package dev.pawl;

/**
 * Where a run stands. Exactly seven statuses are terminal; nothing leaves them.
 *
 * <p>The names are those of the reference's API, so that filters written for it can be carried
 * over.
 */
public enum RunStatus {
  /**
   * Its task is not registered in this process, or the engine lacks its lane; it goes on when they
   * are there.
   */
  PENDING_VERSION,
  /** Due later; stands in no queue yet. */
  DELAYED,
  /** Stands in a queue. */
  QUEUED,
  /** An attempt's body is running. The only status that holds a slot. */
  EXECUTING,
  /** Backs off between two attempts. */
  RETRYING,
  /** Parked in a wait, or its wait is over and it waits for a slot to go on. */
  WAITING,
  /** Its body returned. */
  COMPLETED,
  /** Its attempts are used up, or it was aborted. */
  FAILED,
  /** It was cancelled. */
  CANCELED,
  /** An attempt was active for longer than its {@code maxDuration}. */
  TIMED_OUT,
  /** The process died in its last attempt. */
  CRASHED,
  /** Its time to live passed before its first start. */
  EXPIRED,
  /** The engine could not run it, for example because its payload no longer reads. */
  SYSTEM_FAILURE;

  /** Whether a run in this status has ended: the one notion of "ended" that everything uses. */
  public boolean isTerminal() {
    return switch (this) {
      case PENDING_VERSION, DELAYED, QUEUED, EXECUTING, RETRYING, WAITING -> false;
      case COMPLETED, FAILED, CANCELED, TIMED_OUT, CRASHED, EXPIRED, SYSTEM_FAILURE -> true;
    };
  }

  /** Whether it ended well. */
  public boolean isSuccess() {
    return this == COMPLETED;
  }

  /** Whether it ended in any other way than well. */
  public boolean isFailure() {
    return isTerminal() && this != COMPLETED;
  }
}
