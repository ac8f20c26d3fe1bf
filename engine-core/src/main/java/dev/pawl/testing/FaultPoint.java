package dev.pawl.testing;

/**
 * A moment in the life of a run at which a test can let the store fail, let the process die, or
 * hold the engine; see {@link Faults}.
 *
 * <p>The engine writes everything that one of its turns decides as one commit. So a point lies
 * either right before a commit takes effect, or right after it is durable and before anybody hears
 * of it; and points that one commit covers fall together: they are the same moment, and differ only
 * in what they are counted and found by. In particular a run that is triggered while a slot is free
 * is stored and started by one commit.
 *
 * <p>There is no point for payloads that are written apart from their run, since none are.
 */
public enum FaultPoint {
  /**
   * After the commit that stores a new run, a child too, before its trigger returns. The same
   * moment as {@link #ATTEMPT_STARTED} where a slot is free, and as each of {@link #CHILD_CREATED},
   * {@link #BATCH_ITEM_STORED}, {@link #IDEMPOTENCY_KEY_CLAIMED} and {@link #DEBOUNCE_KEY_CLAIMED}
   * where they apply to the run.
   */
  RUN_STORED,
  /**
   * After the commit that stores a child and, in its parent's journal, the call that made it. For a
   * {@code triggerAndWait} the same moment as {@link #WAIT_REGISTERED}.
   */
  CHILD_CREATED,
  /**
   * After the commit that makes a run {@code WAITING}, or lets a waiting run wait for one thing
   * more. A wait for what has ended already is over in the commit that would register it, and has
   * no such moment.
   */
  WAIT_REGISTERED,
  /**
   * After the commit that ends a child, however it ended. Where its parent waits for it and a slot
   * is free, the same moment as {@link #PARENT_RESUMED}.
   */
  CHILD_COMPLETION_COMMITTED,
  /**
   * After the commit that makes a {@code WAITING} run {@code EXECUTING} again, before its body goes
   * on.
   */
  PARENT_RESUMED,
  /**
   * After the commit that stores an item of a batch. All items are stored by one commit with the
   * batch: the same moment as {@link #BATCH_SEALED}, counted for each item.
   */
  BATCH_ITEM_STORED,
  /** After the commit that stores a batch with all its items. */
  BATCH_SEALED,
  /**
   * After the commit that binds an idempotency key to a run: the one that stores the run, so the
   * same moment as its {@link #RUN_STORED}; or, where a debounce pushes a run that is there, the
   * one that pushes it.
   */
  IDEMPOTENCY_KEY_CLAIMED,
  /**
   * After the commit that binds a debounce key to a run: the one that stores the run, so the same
   * moment as its {@link #RUN_STORED}.
   */
  DEBOUNCE_KEY_CLAIMED,
  /**
   * Before the commit that starts an attempt takes effect: the run has been chosen, and the store
   * does not know. For a run that is stored and started by one commit the store does not know the
   * run either.
   */
  DEQUEUED_BEFORE_START,
  /** After the commit that starts an attempt, or enters a body anew, and before the body runs. */
  ATTEMPT_STARTED,
  /**
   * Before the commit that ends an attempt takes effect: the body has returned or thrown, or its
   * run was cancelled, and the store does not know.
   */
  OUTCOME_BEFORE_COMMIT;

  /** Whether it lies before the commit takes effect rather than after it is durable. */
  public boolean isBeforeCommit() {
    return switch (this) {
      case DEQUEUED_BEFORE_START, OUTCOME_BEFORE_COMMIT -> true;
      case RUN_STORED,
          CHILD_CREATED,
          WAIT_REGISTERED,
          CHILD_COMPLETION_COMMITTED,
          PARENT_RESUMED,
          BATCH_ITEM_STORED,
          BATCH_SEALED,
          IDEMPOTENCY_KEY_CLAIMED,
          DEBOUNCE_KEY_CLAIMED,
          ATTEMPT_STARTED ->
          false;
    };
  }
}
