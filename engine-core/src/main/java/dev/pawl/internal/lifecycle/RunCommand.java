package dev.pawl.internal.lifecycle;

/** What can be asked of a run. Times and durations are microseconds. */
public sealed interface RunCommand {
  /**
   * Its due time has come: enter the queue.
   *
   * @param ttl its time to live from now, 0 for none; matters before the first start only
   */
  record Enqueue(long ttl) implements RunCommand {}

  /**
   * A slot is free: start, or go on.
   *
   * @param bodyAlive whether the body is parked in this process, so that it need not be entered
   *     again
   */
  record Start(boolean bodyAlive) implements RunCommand {}

  /** Every thread of the body waits. */
  record Park() implements RunCommand {}

  /** A wait is over. */
  record Wake() implements RunCommand {}

  /** The body returned. */
  record Complete() implements RunCommand {}

  /**
   * The attempt failed.
   *
   * @param retryable whether another attempt may help
   * @param delay the back-off before it
   * @param maxAttempts how many attempts the run may use
   */
  record Fail(boolean retryable, long delay, int maxAttempts) implements RunCommand {}

  /** The attempt took longer than allowed. */
  record TimeOut() implements RunCommand {}

  /** Somebody wants it to end. */
  record Cancel() implements RunCommand {}

  /** Look whether its time to live has passed. */
  record Expire() implements RunCommand {}

  /** Its task is not registered. */
  record Hold() implements RunCommand {}

  /** Its task is registered now. */
  record Release() implements RunCommand {}

  /** The engine closes and the attempt is cut off. */
  record HandBack() implements RunCommand {}

  /**
   * The process died in the attempt.
   *
   * @param maxAttempts how many attempts the run may use
   */
  record Recover(int maxAttempts) implements RunCommand {}

  /** Move a delayed run's due time. */
  record Reschedule(long dueAt) implements RunCommand {}

  /** The engine cannot run it. */
  record GiveUp() implements RunCommand {}
}
